import HubRuntime
import NIOCore
import NIOEmbedded

@testable import HubServer

/// One connection of a server without a socket, whose time passes only when it is told to.
final class EmbeddedConnection {
    let loop = EmbeddedEventLoop()
    let channel: EmbeddedChannel
    let hub = EchoHub()
    let serverLoop: ServerLoop

    init(limits: HTTPLimits = HubServerConfiguration().http) throws {
        channel = EmbeddedChannel(loop: loop)
        serverLoop = ServerLoop(eventLoop: loop)
        let route = HubRoute(
            path: "/chat",
            acceptor: hub,
            origins: OriginPolicy(),
            limits: HubServerConfiguration().socket,
            negotiated: NegotiatedConnections(lifetime: .seconds(15), capacity: 10),
            sockets: SocketCount()
        )
        let router = HTTPRouter([
            "/": .page { _ in .text("home") },
            "/chat": .hub(route),
            "/chat/negotiate": .negotiate(route),
        ])
        try HTTPHandlers.configure(channel.pipeline, router: router, limits: limits, loop: serverLoop)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    /// Sends bytes as one read, whatever they lead to.
    func send(_ bytes: [UInt8]) {
        guard channel.isActive else { return }
        _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
        loop.run()
    }

    func send(_ text: String) {
        send(Array(text.utf8))
    }

    /// Everything that was written since the last time.
    func received() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
            bytes += buffer.readableBytesView
        }
        return bytes
    }

    func receivedText() throws -> String {
        String(decoding: try received(), as: UTF8.self)
    }

    func pass(_ time: TimeAmount) {
        loop.advanceTime(by: time)
    }
}
