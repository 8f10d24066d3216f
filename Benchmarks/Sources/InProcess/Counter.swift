import BusCore
import NIOCore

/// Counts what arrives.
///
/// `@unchecked Sendable`: everything here happens on the one thread that publishes.
final class Counter: BusReceiver, @unchecked Sendable {
    private(set) var messages = 0
    private(set) var bytes = 0

    func add(_ payload: ByteBuffer) {
        self.messages += 1
        self.bytes += payload.readableBytes
    }

    func received(_ event: BusEvent) {
        if case .message(let message) = event { self.add(message.payload) }
    }

    func readCompleted() {}
}
