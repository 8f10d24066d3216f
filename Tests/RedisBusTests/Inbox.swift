import BusCore
import NIOCore
import Synchronization

/// Keeps what a subscription brought, for a test to look at.
final class Inbox: BusReceiver {
    private let payloads = Mutex<Set<ByteBuffer>>([])

    func received(_ event: BusEvent) {
        guard case .message(let message) = event else { return }
        _ = self.payloads.withLock { $0.insert(message.payload) }
    }

    func readCompleted() {}

    /// Whether a message with this payload has come.
    func contains(_ payload: ByteBuffer) -> Bool {
        self.payloads.withLock { $0.contains(payload) }
    }
}
