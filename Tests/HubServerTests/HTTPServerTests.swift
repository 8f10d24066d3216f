import BusCore
import HubRuntime
import InMemoryBus
import NIOCore
import Testing

@testable import HubServer

@Suite(.timeLimit(.minutes(1)))
struct HTTPServerTests {
    @Test("Negotiating gives an id, a secret token and WebSockets")
    func negotiates() async throws {
        try await TestServer.with { server in
            let response = try await server.request("POST", "/chat/negotiate?NegotiateVersion=1", body: "ignored")
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "application/json")
            #expect(response.body.hasPrefix(#"{"negotiateVersion":1,"connectionId":""#))
            #expect(response.body.contains(#""connectionToken":""#))
            let old = try await server.request("POST", "/chat/negotiate")
            #expect(old.body.hasPrefix(#"{"negotiateVersion":0,"connectionId":""#))
            #expect(!old.body.contains("connectionToken"))
            let wrong = try await server.request("POST", "/chat/negotiate?negotiateVersion=one")
            #expect(wrong.status == 200)
            #expect(wrong.body == #"{"error":"The client requested a non-integer protocol version."}"#)
        }
    }

    struct Exchange: Sendable, CustomTestStringConvertible {
        var method: String
        var target: String
        var fields = ""
        var status: Int
        var body: String?

        var testDescription: String {
            "\(method) \(target) \(fields.filter { !$0.isNewline }) -> \(status)"
        }
    }

    static let unknown = "AAAAAAAAAAAAAAAAAAAAAA"

    static let exchanges: [Exchange] = [
        Exchange(method: "GET", target: "/chat", status: 400, body: "Connection ID required"),
        Exchange(method: "GET", target: "/chat?id=\(unknown)", status: 404, body: "No Connection with that ID"),
        Exchange(method: "GET", target: "/chat?id=x", status: 404, body: "No Connection with that ID"),
        Exchange(
            method: "GET",
            target: "/chat?id=\(unknown)",
            fields: "Accept: text/event-stream\r\n",
            status: 404,
            body: "ServerSentEvents transport not supported by this end point type"
        ),
        Exchange(method: "POST", target: "/chat", status: 400, body: "Connection ID required"),
        Exchange(method: "POST", target: "/chat?id=\(unknown)", status: 404, body: "No Connection with that ID"),
        Exchange(method: "DELETE", target: "/chat", status: 400, body: "Connection ID required"),
        Exchange(method: "DELETE", target: "/chat?id=\(unknown)", status: 404, body: "No Connection with that ID"),
        Exchange(method: "PUT", target: "/chat", status: 405),
        Exchange(method: "OPTIONS", target: "/chat/negotiate", status: 405),
        Exchange(method: "GET", target: "/chat/negotiate", status: 405),
        Exchange(method: "GET", target: "/nothing", status: 404),
        Exchange(method: "GET", target: "/%zz", status: 400),
        Exchange(method: "POST", target: "/health", status: 405),
        Exchange(method: "POST", target: "/chat/negotiate", fields: "Origin: http://evil.example\r\n", status: 403),
        Exchange(method: "GET", target: "/chat", fields: "Origin: null\r\n", status: 403),
        Exchange(method: "POST", target: "/chat/negotiate", fields: "Origin: http://h\r\n", status: 200),
        Exchange(method: "GET", target: "/health/live", status: 200, body: "alive"),
        Exchange(method: "GET", target: "/health/ready", status: 200, body: "ready"),
        Exchange(method: "HEAD", target: "/health/ready", status: 200, body: ""),
        Exchange(method: "HEAD", target: "/health", status: 200, body: ""),
        Exchange(method: "GET", target: "/\(String(repeating: "a", count: 17_000))", status: 414),
    ]

    @Test("Requests are answered as the table says", arguments: exchanges)
    func answers(_ exchange: Exchange) async throws {
        try await TestServer.with { server in
            let response = try await server.request(exchange.method, exchange.target, exchange.fields)
            #expect(response.status == exchange.status)
            if let body = exchange.body { #expect(response.body == body) }
            if exchange.status == 405 { #expect(response.headers["allow"] != nil) }
            if exchange.status >= 400 { #expect(response.headers["content-type"] == "text/plain; charset=utf-8") }
            if exchange.status == 403 { #expect(response.body.contains("allowedOrigins")) }
        }
    }

    @Test("A negotiated connection can't be used with another transport")
    func otherTransports() async throws {
        try await TestServer.with { server in
            let token = try await server.negotiate()
            let poll = try await server.request("GET", "/chat?id=\(token)")
            #expect(poll.status == 404)
            #expect(poll.body == "LongPolling transport not supported by this end point type")
            try await RawClient.with(server.address) { client in
                try await client.openSocket("/chat?id=\(token)")
                let poll = try await server.request("GET", "/chat?id=\(token)")
                #expect(poll.status == 400)
                #expect(poll.body == "Cannot change transports mid-connection")
                let post = try await server.request("POST", "/chat?id=\(token)")
                #expect(post.status == 405)
                #expect(post.body == "POST requests are not allowed for WebSocket connections.")
                let delete = try await server.request("DELETE", "/chat?id=\(token)")
                #expect(delete.status == 400)
                #expect(delete.body == "Cannot terminate this connection using the DELETE endpoint.")
            }
        }
    }

    @Test("Requests on one connection are answered in turn, pipelined ones too")
    func keepsAlive() async throws {
        try await TestServer.with { server in
            try await RawClient.with(server.address) { client in
                let health = "GET /health HTTP/1.1\r\nHost: h\r\n\r\n"
                let live = "GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n"
                try await client.send(health + String(repeating: live, count: 2_000) + health)
                #expect(try await client.response().body.contains("\"status\":\"healthy\""))
                for _ in 0..<2_000 {
                    #expect(try await client.response().body == "alive")
                }
                #expect(try await client.response().status == 200)
            }
        }
    }

    @Test("A client that wants to close is closed after its answer")
    func closes() async throws {
        try await TestServer.with { server in
            try await RawClient.with(server.address) { client in
                try await client.send("GET /health/live HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                #expect(try await client.response().headers["connection"] == "close")
                #expect(await client.readToEnd() == [])
            }
        }
    }

    @Test(
        "What is no HTTP, or too much of it, is refused and the connection closed",
        arguments: [
            (400, "no http\r\n\r\n"), (400, "GET / HTTP/1.1\r\nHost: h\r\nbad header\r\n\r\n"),
            (400, "GET / HTTP/1.1\r\nX: \(String(repeating: "a", count: 40_000))\r\n\r\n"),
            (400, "GET / HTTP/1.1\r\n\(String(repeating: "X: a\r\n", count: 200))\r\n"),
            (413, "POST /chat/negotiate HTTP/1.1\r\nHost: h\r\nContent-Length: 70000\r\n\r\n"),
            (
                413,
                "POST /chat/negotiate HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n11171\r\n\(String(repeating: "a", count: 70_001))\r\n"
            ),
        ]
    )
    func refuses(status: Int, request: String) async throws {
        try await TestServer.with { server in
            try await RawClient.with(server.address) { client in
                try await client.send(request)
                let response = try await client.response()
                #expect(response.status == status)
                #expect(response.headers["connection"] == "close")
                #expect(await client.readToEnd() == [])
            }
        }
    }

    @Test(
        "Slow and idle connections are closed",
        arguments: [
            "", "GET / HTTP/1.1\r\nHo", "POST /chat/negotiate HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nab",
        ]
    )
    func closesSlowOnes(start: String) async throws {
        try await TestServer.with({ $0.requestTimeout = .zero }) { server in
            try await RawClient.with(server.address) { client in
                // It may be closed before it gets that far.
                if !start.isEmpty { try? await client.send(start) }
                #expect(await client.readToEnd() == [])
            }
        }
    }

    @Test("A connection without further requests is closed")
    func closesIdleOnes() async throws {
        try await TestServer.with({
            $0.idleTimeout = .zero
            $0.requestTimeout = .seconds(600)
        }) { server in
            try await RawClient.with(server.address) { client in
                try await client.send("GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(try await client.response().status == 200)
                #expect(await client.readToEnd() == [])
            }
        }
    }

    @Test("The application's own pages are served, with HEAD and without a query")
    func pages() async throws {
        let page: (HubServer) -> Void = { server in
            server.get("/") { request in .html("<p>\(request.query["name"] ?? "nobody")") }
        }
        try await TestServer.with(pages: page) { server in
            let response = try await server.request("GET", "/?name=M%C3%A4x")
            #expect(response.body == "<p>Mäx")
            #expect(response.headers["content-type"] == "text/html; charset=utf-8")
            let head = try await server.request("HEAD", "/")
            #expect(head.status == 200)
            #expect(head.headers["content-length"] == "9")
        }
    }

    @Test("Configured origins get CORS headers, and nobody else does")
    func cors() async throws {
        try await TestServer.with({ $0.allowedOrigins = ["https://app.example"] }) { server in
            let fields = "Origin: https://app.example\r\n"
            let response = try await server.request("POST", "/chat/negotiate", fields)
            #expect(response.headers["access-control-allow-origin"] == "https://app.example")
            #expect(response.headers["access-control-allow-credentials"] == "true")
            #expect(response.headers["vary"] == "Origin")
            let preflight = try await server.request("OPTIONS", "/chat/negotiate", fields)
            #expect(preflight.status == 204)
            #expect(preflight.headers["access-control-allow-methods"] == "POST")
            let same = try await server.request("POST", "/chat/negotiate", "Origin: http://h\r\n")
            #expect(same.headers["access-control-allow-origin"] == nil)
            let other = try await server.request("POST", "/chat/negotiate", "Origin: http://other.example\r\n")
            #expect(other.status == 403)
            #expect(other.headers["access-control-allow-origin"] == nil)
        }
    }

    @Test("Too many negotiated connections are refused until some are opened")
    func boundsNegotiations() async throws {
        try await TestServer.with({ $0.maximumNegotiations = 1 }) { server in
            let token = try await server.negotiate()
            let refused = try await server.request("POST", "/chat/negotiate")
            #expect(refused.status == 503)
            #expect(refused.headers["retry-after"] == "5")
            try await RawClient.with(server.address) { client in
                try await client.openSocket("/chat?id=\(token)")
                #expect(try await server.request("POST", "/chat/negotiate").status == 200)
            }
        }
    }

    @Test("Health says what is wrong with the bus; liveness and readiness don't mind")
    func health() async throws {
        try await TestServer.with { server in
            let healthy = try await server.request("GET", "/health")
            #expect(healthy.status == 200)
            #expect(healthy.body.contains("\"state\":\"connected\""))
            #expect(healthy.body.contains("\"connections\":0"))
            #expect(healthy.body.contains("\"node\":\"\(server.server.node)\""))
            await server.bus.close()
            let broken = try await server.request("GET", "/health")
            #expect(broken.status == 503)
            #expect(broken.body.contains("\"state\":\"closed\""))
            #expect(!broken.body.contains("\"reason\":null"))
            #expect(try await server.request("GET", "/health/live").status == 200)
            #expect(try await server.request("GET", "/health/ready").status == 200)
        }
    }

    @Test("Readiness follows the bus if it is told to")
    func readiness() async throws {
        try await TestServer.with({ $0.readinessNeedsBus = true }) { server in
            let before = try await server.request("GET", "/health/ready")
            await server.bus.close()
            let after = try await server.request("GET", "/health/ready")
            #expect(before.status == 200)
            #expect(after.status == 503)
        }
    }

    @Test("Health answers in time when the bus doesn't, and closes, so that nothing is mixed up later")
    func stuckBus() async throws {
        var configuration = HubServerConfiguration()
        configuration.port = 0
        configuration.healthTimeout = .zero
        let bus = StuckBus()
        let server = HubServer(bus: bus, configuration: configuration)
        try await server.start()
        try await RawClient.with(server.localAddress) { client in
            try await client.send("GET /health HTTP/1.1\r\nHost: h\r\n\r\n")
            let response = try await client.response()
            #expect(response.status == 503)
            #expect(response.body == "The answer took too long.")
            #expect(response.headers["connection"] == "close")
            await bus.close()
            #expect(await client.readToEnd() == [])
        }
        await server.shutdown()
    }

    @Test("A taken port is an error that names it")
    func portInUse() async throws {
        try await TestServer.with { server in
            let port = try #require(server.address?.port)
            var configuration = HubServerConfiguration()
            configuration.port = port
            let second = HubServer(bus: server.bus, configuration: configuration)
            let error = await #expect(throws: HubServerError.self) { try await second.start() }
            #expect(error?.code == .portInUse)
            #expect(error?.message.contains("Port \(port) on 127.0.0.1 is taken") == true)
        }
    }

    @Test("A request without Host, or with two, is refused", arguments: ["", "Host: a\r\nHost: b\r\n"])
    func hosts(fields: String) async throws {
        try await TestServer.with { server in
            try await RawClient.with(server.address) { client in
                try await client.send("GET /health/live HTTP/1.1\r\n\(fields)\r\n")
                #expect(try await client.response().status == 400)
                try await client.send("GET /health/live HTTP/1.0\r\n\r\n")
                #expect(try await client.response().status == 200)
            }
        }
    }

    @Test("An origin that is none is an error that names it", arguments: ["*", "app.example", "https://app.example/"])
    func wrongOrigin(text: String) async throws {
        var configuration = HubServerConfiguration()
        configuration.allowedOrigins = ["https://fine.example", text]
        let server = HubServer(bus: InMemoryBus(), configuration: configuration)
        let error = await #expect(throws: HubServerError.self) { try await server.start() }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("'\(text)'") == true)
    }

    @Test("Cancelling the task that runs the server stops it and closes the bus")
    func runs() async throws {
        var configuration = HubServerConfiguration()
        configuration.port = 0
        let bus = InMemoryBus()
        let server = HubServer(bus: bus, configuration: configuration)
        let (addresses, continuation) = AsyncStream<SocketAddress>.makeStream()
        let running = Task { try await server.run { continuation.yield($0) } }
        var iterator = addresses.makeAsyncIterator()
        let address = await iterator.next(isolation: #isolation)
        #expect(address?.port != 0)
        #expect(address == server.localAddress)
        running.cancel()
        try await running.value
        #expect(server.localAddress == nil)
        #expect(bus.state == .closed)
    }

    @Test("An address of nobody is an error that says so")
    func wrongAddress() async throws {
        var configuration = HubServerConfiguration()
        configuration.host = "192.0.2.1"
        configuration.port = 0
        try await TestServer.with { server in
            let second = HubServer(bus: server.bus, configuration: configuration)
            let error = await #expect(throws: HubServerError.self) { try await second.start() }
            #expect(error?.code == .addressNotAvailable)
        }
    }
}
