import HubRuntime
import NIOCore
import Testing

@testable import HubServer

@Suite(.timeLimit(.minutes(1)))
struct HubSocketTests {
    /// The next event of the hub.
    private func next(_ iterator: inout AsyncStream<EchoHub.Event>.Iterator) async throws -> EchoHub.Event {
        let event = await iterator.next(isolation: #isolation)
        return try #require(event)
    }

    @Test("A WebSocket opens without negotiation, and what it needs to know of the request arrives")
    func opens() async throws {
        try await TestServer.with { server in
            var events = server.hub.events.makeAsyncIterator()
            try await RawClient.with(server.address) { client in
                try await client.openSocket("/chat?id2=x&user=J%C3%B6rg", "Cookie: a=b\r\n")
                guard case .opened(let request) = try await next(&events) else {
                    Issue.record("not opened")
                    return
                }
                #expect(ConnectionToken(request.connectionID) != nil)
                #expect(request.path == "/chat")
                #expect(request.query["user"] == "Jörg")
                #expect(request.headers["cookie"] == "a=b")
                #expect(request.headers["sec-websocket-key"] == nil)
                #expect(request.remoteAddress?.ipAddress == "127.0.0.1")
                try await client.send(ClientFrame.text("hello").bytes)
                let frame = try await client.frame()
                #expect(frame.first == 0x81)
                #expect(frame.payload == Array("hello".utf8))
            }
        }
    }

    @Test("A negotiated token opens one WebSocket; its id is the public one, and it is gone afterwards")
    func tokens() async throws {
        try await TestServer.with { server in
            var events = server.hub.events.makeAsyncIterator()
            let token = try await server.negotiate()
            try await RawClient.with(server.address) { client in
                try await client.openSocket("/chat?id=\(token)")
                guard case .opened(let request) = try await next(&events) else {
                    Issue.record("not opened")
                    return
                }
                #expect(request.connectionID != token)
                #expect(request.query["id"] == nil)
                try await RawClient.with(server.address) { second in
                    try await second.send(RawClient.upgrade("/chat?id=\(token)"))
                    let response = try await second.response()
                    #expect(response.status == 409)
                    #expect(response.body == "")
                }
                try await client.send(ClientFrame.close(1000).bytes)
                _ = await client.readToEnd()
            }
            guard case .closed(.graceful) = try await next(&events) else {
                Issue.record("not graceful")
                return
            }
            try await RawClient.with(server.address) { client in
                try await client.send(RawClient.upgrade("/chat?id=\(token)"))
                #expect(try await client.response().status == 404)
            }
        }
    }

    @Test("Any request of a kept-alive connection may be the upgrade, and frames right behind it are not lost")
    func upgradesLater() async throws {
        try await TestServer.with { server in
            try await RawClient.with(server.address) { client in
                try await client.send("POST /chat/negotiate HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")
                #expect(try await client.response().status == 200)
                let frames = ClientFrame.text("one").bytes + ClientFrame.text("two").bytes
                try await client.openSocket(then: frames)
                #expect(try await client.frame().payload == Array("onetwo".utf8))
            }
        }
    }

    @Test("An upgrade may be pipelined behind a request that takes a while")
    func upgradesPipelined() async throws {
        try await TestServer.with { server in
            try await RawClient.with(server.address) { client in
                let bytes = "GET /health HTTP/1.1\r\nHost: h\r\n\r\n" + RawClient.upgrade()
                try await client.send(Array(bytes.utf8) + ClientFrame.text("one").bytes)
                #expect(try await client.response().status == 200)
                #expect(try await client.response().status == 101)
                #expect(try await client.frame().payload == Array("one".utf8))
            }
        }
    }

    struct Handshake: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var remove: String
        var insert = ""
        var status: Int
    }

    static let handshakes: [Handshake] = [
        Handshake(
            testDescription: "another version",
            remove: "Sec-WebSocket-Version: 13",
            insert: "Sec-WebSocket-Version: 8",
            status: 426
        ),
        Handshake(testDescription: "no version", remove: "Sec-WebSocket-Version: 13\r\n", status: 426),
        Handshake(testDescription: "no key", remove: "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", status: 400),
        Handshake(
            testDescription: "a short key",
            remove: "dGhlIHNhbXBsZSBub25jZQ==",
            insert: "dGhlIHNhbXBsZSBub25j",
            status: 400
        ),
        Handshake(
            testDescription: "a key that is not base64",
            remove: "dGhlIHNhbXBsZSBub25jZQ==",
            insert: "dGhlIHNhbXBsZSBub25jZ!==",
            status: 400
        ),
        Handshake(
            testDescription: "two keys",
            remove: "Upgrade: websocket\r\n",
            insert: "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
            status: 400
        ),
        Handshake(testDescription: "no Connection", remove: "Connection: keep-alive, Upgrade\r\n", status: 400),
        Handshake(testDescription: "HTTP/1.0", remove: "HTTP/1.1", insert: "HTTP/1.0", status: 400),
        Handshake(
            testDescription: "another host's page",
            remove: "Host: server.example.com",
            insert: "Host: h\r\nOrigin: http://evil.example",
            status: 403
        ),
        Handshake(
            testDescription: "another protocol",
            remove: "Upgrade: websocket",
            insert: "Upgrade: h2c",
            status: 400
        ),
    ]

