import HubRuntime
import NIOCore
import Testing

@testable import HubServer

@Suite(.timeLimit(.minutes(1)))
struct WebSocketCloseHandshakeTests {
    private let away = WebSocketCloseFrame(code: .goingAway, reason: "stop")
    private let violation = WebSocketViolation.protocolError("broken")

    @Test("The client's Close is echoed, and then the socket is closed")
    func clientCloses() {
        var handshake = WebSocketCloseHandshake()
        #expect(handshake.isOpen && handshake.readsFrames)
        let action = handshake.receivedClose(WebSocketCloseFrame(code: .normal, reason: "bye"))
        #expect(action == .sendAndClose(WebSocketCloseFrame(code: .normal)))
        #expect(!handshake.isOpen && !handshake.readsFrames && handshake.isClosed)
        #expect(handshake.receivedClose(away) == .none)
        #expect(handshake.closeRequested(away) == .none)
        #expect(handshake.violated(violation) == .none)
    }

    @Test("The server's Close waits for the client's")
    func serverCloses() {
        var handshake = WebSocketCloseHandshake()
        #expect(handshake.closeRequested(away) == .sendAndAwaitPeer(away))
        #expect(handshake.closeRequested(WebSocketCloseFrame(code: .normal)) == .none)
        #expect(!handshake.isOpen && handshake.readsFrames && !handshake.isClosed)
        #expect(handshake.receivedClose(away) == .close)
        #expect(handshake.isClosed)
    }

    @Test("A violation sends Close and reads no further")
    func violated() {
        var handshake = WebSocketCloseHandshake()
        let frame = WebSocketCloseFrame(code: .protocolError, reason: "broken")
        #expect(handshake.violated(violation) == .sendAndDiscardInput(frame))
        #expect(!handshake.isOpen && !handshake.readsFrames)
        #expect(handshake.violated(violation) == .none)
        #expect(handshake.receivedClose(away) == .none)
        #expect(handshake.timedOut() == .close)
    }

    @Test("A violation while the server waits closes at once")
    func violatedWhileWaiting() {
        var handshake = WebSocketCloseHandshake()
        _ = handshake.closeRequested(away)
        #expect(handshake.violated(violation) == .close)
    }

    @Test("Time runs out only while closing")
    func timesOut() {
        var handshake = WebSocketCloseHandshake()
        #expect(handshake.timedOut() == .none)
        #expect(handshake.isOpen)
        _ = handshake.closeRequested(away)
        #expect(handshake.timedOut() == .close)
    }

    @Test("A frame that a server sends has the shortest header", arguments: [0, 125, 126, 65_535, 65_536])
    func headers(length: Int) {
        var buffer = ByteBuffer()
        WebSocketFrameHeader.write(.text, length: length, into: &buffer)
        let expected: [UInt8] =
            switch length {
            case 0...125: [0x81, UInt8(length)]
            case 126...65_535: [0x81, 126, UInt8(length >> 8), UInt8(length & 0xFF)]
            default: [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]
            }
        #expect(Array(buffer.readableBytesView) == expected)
    }

    @Test("A long reason is cut between characters, within 125 bytes")
    func longReason() {
        var buffer = ByteBuffer()
        WebSocketCloseFrame(code: .normal, reason: String(repeating: "é", count: 100)).write(into: &buffer)
        #expect(Array(buffer.readableBytesView.prefix(4)) == [0x88, 124, 3, 0xE8])
        #expect(buffer.readableBytes == 126)
    }
}
