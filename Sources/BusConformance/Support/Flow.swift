import BusCore

/// One publisher's messages on one channel as one subscriber saw them.
struct Flow {
    enum Step: Equatable {
        case message(UInt64)
        case gap(BusGap.Reason, Int?)
        case ended
    }

    var steps: [Step] = []

    init(_ recording: Recording, on channel: BusChannel, from publisher: StampedPublisher) {
        for entry in recording.entries {
            switch entry {
            case .message(let other, let stamp?) where other == channel && stamp.publisher == publisher.id:
                self.steps.append(.message(stamp.sequence))
            case .gap(let gap) where gap.channel == channel:
                self.steps.append(.gap(gap.reason, gap.count))
            case .ended(let other, _) where other == channel:
                self.steps.append(.ended)
            default:
                continue
            }
        }
    }

    var sequences: [UInt64] {
        self.steps.compactMap { if case .message(let sequence) = $0 { sequence } else { nil } }
    }

    /// The first hole between two delivered neighbours without a gap marker between them.
    var silentHole: (after: UInt64, before: UInt64)? {
        var last: UInt64?
        var marked = false
        for step in self.steps {
            switch step {
            case .gap, .ended: marked = true
            case .message(let sequence):
                if let last, sequence > last &+ 1, !marked { return (last, sequence) }
                last = max(last ?? 0, sequence)
                marked = false
            }
        }
        return nil
    }
}

extension Recording {
    /// The first message of a publisher, on any channel, that came before an earlier one of the same channel.
    func disorder() -> String? {
        var last: [BusChannel: [UInt32: UInt64]] = [:]
        for entry in self.entries {
            guard case .message(let channel, let stamp?) = entry else { continue }
            if let before = last[channel]?[stamp.publisher], before > stamp.sequence {
                return "message \(stamp.sequence) of publisher \(stamp.publisher) came after \(before) on \(channel)"
            }
            last[channel, default: [:]][stamp.publisher] = stamp.sequence
        }
        return nil
    }

    /// The first message that came more than once.
    func duplicate() -> String? {
        guard let (key, count) = self.copies.first(where: { $0.value > 1 }) else { return nil }
        return "message \(key.stamp.sequence) of publisher \(key.stamp.publisher) came \(count) times on \(key.channel)"
    }
}
