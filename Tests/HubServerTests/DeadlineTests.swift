import NIOCore
import NIOEmbedded
import Testing

@testable import HubServer

@Suite(.timeLimit(.minutes(1)))
struct DeadlineTests {
    private let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test("A first request has 15 seconds to arrive, however it trickles in")
    func firstRequest() throws {
        let connection = try EmbeddedConnection()
        for byte in request.utf8.prefix(14) {
            connection.send([byte])
            #expect(connection.channel.isActive)
            connection.pass(.seconds(1))
        }
        connection.pass(.seconds(2))
        #expect(!connection.channel.isActive)
        #expect(connection.serverLoop.watchedCount == 0)
    }

    @Test("A later request has 15 seconds from its first byte, and until then 120")
    func laterRequest() throws {
        let connection = try EmbeddedConnection()
        connection.pass(.seconds(10))
        connection.send(request)
        #expect(try connection.receivedText().hasSuffix("home"))
        connection.pass(.seconds(100))
        #expect(connection.channel.isActive)
        connection.send("GET / HT")
        connection.pass(.seconds(10))
        connection.send("TP/1.1\r\nHo")
        #expect(connection.channel.isActive)
        connection.pass(.seconds(7))
        #expect(!connection.channel.isActive)
    }

    @Test("A connection may be idle for 120 seconds, from its last answer on")
    func idle() throws {
        let connection = try EmbeddedConnection()
        for _ in 0..<3 {
            connection.send(request)
            connection.pass(.seconds(118))
            #expect(connection.channel.isActive)
        }
        connection.pass(.seconds(4))
        #expect(!connection.channel.isActive)
    }

    @Test("A body that doesn't come to its end is not waited for")
    func body() throws {
        let connection = try EmbeddedConnection()
        connection.send("POST /chat/negotiate HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n12345")
        connection.pass(.seconds(10))
        connection.send("6789")
        #expect(connection.channel.isActive)
        connection.pass(.seconds(7))
        #expect(!connection.channel.isActive)
    }

    @Test("A WebSocket has no deadline of HTTP, and one while it closes")
    func sockets() throws {
        let connection = try EmbeddedConnection()
        connection.send(RawClient.upgrade())
        #expect(try connection.receivedText().hasPrefix("HTTP/1.1 101"))
        connection.pass(.hours(1))
        #expect(connection.channel.isActive)
        #expect(connection.serverLoop.watchedCount == 0)
        connection.send(ClientFrame.text("close!").bytes)
        #expect(try connection.received().first == 0x88)
        #expect(connection.serverLoop.watchedCount == 1)
        connection.pass(.seconds(4))
        #expect(connection.channel.isActive)
        connection.pass(.seconds(3))
        #expect(!connection.channel.isActive)
        #expect(connection.serverLoop.watchedCount == 0)
    }

    @Test("Pings of a client that doesn't read are answered once, when it reads again")
    func pings() throws {
        let connection = try EmbeddedConnection()
        connection.send(RawClient.upgrade())
        _ = try connection.received()
        connection.channel.isWritable = false
        for number in 0..<100 as Range<UInt8> {
            connection.send(ClientFrame(opcode: 9, payload: [number]).bytes)
        }
        #expect(try connection.received() == [])
        connection.channel.isWritable = true
        connection.channel.pipeline.fireChannelWritabilityChanged()
        #expect(try connection.received() == [0x8A, 1, 99])
    }

    @Test("Several pings in one read are answered by one pong, and what the hub writes meanwhile is flushed once")
    func coalesces() throws {
        let connection = try EmbeddedConnection()
        connection.send(RawClient.upgrade())
        _ = try connection.received()
        let ping = ClientFrame(opcode: 9, payload: [7]).bytes
        connection.send(ping + ClientFrame.text("a").bytes + ping + ClientFrame.text("b").bytes)
        #expect(try connection.received() == [0x81, 2, 0x61, 0x62, 0x8A, 1, 7])
    }

    @Test("Whatever is sent, nothing traps, and no deadline outlives its connection", arguments: 0..<8 as Range<UInt64>)
    func fuzz(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let texts = [
            request, RawClient.upgrade(), "GET /chat?id=x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
            "POST /chat/negotiate HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "POST /chat/negotiate HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
            "HEAD /nothing%20here HTTP/1.0\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ]
        for _ in 0..<150 {
            let connection = try EmbeddedConnection()
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes += Array((texts.randomElement(using: &random) ?? request).utf8)
                bytes += ClientFrame.text("hello").bytes.prefix(Int.random(in: 0...20, using: &random))
            }
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                bytes[position] = UInt8.random(in: .min ... .max, using: &random)
            }
            while !bytes.isEmpty {
                let count = Int.random(in: 1...bytes.count, using: &random)
                connection.send(Array(bytes.prefix(count)))
                bytes.removeFirst(count)
            }
            connection.send(ClientFrame.text("close!").bytes)
            connection.pass(.seconds(150))
            // It is a WebSocket still if its last frame was cut short and swallowed the request to close.
            if connection.channel.isActive { try connection.channel.close().wait() }
            #expect(connection.serverLoop.watchedCount == 0)
        }
    }
}
