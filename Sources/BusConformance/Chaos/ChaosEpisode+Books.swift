import BusCore

/// The books of an episode: whether everything flows again, and whether what came is what was published.
extension ChaosEpisode {
    /// Waits until each publisher's messages reach each subscriber on each channel again.
    func recover() async throws {
        for publisher in self.publishers {
            try await publisher.settled(within: self.bounds.publishDeadline + self.bounds.settle)
        }
        for bus in self.cluster.nodes {
            let limit = self.bounds.failover + self.bounds.reconnect
            try await within(limit + limit, "a connected bus") { try await bus.connected(within: limit) }
        }
        for publisher in self.publishers {
            for channel in self.channels { try await self.expectDelivery(publisher, channel) }
        }
    }

    /// Publishes until a message reaches everybody; a starved connection may still have to be found.
    private func expectDelivery(_ publisher: StampedPublisher, _ channel: BusChannel) async throws {
        let clock = ContinuousClock()
        let end = clock.now + self.bounds.probe
        while true {
            let sent = publisher.submit(to: channel)
            let limit = self.bounds.publishDeadline + self.bounds.settle
            if case .accepted = try await publisher.outcome(of: sent, within: limit), await self.reaches(sent) {
                return
            }
            guard clock.now < end else {
                throw Expectation(text: "no message of \(publisher.name) on \(channel) reaches every node any more")
            }
            // No event tells that the bus accepts again: it is asked until the deadline.
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func reaches(_ sent: Sent) async -> Bool {
        for recorder in self.recorders where (try? await recorder.wait(self.bounds.deliver, for: sent)) == nil {
            return false
        }
        return true
    }

    func audit(_ visits: [ChaosVisit]) -> String? {
        for visit in visits {
            if let finding = visit.finding(self.publishers) { return finding }
        }
        for recorder in self.recorders {
            let seen = recorder.seen
            for publisher in self.publishers {
                for channel in self.channels {
                    let marksLoss = publisher.bus.capabilities.lossDetection == .complete
                    let audit = FlowAudit(seen, on: channel, from: publisher, marksLoss: marksLoss)
                    if let finding = audit.finding {
                        return "\(recorder.name), from \(publisher.name) on \(channel): \(finding)"
                    }
                }
            }
        }
        return nil
    }

    /// The buses counted what their receivers saw.
    func expectStatistics(since before: [BusStatistics], _ visits: [ChaosVisit]) async throws {
        for (node, bus) in self.cluster.nodes.enumerated() {
            let recorders = [self.recorders[node]] + visits.filter { $0.node == node }.map(\.recorder)
            let clock = ContinuousClock()
            let end = clock.now + self.bounds.settle
            while true {
                let seen = recorders.map(\.seen)
                let messages = seen.reduce(0) { $0 + $1.messages }
                let gaps = seen.reduce(0) { $0 + $1.gaps.values.reduce(0, +) }
                let (delivered, marked) = (
                    bus.statistics.delivered - before[node].delivered, bus.statistics.gaps - before[node].gaps
                )
                if delivered == messages, marked == gaps { break }
                guard clock.now < end else {
                    throw Expectation(
                        text: """
                            node \(node) counts \(delivered) deliveries and \(marked) gaps; its receivers saw \
                            \(messages) and \(gaps)
                            """
                    )
                }
                // The counts are settled at the end of a read: they are looked at until the deadline.
                try await Task.sleep(for: .milliseconds(2))
            }
        }
    }

    func count(into report: inout BusChaosReport) {
        report.episodes += 1
        for publisher in self.publishers {
            for outcome in publisher.outcomes.values { report.outcomes[outcome.name, default: 0] += 1 }
        }
        for recorder in self.recorders {
            let seen = recorder.seen
            report.delivered += seen.messages
            report.gaps += seen.gaps.values.reduce(0, +)
        }
    }

    func failure(_ finding: String, _ report: BusChaosReport) -> BusChaosFailure {
        var report = report
        self.count(into: &report)
        report.schedule = self.log.lines
        let ledger = Ledger(recorders: self.recorders, publishers: self.publishers).lines(atMost: 40)
        return BusChaosFailure(finding: finding, report: report, ledger: ledger)
    }
}
