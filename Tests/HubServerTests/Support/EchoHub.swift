import HubRuntime
import NIOCore
import Synchronization

@testable import HubServer

/// Stands for a hub: sends back what it receives, in text frames, and tells what happened to its connections.
final class EchoHub: HubTransportAcceptor {
    enum Event: Sendable {
        case opened(HubConnectionRequest)
        case writabilityChanged(Bool)
        case closed(TransportClosure)
    }

    let events: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation

    init() {
        (events, continuation) = AsyncStream.makeStream()
    }

    func open(
        _ transport: any HubTransport,
        request: HubConnectionRequest,
        on eventLoop: any EventLoop
    ) -> any HubTransportInput {
        continuation.yield(.opened(request))
        return Input(transport: transport, continuation: continuation)
    }

    /// What clients can ask for by sending it.
    private final class Input: HubTransportInput {
        private let transport: any HubTransport
        private let continuation: AsyncStream<Event>.Continuation

        init(transport: any HubTransport, continuation: AsyncStream<Event>.Continuation) {
            self.transport = transport
            self.continuation = continuation
        }

        func received(_ bytes: ByteBuffer) {
            switch String(buffer: bytes) {
            case "close!": transport.close(TransportCloseReason(.goingAway, "as you wish"))
            case "flood!": flood()
            default:
                echo(bytes)
            }
        }

        private func echo(_ bytes: ByteBuffer) {
            var frame = ByteBuffer()
            WebSocketFrameHeader.write(.text, length: bytes.readableBytes, into: &frame)
            frame.writeImmutableBuffer(bytes)
            transport.write(frame)
            transport.flush()
        }

        private func flood() {
            let bytes = ByteBuffer(repeating: 0x61, count: 1 << 20)
            while transport.isWritable {
                echo(bytes)
            }
        }

        func transportWritabilityChanged() {
            continuation.yield(.writabilityChanged(transport.isWritable))
        }

        func transportClosed(_ closure: TransportClosure) {
            continuation.yield(.closed(closure))
        }
    }
}
