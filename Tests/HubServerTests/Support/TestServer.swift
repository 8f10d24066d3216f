import BusCore
import HubRuntime
import InMemoryBus
import NIOCore

@testable import HubServer

/// A server on a free port with an echoing hub at `/chat`.
struct TestServer {
    let server: HubServer
    let hub: EchoHub
    let bus: InMemoryBus

    var address: SocketAddress? {
        server.localAddress
    }

    static func with(
        _ configure: (inout HubServerConfiguration) -> Void = { _ in },
        pages: (HubServer) -> Void = { _ in },
        _ body: (TestServer) async throws -> Void
    ) async throws {
        var configuration = HubServerConfiguration()
        configuration.port = 0
        configuration.shutdownTimeout = .milliseconds(500)
        configure(&configuration)
        let bus = InMemoryBus()
        let server = HubServer(bus: bus, configuration: configuration)
        let hub = EchoHub()
        server.map(MappedHub(path: "/chat", acceptor: hub, start: {}, stop: { _ in }))
        pages(server)
        try await server.start()
        do {
            try await body(TestServer(server: server, hub: hub, bus: bus))
        } catch {
            await server.shutdown()
            await bus.close()
            throw error
        }
        await server.shutdown()
        await bus.close()
    }

    /// Sends a request on a connection of its own.
    func request(
        _ method: String,
        _ target: String,
        _ fields: String = "",
        body: String = ""
    ) async throws -> RawClient.Response {
        try await RawClient.with(
            address,
            returning: { client in
                let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
                try await client.send("\(method) \(target) HTTP/1.1\r\nHost: h\r\n\(length)\(fields)\r\n\(body)")
                return try await client.response(withoutBody: method == "HEAD")
            }
        )
    }

    /// Negotiates and returns the token.
    func negotiate() async throws -> String {
        let body = try await request("POST", "/chat/negotiate?negotiateVersion=1").body
        let parts = body.split(separator: "\"")
        guard let index = parts.firstIndex(of: "connectionToken"), parts.count > index + 2 else {
            throw RawClient.Ended(description: body)
        }
        return String(parts[index + 2])
    }
}
