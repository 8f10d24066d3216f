import BusCore

/// Compares what was published with what every subscriber got, for people to read.
struct Ledger {
    private struct Key: Hashable {
        var channel: BusChannel
        var publisher: UInt32
    }

    let recorders: [Recorder]
    let publishers: [StampedPublisher]

    /// The lines; those that look complete come last, so that a bound keeps what matters.
    func lines(atMost limit: Int) -> [BusLedgerLine] {
        var odd: [BusLedgerLine] = []
        var complete: [BusLedgerLine] = []
        let published = self.published()
        for recorder in self.recorders {
            let tracks = Self.tracks(of: recorder.seen)
            if tracks.isEmpty { odd.append(Self.silence(of: recorder)) }
            for (flow, track) in tracks {
                let line = self.line(recorder.name, flow, track, published[flow] ?? [:])
                let accepted = published[flow]?["accepted"] ?? 0
                if track == "1-\(accepted)" { complete.append(line) } else { odd.append(line) }
            }
        }
        return Array((odd + complete).prefix(limit))
    }

    private static func silence(of recorder: Recorder) -> BusLedgerLine {
        let gaps = recorder.seen.gaps.values.reduce(0, +)
        return BusLedgerLine(
            subscriber: recorder.name,
            channel: "any channel",
            publisher: "anybody",
            published: "-",
            received: gaps == 0 ? "nothing" : "no message, \(gaps) gap markers"
        )
    }

    private func line(
        _ subscriber: String,
        _ flow: Key,
        _ track: String,
        _ published: [String: Int]
    ) -> BusLedgerLine {
        let name = self.publishers.first { $0.id == flow.publisher }?.name ?? "somebody else"
        let outcomes = published.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return BusLedgerLine(
            subscriber: subscriber,
            channel: flow.channel.description,
            publisher: name,
            published: outcomes.isEmpty ? "nothing" : outcomes.joined(separator: ", "),
            received: track.isEmpty ? "nothing" : track
        )
    }

    private func published() -> [Key: [String: Int]] {
        var counts: [Key: [String: Int]] = [:]
        for publisher in self.publishers {
            for (sent, outcome) in publisher.outcomes {
                let flow = Key(channel: sent.channel, publisher: publisher.id)
                counts[flow, default: [:]][outcome.name, default: 0] += 1
            }
        }
        return counts
    }

    private static func tracks(of recording: Recording) -> [Key: String] {
        var tracks: [Key: RangeTrack] = [:]
        for entry in recording.entries {
            switch entry {
            case .message(let channel, let stamp):
                guard let stamp else { continue }
                let flow = Key(channel: channel, publisher: stamp.publisher)
                tracks[flow, default: RangeTrack()].append(stamp.sequence)
            case .gap(let gap):
                let count = gap.count.map { " of \($0)" } ?? ""
                for flow in tracks.keys where flow.channel == gap.channel {
                    tracks[flow]?.mark("gap\(count)")
                }
            case .ended(let channel, let code):
                for flow in tracks.keys where flow.channel == channel { tracks[flow]?.mark("ended \(code)") }
            }
        }
        return tracks.mapValues(\.text)
    }
}
