import BusCore
import NIOCore

/// How a publish ended.
typealias PublishOutcome = Result<PublishReceipt, BusError>

extension HubCore {
    /// Publishes one message to some channels, without waiting for one before the next.
    ///
    /// - Returns: The outcomes in the order of the channels.
    func submit(_ payload: ByteBuffer, to channels: [BusChannel]) async -> [PublishOutcome] {
        if channels.count == 1 { return [await self.submit(payload, to: channels[0])] }
        return await withCheckedContinuation { continuation in
            let collector = OutcomeCollector(count: channels.count, continuation)
            for (index, channel) in channels.enumerated() {
                self.bus.submit(payload, to: channel) { collector.settle(index, $0) }
            }
        }
    }

    private func submit(_ payload: ByteBuffer, to channel: BusChannel) async -> PublishOutcome {
        // A cancelled task sends as well: what a hub's method has begun to tell is told to all.
        await withCheckedContinuation { continuation in
            self.bus.submit(payload, to: channel) { continuation.resume(returning: $0) }
        }
    }

    /// Publishes what is not for clients.
    func publish(_ payload: ByteBuffer, to channel: BusChannel) async throws(BackplaneError) -> PublishReceipt {
        switch await self.submit(payload, to: channel) {
        case .success(let receipt): return receipt
        case .failure(let error): throw BackplaneError(error)
        }
    }
}
