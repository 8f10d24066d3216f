import HubProtocol
import NIOCore

/// A protocol of which only the name matters: every message is the byte 2A.
struct DummyCodec: HubCodec {
    let name: String
    let maximumVersion = 1
    let transferFormat = TransferFormat.binary

    func frameLength(in buffer: ByteBuffer, searched: inout Int) throws(HubProtocolError) -> Int? {
        buffer.readableBytes > 0 ? 1 : nil
    }

    func decodeFrame(_ frame: ByteBuffer) throws(HubProtocolError) -> HubMessage { .ping }

    func encode(_ message: OutgoingHubMessage, into buffer: inout ByteBuffer) throws(HubEncodingError) {
        buffer.writeInteger(0x2A as UInt8)
    }
}
