import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A client's connection and the one to the backend that belongs to it.
///
/// Belongs to the event loop.
final class ProxyConnection {
    private enum Phase {
        /// The client's first bytes have to say what it is.
        case labelling
        /// A black hole lies before the backend, which has not been asked for a connection.
        case silent
        case connecting
        case established
        case over
    }

    /// How many bytes a client may send without saying what it is.
    private static let labelLimit = 64 * 1024

    private let core: ProxyCore
    private let upward: ProxyFlow
    private let downward: ProxyFlow
    private var phase = Phase.labelling
    private var firstBytes = ByteBuffer()
    private var client: (any Channel)?
    private var server: (any Channel)?
    private(set) var label: FaultProxyLabel?
    private var filter: (any FaultProxyFilter)?
    private(set) var isStarved = false
    /// An end failed while a black hole hid it from the other one.
    private var isBroken = false

    init(_ core: ProxyCore) {
        self.core = core
        self.upward = ProxyFlow(.toBackend, eventLoop: core.eventLoop)
        self.downward = ProxyFlow(.fromBackend, eventLoop: core.eventLoop)
        self.upward.onClosed = { [unowned self] in self.closeIfDone() }
        self.downward.onClosed = { [unowned self] in self.closeIfDone() }
    }

    // MARK: From the proxy

    func start(_ client: any Channel) {
        self.client = client
        self.core.add(self)
        self.downward.connect(to: client)
        if let label = self.core.label(self.firstBytes) { self.take(label) }
        self.upward.connect(from: client)
    }

    /// Takes the present faults.
    func take(_ shape: ProxyShape) {
        guard self.phase != .over else { return }
        self.upward.take(shape)
        self.downward.take(shape)
        if !self.isHeld, self.isBroken { return self.reset() }
        if self.phase == .silent, !self.upward.isHeld { self.connect() }
    }

    func starve() {
        self.isStarved = self.filter != nil
    }

    /// Closes both ends, each of which sees an orderly end.
    func close() {
        guard self.enterOver() else { return }
        self.client?.close(promise: nil)
        self.server?.close(promise: nil)
    }

    /// Closes both ends so that each of them gets a RST.
    func reset() {
        guard self.enterOver() else { return }
        for case let channel? in [self.client, self.server] { Self.reset(channel) }
    }

    private func enterOver() -> Bool {
        guard self.phase != .over else { return false }
        self.phase = .over
        self.upward.close()
        self.downward.close()
        self.core.remove(self)
        return true
    }

    private static func reset(_ channel: any Channel) {
        guard let options = channel as? any SocketOptionProvider else { return channel.close(promise: nil) }
        options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { _ in
            channel.close(promise: nil)
        }
    }

    private var isHeld: Bool { self.upward.isHeld || self.downward.isHeld }

    // MARK: From the ends

    func received(_ bytes: ByteBuffer, fromClient: Bool) {
        guard fromClient else { return self.downward.received(self.filtered(bytes)) }
        self.upward.received(bytes)
        guard self.phase == .labelling else { return }
        self.firstBytes.writeImmutableBuffer(bytes)
        if let label = self.core.label(self.firstBytes) {
            self.take(label)
        } else if self.firstBytes.readableBytes > Self.labelLimit {
            self.take(.other)
        }
    }

    func readCompleted(fromClient: Bool) {
        (fromClient ? self.upward : self.downward).readCompleted()
    }

    /// An end has sent everything and may still read.
    func ended(byClient: Bool) {
        (byClient ? self.upward : self.downward).end()
        if self.phase == .labelling { self.close() }
    }

    /// An end reports an error.
    func failed(client: Bool) {
        guard self.isHeld else { return self.reset() }
        self.isBroken = true
    }

    /// An end is closed in both directions.
    func gone(client: Bool) {
        guard self.phase != .over else { return }
        if self.server == nil, self.phase != .silent { return self.close() }
        (client ? self.upward : self.downward).end()
        (client ? self.downward : self.upward).close()
    }

    private func closeIfDone() {
        if self.upward.isClosed, self.downward.isClosed { self.close() }
    }

    private func filtered(_ bytes: ByteBuffer) -> ByteBuffer {
        self.filter?.pass(bytes, dropping: self.isStarved) ?? bytes
    }

    // MARK: To the backend

    private func take(_ label: FaultProxyLabel) {
        self.label = label
        self.firstBytes = ByteBuffer()
        self.filter = self.core.makeFilter(label)
        self.phase = .silent
        self.core.count(label)
        let shape = self.core.shape(of: label)
        if shape.refuses { return self.reset() }
        self.take(shape)
    }

    private func connect() {
        // Whoever has given up meanwhile is not announced to the backend.
        if self.upward.hasEnded { return self.close() }
        self.phase = .connecting
        self.core.connect(self).assumeIsolated().whenComplete { result in
            switch (result, self.phase) {
            case (.success(let server), .connecting):
                self.phase = .established
                self.server = server
                self.upward.connect(to: server)
                self.downward.connect(from: server)
            case (.success(let server), _): server.close(promise: nil)
            case (.failure, _): self.reset()
            }
        }
    }
}
