import HubProtocol
package import HubRuntime
package import NIOCore

/// A transport whose peer is a test: what is flushed is decoded and posted to an inbox, unless the peer does not read.
///
/// Confined to its connection's loop.
package final class RecordingTransport: HubTransport {
    package let framing: TransportFraming
    package let inbox: ClientInbox
    package weak var input: (any HubTransportInput)?
    package private(set) var isReadingPaused = false
    package private(set) var writes = 0
    package private(set) var flushes = 0
    package private(set) var closeReason: TransportCloseReason?
    /// The largest number of bytes this transport ever held.
    package private(set) var peakBuffered = 0

    private var unflushed: [ByteBuffer] = []
    private var stuck: [ByteBuffer] = []
    private var isBlocked = false
    private var isEnded = false
    private var isBinary = false
    private var sawHandshake = false
    private let watermark: Int
    package private(set) var bufferedBytes = 0

    package init(framing: TransportFraming, inbox: ClientInbox, watermark: Int = 64 * 1024) {
        self.framing = framing
        self.inbox = inbox
        self.watermark = watermark
    }

    package var isWritable: Bool { self.bufferedBytes < self.watermark }

    package func formatChosen(isBinary: Bool) { self.isBinary = isBinary }

    package func write(_ frame: ByteBuffer) {
        guard self.closeReason == nil else { return self.inbox.post(.nonsense("written after close")) }
        self.writes += 1
        self.bufferedBytes += frame.readableBytes
        self.peakBuffered = max(self.peakBuffered, self.bufferedBytes)
        self.unflushed.append(frame)
    }

    package func flush() {
        self.flushes += 1
        self.stuck += self.unflushed
        self.unflushed = []
        let wasWritable = self.isWritable
        self.deliver()
        if !wasWritable, self.isWritable { self.input?.transportWritabilityChanged() }
    }

    package func close(_ reason: TransportCloseReason) {
        guard self.closeReason == nil else { return }
        self.closeReason = reason
        self.flush()
        self.finishClosing()
    }

    package func pauseReading() { self.isReadingPaused = true }
    package func resumeReading() { self.isReadingPaused = false }

    // MARK: What the peer does

    /// Stops or starts reading.
    package func setBlocked(_ isBlocked: Bool) {
        self.isBlocked = isBlocked
        let wasWritable = self.isWritable
        self.deliver()
        if !wasWritable, self.isWritable { self.input?.transportWritabilityChanged() }
        self.finishClosing()
    }

    /// The peer, or the network, ends the connection.
    package func end(_ closure: TransportClosure) {
        guard !self.isEnded else { return }
        self.isEnded = true
        self.input?.transportClosed(closure)
    }

    private func finishClosing() {
        guard let reason = self.closeReason, self.bufferedBytes == 0, !self.isEnded else { return }
        self.inbox.post(.transportClosed(reason))
        self.end(.graceful)
    }

    private func deliver() {
        guard !self.isBlocked else { return }
        let frames = self.stuck
        self.stuck = []
        for frame in frames {
            self.bufferedBytes -= frame.readableBytes
            self.receive(frame)
        }
    }

    // MARK: Decoding

    private func receive(_ frame: ByteBuffer) {
        var bytes = frame
        while bytes.readableBytes > 0 {
            switch self.framing {
            case .raw:
                self.receiveMessages(bytes)
                return
            case .webSocket:
                guard let payload = self.unframe(&bytes) else { return self.inbox.post(.nonsense("a broken frame")) }
                self.receiveMessages(payload)
            }
        }
    }

    private func unframe(_ bytes: inout ByteBuffer) -> ByteBuffer? {
        guard let opcode = bytes.readInteger(as: UInt8.self), opcode == (self.isBinary ? 0x82 : 0x81),
            let short = bytes.readInteger(as: UInt8.self), short < 128
        else { return nil }
        var length = Int(short)
        if short == 126 { length = Int(bytes.readInteger(as: UInt16.self) ?? 0) }
        if short == 127 { length = Int(bytes.readInteger(as: UInt64.self) ?? 0) }
        return bytes.readSlice(length: length)
    }

    private func receiveMessages(_ bytes: ByteBuffer) {
        var bytes = bytes
        do {
            if !self.sawHandshake, let response = try HandshakeResponse.decode(from: &bytes) {
                self.sawHandshake = true
                self.inbox.post(.handshake(error: response.error))
            }
            while let message = try JSONHubCodec().decodeMessage(from: &bytes) {
                self.inbox.post(try Self.event(message))
            }
            if bytes.readableBytes > 0 { self.inbox.post(.nonsense("half a message")) }
        } catch {
            self.inbox.post(.nonsense("\(error)"))
        }
    }

    private static func event(_ message: HubMessage) throws -> ClientEvent {
        switch message {
        case .invocation(let call):
            let arguments = try (0..<call.arguments.count).map { try call.arguments[$0].decode(as: HubValue.self) }
            return .invocation(target: call.target, arguments: arguments)
        case .completion(let completion):
            switch completion.outcome {
            case .error(let text): return .failed(id: completion.invocationID, text)
            case .void: return .done(id: completion.invocationID)
            case .result(let value): return .result(id: completion.invocationID, try value.decode(as: HubValue.self))
            }
        case .ping: return .ping
        case .close(let close): return .closeMessage(error: close.error, allowReconnect: close.allowReconnect)
        default: return .nonsense("\(message)")
        }
    }
}
