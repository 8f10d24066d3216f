import BusCore
import NIOCore

/// Keeps the payloads it receives.
final class PayloadReceiver: BusReceiver {
    private let payloads = Observed<[ByteBuffer]>([])
    private let scribbles: Bool

    /// - Parameter scribbles: Whether it overwrites its own copy of each payload.
    init(scribbles: Bool = false) {
        self.scribbles = scribbles
    }

    func received(_ event: BusEvent) {
        guard case .message(var message) = event else { return }
        if self.scribbles {
            let size = message.payload.readableBytes
            message.payload.setRepeatingByte(0x58, count: size, at: message.payload.readerIndex)
        }
        let payload = message.payload
        self.payloads.update { $0.append(payload) }
    }

    func readCompleted() {}

    func forget() {
        self.payloads.update { $0 = [] }
    }

    /// The payloads as text.
    var texts: [String] { self.payloads.read { $0.map { String(buffer: $0) } } }

    /// The payloads, once there are so many of them; nil when the limit passes first.
    func copies(_ count: Int, within limit: Duration) async -> [ByteBuffer]? {
        guard await self.payloads.wait(within: limit, until: { $0.count >= count }) else { return nil }
        return self.payloads.read { $0 }
    }
}
