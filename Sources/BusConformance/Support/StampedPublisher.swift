import BusCore
import NIOCore

/// Publishes numbered messages through one bus and keeps the book on their outcomes.
final class StampedPublisher: Sendable {
    enum Outcome: Hashable, Sendable {
        case pending
        case accepted(PublishReceipt)
        case failed(BusError.Code)

        /// How ledgers name it.
        var name: String {
            switch self {
            case .pending: "pending"
            case .accepted: "accepted"
            case .failed(let code): code.description
            }
        }
    }

    struct Book: Sendable {
        var last: [BusChannel: UInt64] = [:]
        var outcomes: [Sent: Outcome] = [:]
        var pending = 0
    }

    let name: String
    let id: UInt32
    let bus: any MessageBus
    private let book = Observed(Book())

    init(_ name: String, id: UInt32, bus: any MessageBus) {
        self.name = name
        self.id = id
        self.bus = bus
    }

    var outcomes: [Sent: Outcome] { self.book.read { $0.outcomes } }
    var pending: Int { self.book.read { $0.pending } }

    /// How many messages were numbered on a channel.
    func count(on channel: BusChannel) -> Int { self.book.read { Int($0.last[channel] ?? 0) } }

    func outcome(of sent: Sent) -> Outcome? { self.book.read { $0.outcomes[sent] } }

    /// Publishes the next message of a channel without waiting for the outcome.
    @discardableResult
    func submit(to channel: BusChannel, size: Int = Stamp.byteCount) -> Sent {
        let sent = self.next(on: channel)
        self.bus.submit(sent.stamp.payload(size: size), to: channel) { result in
            self.settle(sent, result)
        }
        return sent
    }

    /// Publishes the next message of a channel and waits until the bus has accepted it.
    @discardableResult
    func publish(to channel: BusChannel, size: Int = Stamp.byteCount) async throws -> Sent {
        let (sent, _) = try await self.publishForReceipt(to: channel, size: size)
        return sent
    }

    /// Publishes the next message of a channel and waits for the receipt.
    func publishForReceipt(
        to channel: BusChannel,
        size: Int = Stamp.byteCount
    ) async throws -> (Sent, PublishReceipt) {
        let sent = self.next(on: channel)
        let receipt: PublishReceipt = try await withCheckedThrowingContinuation { continuation in
            self.bus.submit(sent.stamp.payload(size: size), to: channel) { result in
                self.settle(sent, result)
                continuation.resume(with: result)
            }
        }
        return (sent, receipt)
    }

    /// Waits until at most so many publishes are without an outcome.
    func settled(within limit: Duration, leaving rest: Int = 0) async throws {
        if await self.book.wait(within: limit, until: { $0.pending <= rest }) { return }
        try Task.checkCancellation()
        throw DeadlinePassed(what: "\(self.name): the outcome of \(self.pending) publishes", limit: limit)
    }

    /// Waits for the outcome of one publish.
    func outcome(of sent: Sent, within limit: Duration) async throws -> Outcome {
        let known = await self.book.wait(within: limit) { $0.outcomes[sent] != .pending }
        guard known, let outcome = self.outcome(of: sent) else {
            try Task.checkCancellation()
            throw DeadlinePassed(what: "\(self.name): the outcome of publish \(sent.stamp.sequence)", limit: limit)
        }
        return outcome
    }

    private func next(on channel: BusChannel) -> Sent {
        self.book.update { book in
            let sequence = (book.last[channel] ?? 0) + 1
            book.last[channel] = sequence
            let sent = Sent(channel: channel, stamp: Stamp(publisher: self.id, sequence: sequence))
            book.outcomes[sent] = .pending
            book.pending += 1
            return sent
        }
    }

    private func settle(_ sent: Sent, _ result: Result<PublishReceipt, BusError>) {
        self.book.update { book in
            guard book.outcomes[sent] == .pending else { return }
            book.pending -= 1
            switch result {
            case .success(let receipt): book.outcomes[sent] = .accepted(receipt)
            case .failure(let error): book.outcomes[sent] = .failed(error.code)
            }
        }
    }
}
