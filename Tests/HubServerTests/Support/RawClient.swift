import NIOCore
import NIOPosix

/// A TCP client that sends any bytes and looks at what comes back.
final class RawClient {
    private let channel: any Channel
    private var iterator: AsyncStream<ByteBuffer>.Iterator
    private var received = ByteBuffer()

    struct Ended: Error, CustomStringConvertible {
        let description: String
    }

    /// Hands on what arrives, until the connection ends in whatever way.
    private final class Receiver: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let continuation: AsyncStream<ByteBuffer>.Continuation

        init(_ continuation: AsyncStream<ByteBuffer>.Continuation) {
            self.continuation = continuation
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            continuation.yield(unwrapInboundIn(data))
        }

        func channelInactive(context: ChannelHandlerContext) {
            continuation.finish()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }

    private init(_ channel: any Channel, _ stream: AsyncStream<ByteBuffer>) {
        self.channel = channel
        self.iterator = stream.makeAsyncIterator()
    }

    /// Connects, and closes when the body is done.
    static func with(_ address: SocketAddress?, _ body: (RawClient) async throws -> Void) async throws {
        let _: Void = try await with(address, returning: body)
    }

    /// Connects, and closes when the body is done.
    static func with<Result>(
        _ address: SocketAddress?,
        returning body: (RawClient) async throws -> Result
    ) async throws -> Result {
        guard let address else { throw Ended(description: "The server has no address.") }
        let (stream, continuation) = AsyncStream<ByteBuffer>.makeStream()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Receiver(continuation))
                }
            }
            .connect(to: address).get()
        let client = RawClient(channel, stream)
        do {
            let result = try await body(client)
            try? await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    /// Closes without any farewell.
    func vanish() async throws {
        try await channel.close()
    }

    /// The next bytes, as many as asked for.
    func read(_ count: Int) async throws -> [UInt8] {
        while received.readableBytes < count {
            guard var more = await iterator.next(isolation: #isolation) else {
                throw Ended(description: "Closed after \(String(buffer: received))")
            }
            received.writeBuffer(&more)
        }
        return received.readBytes(length: count) ?? []
    }

    /// Everything up to the end of the connection.
    func readToEnd() async -> [UInt8] {
        while var more = await iterator.next(isolation: #isolation) {
            received.writeBuffer(&more)
        }
        return received.readBytes(length: received.readableBytes) ?? []
    }

    /// One HTTP response: its status, its header and its body.
    func response(withoutBody: Bool = false) async throws -> Response {
        var head = ""
        while !head.hasSuffix("\r\n\r\n") {
            head += String(decoding: try await read(1), as: UTF8.self)
        }
        let lines = head.split(separator: "\r\n")
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            fields[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
        let length = fields["content-length"].flatMap { Int($0) } ?? 0
        let body = withoutBody ? [] : try await read(length)
        let status = Int(lines[0].split(separator: " ")[1]) ?? 0
        return Response(status: status, headers: fields, body: String(decoding: body, as: UTF8.self))
    }

    struct Response {
        var status: Int
        var headers: [String: String]
        var body: String
    }

    /// One frame of the server: first byte and payload.
    func frame() async throws -> (first: UInt8, payload: [UInt8]) {
        let head = try await read(2)
        var length = Int(head[1])
        if length == 126 {
            length = try await read(2).reduce(0) { $0 << 8 | Int($1) }
        } else if length == 127 {
            length = try await read(8).reduce(0) { $0 << 8 | Int($1) }
        }
        return (head[0], try await read(length))
    }

    /// Opens a WebSocket, and checks that it was accepted.
    func openSocket(_ target: String = "/chat", _ fields: String = "", then frames: [UInt8] = []) async throws {
        try await send(Array(Self.upgrade(target, fields).utf8) + frames)
        let response = try await response()
        guard response.status == 101, response.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" else {
            throw Ended(description: "Not upgraded: \(response)")
        }
    }

    /// The opening handshake of RFC 6455 section 1.3.
    static func upgrade(_ target: String = "/chat", _ fields: String = "") -> String {
        "GET \(target) HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\(fields)\r\n"
    }
}
