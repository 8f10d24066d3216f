import BusCore

/// Compares one publisher's book with what one subscriber saw of it on one channel: order, copies, and losses without a mark.
///
/// Only what the bus accepted has to arrive. What is indeterminate may arrive once, at any later place; what was not sent or
/// refused may not arrive at all.
struct FlowAudit {
    /// The first thing that is wrong, in words.
    private(set) var finding: String?

    /// What the bus accepted, in order; what is before `next` has come or is marked.
    private let accepted: [UInt64]
    private var next = 0
    private var seen: Set<UInt64> = []
    private var last: UInt64 = 0
    private var isMarked = false

    /// Audits a flow.
    ///
    /// - Parameters:
    ///   - recording: What the subscriber saw.
    ///   - channel: The channel.
    ///   - publisher: The publisher.
    ///   - first: The first message that the subscriber has to get; it was active before that one was published.
    ///   - marksLoss: Whether each loss has to be marked.
    ///   - isOver: Whether what is missing at the end is lost; false while it may still arrive.
    init(
        _ recording: Recording,
        on channel: BusChannel,
        from publisher: StampedPublisher,
        first: UInt64 = 1,
        marksLoss: Bool = true,
        isOver: Bool = false
    ) {
        let outcomes = publisher.outcomes.filter { $0.key.channel == channel }
        let accepted: [UInt64] = outcomes.compactMap { sent, outcome in
            guard marksLoss, case .accepted = outcome, sent.stamp.sequence >= first else { return nil }
            return sent.stamp.sequence
        }
        self.accepted = accepted.sorted()
        for step in Flow(recording, on: channel, from: publisher).steps {
            guard self.finding == nil else { return }
            switch step {
            case .gap, .ended: self.isMarked = true
            case .message(let sequence):
                let sent = Sent(channel: channel, stamp: Stamp(publisher: publisher.id, sequence: sequence))
                self.take(sequence, outcomes[sent])
            }
        }
        guard self.finding == nil, isOver, !self.isMarked, self.next < self.accepted.count else { return }
        self.finding =
            "message \(self.accepted[self.next]) on \(channel) from \(publisher.name) never came, and nothing marks its loss"
    }

    private mutating func take(_ sequence: UInt64, _ outcome: StampedPublisher.Outcome?) {
        guard self.seen.insert(sequence).inserted else {
            self.finding = "message \(sequence) came twice"
            return
        }
        switch outcome {
        case nil: self.finding = "message \(sequence) came, and nobody published it"
        case .failed(.indeterminate): return
        case .failed(let code): self.finding = "message \(sequence) came although its publish ended .\(code)"
        case .pending, .accepted:
            if sequence < self.last { self.finding = "message \(sequence) came after message \(self.last)" }
            self.pass(sequence)
            self.last = max(self.last, sequence)
            self.isMarked = false
        }
    }

    /// Moves behind a message: what is missing before it has to be marked here, and may not come any more.
    private mutating func pass(_ sequence: UInt64) {
        let start = self.next
        while self.next < self.accepted.count, self.accepted[self.next] < sequence { self.next += 1 }
        if self.next > start, !self.isMarked, self.finding == nil {
            self.finding =
                "message \(self.accepted[start]) is missing before message \(sequence), and no gap stands between them"
        }
        if self.next < self.accepted.count, self.accepted[self.next] == sequence { self.next += 1 }
    }
}