    @Test("An opening handshake that is not in order is refused", arguments: handshakes)
    func refusesHandshakes(_ handshake: Handshake) async throws {
        try await TestServer.with { server in
            try await RawClient.with(server.address) { client in
                let request = RawClient.upgrade().split(separator: handshake.remove, omittingEmptySubsequences: false)
                try await client.send(request.joined(separator: handshake.insert))
                let response = try await client.response()
                #expect(response.status == handshake.status)
                #expect(response.headers["connection"] == "close")
                if handshake.status == 426 { #expect(response.headers["sec-websocket-version"] == "13") }
                #expect(await client.readToEnd() == [])
            }
        }
    }

    @Test(
        "A broken frame is answered with Close and its code, and the hub is told",
        arguments: [
            (1002, ClientFrame(isMasked: false, payload: [1])), (1002, ClientFrame(opcode: 0)),
            (1007, ClientFrame(payload: [0xFF])),
            (1009, ClientFrame(opcode: 2, payload: Array(repeating: 0, count: 2_000))),
        ]
    )
    func refusesFrames(code: Int, frame: ClientFrame) async throws {
        try await TestServer.with({ $0.maximumWebSocketMessageSize = 1_000 }) { server in
            var events = server.hub.events.makeAsyncIterator()
            try await RawClient.with(server.address) { client in
                try await client.openSocket()
                _ = try await next(&events)
                try await client.send(frame.bytes + Array(repeating: 0, count: 5_000))
                let close = try await client.frame()
                #expect(close.first == 0x88)
                #expect(close.payload.prefix(2).reduce(0) { $0 << 8 | Int($1) } == code)
                guard case .closed(.failed(let error)) = try await next(&events) else {
                    Issue.record("not failed")
                    return
                }
                #expect(error is WebSocketViolation)
                #expect(await client.readToEnd() == [])
            }
        }
    }

    @Test("A ping is answered with what it carried, also between the fragments of a message")
    func pings() async throws {
        try await TestServer.with { server in
            try await RawClient.with(server.address) { client in
                try await client.openSocket()
                try await client.send(ClientFrame(isFinal: false, payload: [0x61]).bytes)
                #expect(try await client.frame().payload == [0x61])
                try await client.send(ClientFrame(opcode: 9, payload: [1, 2, 3]).bytes)
                let pong = try await client.frame()
                #expect(pong.first == 0x8A)
                #expect(pong.payload == [1, 2, 3])
                try await client.send(ClientFrame(opcode: 0, payload: [0x62]).bytes)
                #expect(try await client.frame().payload == [0x62])
            }
        }
    }

    @Test("The client's Close is echoed with its code, after what was sent before it")
    func clientCloses() async throws {
        try await TestServer.with { server in
            try await RawClient.with(server.address) { client in
                try await client.openSocket()
                try await client.send(ClientFrame.text("last").bytes + ClientFrame.close(3001, "bye").bytes)
                #expect(try await client.frame().payload == Array("last".utf8))
                let close = try await client.frame()
                #expect(close.first == 0x88)
                #expect(close.payload == [0x0B, 0xB9])
                #expect(await client.readToEnd() == [])
            }
        }
    }

    @Test("The hub's Close says why, and waits for the client's")
    func hubCloses() async throws {
        try await TestServer.with { server in
            var events = server.hub.events.makeAsyncIterator()
            try await RawClient.with(server.address) { client in
                try await client.openSocket()
                _ = try await next(&events)
                try await client.send(ClientFrame.text("close!").bytes)
                let close = try await client.frame()
                #expect(close.payload == [0x03, 0xE9] + Array("as you wish".utf8))
                try await client.send(ClientFrame.text("ignored").bytes + ClientFrame.close(1001).bytes)
                #expect(await client.readToEnd() == [])
            }
            guard case .closed(.graceful) = try await next(&events) else {
                Issue.record("not graceful")
                return
            }
        }
    }

    @Test("A client that does not answer Close is cut off")
    func closeTimesOut() async throws {
        try await TestServer.with({ $0.closeTimeout = .zero }) { server in
            var events = server.hub.events.makeAsyncIterator()
            try await RawClient.with(server.address) { client in
                try await client.openSocket()
                _ = try await next(&events)
                try await client.send(ClientFrame.text("close!").bytes)
                _ = try await client.frame()
                #expect(await client.readToEnd() == [])
            }
            guard case .closed(.failed(let error)) = try await next(&events) else {
                Issue.record("not failed")
                return
            }
            #expect(error as? HubSocketError == .closeTimedOut)
        }
    }

    @Test("A client that vanishes is reported, and no longer counted")
    func vanishes() async throws {
        try await TestServer.with { server in
            var events = server.hub.events.makeAsyncIterator()
            try await RawClient.with(server.address) { client in
                try await client.openSocket()
                _ = try await next(&events)
                #expect(server.server.connectionCount == 1)
                try await client.vanish()
            }
            guard case .closed(.failed) = try await next(&events) else {
                Issue.record("not failed")
                return
            }
        }
    }

    @Test("A client that does not read makes the transport unwritable, and stopping does not wait for it")
    func slowClient() async throws {
        try await TestServer.with { server in
            var events = server.hub.events.makeAsyncIterator()
            try await RawClient.with(server.address) { client in
                try await client.openSocket()
                _ = try await next(&events)
                try await client.send(ClientFrame.text("flood!").bytes)
                guard case .writabilityChanged(false) = try await next(&events) else {
                    Issue.record("still writable")
                    return
                }
                await server.server.shutdown()
            }
        }
    }
}
