import NIOCore

/// One or more broadcasts with the same recipients on their way to a loop's connections.
///
/// They are joined into one buffer per frame format, made when the first recipient of the format comes.
struct BroadcastRun {
    /// The bounds of what is joined: a client that reads fast enough must not fail because of one large write.
    static let maximumMessages = 128
    static let maximumBytes = 64 * 1024

    private enum Frame {
        case unmade
        case made(OutboundFrame)
        /// None of the messages is there in this format's protocol.
        case missing
    }

    let broadcast: Broadcast
    private var payloads: [ProtocolPayloads]
    private var bytes: Int
    private var frames: [Frame]
    /// Everybody to write to, and how many of them have been served: a run may be cut into slices.
    private var recipients: [HubConnection] = []
    private var served = 0
    private(set) var delivered = 0

    init(_ broadcast: Broadcast, codecs: Int) {
        self.broadcast = broadcast
        self.payloads = [broadcast.payloads]
        self.bytes = broadcast.payloads.largest
        self.frames = Array(repeating: .unmade, count: FrameFormat.indexCount(codecs: codecs))
    }

    /// Adds a broadcast if it has the same recipients and there is room.
    mutating func join(_ next: Broadcast) -> Bool {
        guard next.hasSameRecipients(as: self.broadcast), self.payloads.count < Self.maximumMessages else {
            return false
        }
        let size = next.payloads.largest
        guard self.bytes + size <= Self.maximumBytes else { return false }
        self.payloads.append(next.payloads)
        self.bytes += size
        return true
    }

    /// The frame for a format; nil if no message is there in its protocol.
    mutating func frame(_ format: FrameFormat) -> OutboundFrame? {
        switch self.frames[format.index] {
        case .made(let frame): return frame
        case .missing: return nil
        case .unmade: return self.makeFrame(format)
        }
    }

    mutating func countDelivery() { self.delivered += 1 }

    mutating func setRecipients(_ connections: [HubConnection]) { self.recipients = connections }

    /// Takes the next recipient.
    mutating func nextRecipient() -> HubConnection? {
        guard self.served < self.recipients.count else { return nil }
        defer { self.served += 1 }
        return self.recipients[self.served]
    }

    private mutating func makeFrame(_ format: FrameFormat) -> OutboundFrame? {
        let messages = self.payloads.compactMap { $0[codec: format.codec] }
        guard !messages.isEmpty else {
            self.frames[format.index] = .missing
            return nil
        }
        let frame = OutboundFrame(bytes: format.frame(messages), messages: messages.count, isControl: false)
        self.frames[format.index] = .made(frame)
        return frame
    }
}
