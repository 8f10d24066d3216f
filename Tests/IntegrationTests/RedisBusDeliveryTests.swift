import BusCore
import NIOCore
import RedisBus
import RedisTestSupport
import Testing

@Suite("RedisBus delivers", .timeLimit(.minutes(1)))
struct RedisBusDeliveryTests {
    @Test(arguments: [RedisServer.Transport.tcp, .unixSocket])
    func messagesCrossBusesAndComeBack(_ transport: RedisServer.Transport) async throws {
        let server = try await RedisServer.started(transport)
        let one = try await server.connectedBus()
        let two = try await server.connectedBus()
        let (here, there) = (Inbox(), Inbox())
        _ = try await one.subscribe(to: ["news"], receiver: here, activeWithin: .seconds(10))
        _ = try await two.subscribe(to: ["news"], receiver: there, activeWithin: .seconds(10))

        let receipt = try await one.publish("hello", to: "news")
        #expect(receipt == PublishReceipt(receivers: 2, echo: .returns))
        for inbox in [here, there] {
            var events = inbox.events.makeAsyncIterator()
            let message = try await events.nextMessage()
            #expect(message.text == "hello")
            #expect(message.channel == "news")
        }
        await one.close()
        await two.close()
    }

    @Test func keepsTheOrderOfManyMessages() async throws {
        let server = try await RedisServer.started()
        let (one, two) = (try await server.connectedBus(), try await server.connectedBus())
        let inbox = Inbox()
        _ = try await two.subscribe(to: ["a", "b"], receiver: inbox, activeWithin: .seconds(10))
        for start in stride(from: 0, to: 20_000, by: 2_000) {
            for number in start..<start + 2_000 {
                one.submit(ByteBuffer(integer: number), to: number % 2 == 0 ? "a" : "b") { result in
                    if case .failure(let error) = result { Issue.record(error) }
                }
            }
            try await one.publish("", to: "elsewhere")
        }
        var events = inbox.events.makeAsyncIterator()
        for expected in 0..<20_000 {
            let message = try await events.nextMessage()
            try #require(message.payload.getInteger(at: message.payload.readerIndex, as: Int.self) == expected)
        }
        #expect(one.statistics.published == 20_010)
        await one.close()
        await two.close()
    }

    @Test func carriesAnyPayloadUpToTheLimit() async throws {
        let server = try await RedisServer.started()
        let bus = try await server.connectedBus()
        let inbox = Inbox()
        _ = try await bus.subscribe(to: ["data"], receiver: inbox, activeWithin: .seconds(10))
        var events = inbox.events.makeAsyncIterator()
        let large = ByteBuffer(repeating: 0xA5, count: 8 * 1024 * 1024)
        let payloads = [
            ByteBuffer(), ByteBuffer(bytes: 0...255 as ClosedRange<UInt8>),
            ByteBuffer(string: "*3\r\n$7\r\nmessage\r\n"),
            large, ByteBuffer(string: "after the large one"),
        ]
        for payload in payloads { try await bus.publish(payload, to: "data") }
        for payload in payloads { #expect(try await events.nextMessage().payload == payload) }

        let tooLarge = ByteBuffer(repeating: 0, count: 8 * 1024 * 1024 + 1)
        let error = await #expect(throws: BusError.self) { try await bus.publish(tooLarge, to: "data") }
        #expect(error?.code == .payloadTooLarge)
        #expect(bus.state == .connected)
        await bus.close()
    }

    @Test func channelNamesAreBytes() async throws {
        let server = try await RedisServer.started()
        let bus = try await server.connectedBus { $0.channelPrefix = "App " }
        let names: [[UInt8]] = [
            [0], [0xFF, 0xFE], Array("*".utf8), Array("a\r\nb".utf8), Array("a?[b]".utf8), Array("é".utf8),
            Array("e\u{301}".utf8), Array("A".utf8), Array("a".utf8), [UInt8](repeating: 0x78, count: 4_096),
        ]
        let inbox = Inbox()
        let channels = names.map { BusChannel(bytes: $0) }
        _ = try await bus.subscribe(to: channels, receiver: inbox, activeWithin: .seconds(10))
        var events = inbox.events.makeAsyncIterator()
        for channel in channels {
            #expect(try await bus.publish(channel.bytes, to: channel).receivers == 1)
            let message = try await events.nextMessage()
            #expect(message.channel == channel)
            #expect(message.payload == channel.bytes)
        }
        for bad in [BusChannel(""), BusChannel(bytes: [UInt8](repeating: 0x78, count: 4_097))] {
            #expect(throws: BusError.self) { try bus.subscribe(to: [bad], receiver: inbox) }
        }
        await bus.close()
    }

    @Test func prefixesSeparateApplications() async throws {
        let server = try await RedisServer.started()
        let red = try await server.connectedBus { $0.channelPrefix = "red:" }
        let blue = try await server.connectedBus { $0.channelPrefix = "blue:" }
        let (redInbox, blueInbox) = (Inbox(), Inbox())
        _ = try await red.subscribe(to: ["c"], receiver: redInbox, activeWithin: .seconds(10))
        _ = try await blue.subscribe(to: ["c"], receiver: blueInbox, activeWithin: .seconds(10))
        #expect(try await red.publish("from red", to: "c").receivers == 1)
        try await blue.publish("from blue", to: "c")
        var blueEvents = blueInbox.events.makeAsyncIterator()
        #expect(try await blueEvents.nextMessage().text == "from blue")
        var redEvents = redInbox.events.makeAsyncIterator()
        #expect(try await redEvents.nextMessage().text == "from red")
        await red.close()
        await blue.close()
    }

    @Test func foreignPublishersAndSubscribersSeeTheVeryBytes() async throws {
        let server = try await RedisServer.started()
        let bus = try await server.connectedBus { $0.channelPrefix = "MyApp" }
        let inbox = Inbox()
        _ = try await bus.subscribe(to: ["Chat:all"], receiver: inbox, activeWithin: .seconds(10))
        let bytes: [UInt8] = Array("foreign \r\n".utf8) + [0, 255]
        let count = try await server.command([Array("PUBLISH".utf8), Array("MyAppChat:all".utf8), bytes])
        #expect(count == .integer(1))
        var events = inbox.events.makeAsyncIterator()
        #expect(try await events.nextMessage().payload == ByteBuffer(bytes: bytes))
        await bus.close()
    }

    @Test func cancellingTheLastSubscriptionTellsRedis() async throws {
        let server = try await RedisServer.started()
        let bus = try await server.connectedBus()
        let inbox = Inbox()
        let first = try await bus.subscribe(to: ["c"], receiver: inbox, activeWithin: .seconds(10))
        let second = try await bus.subscribe(to: ["c"], receiver: inbox, activeWithin: .seconds(10))
        first.cancel()
        #expect(try await bus.publish("still", to: "c").receivers == 1)
        second.cancel()
        await second.cancelled()
        // The next confirmed SUBSCRIBE comes after the UNSUBSCRIBE on the same connection.
        _ = try await bus.subscribe(to: ["other"], receiver: inbox, activeWithin: .seconds(10))
        #expect(try await bus.publish("none", to: "c").receivers == 0)
        await bus.close()
    }

    @Test func closeEndsEverything() async throws {
        let server = try await RedisServer.started()
        let bus = try await server.connectedBus()
        let inbox = Inbox()
        let subscription = try await bus.subscribe(to: ["c"], receiver: inbox, activeWithin: .seconds(10))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<5 { group.addTask { await bus.close() } }
        }
        await bus.close()
        var events = inbox.events.makeAsyncIterator()
        #expect(try await events.nextEnd().1.code == .closed)
        let error = await #expect(throws: BusError.self) { try await bus.publish("late", to: "c") }
        #expect(error?.code == .closed)
        #expect(throws: BusError.self) { try bus.subscribe(to: ["d"], receiver: inbox) }
        subscription.cancel()
        await subscription.cancelled()
        #expect(bus.state == .closed)
        #expect(await bus.health().state == .closed)
        var states = bus.states.makeAsyncIterator()
        #expect(await states.next() == .closed)
        #expect(await states.next() == nil)
    }

    @Test func aBusThatIsLetGoDisconnects() async throws {
        let server = try await RedisServer.started()
        let inbox = Inbox()
        do {
            let bus = try await server.connectedBus()
            _ = try await bus.subscribe(to: ["c"], receiver: inbox, activeWithin: .seconds(10))
        }
        var events = inbox.events.makeAsyncIterator()
        #expect(try await events.nextEnd().1.code == .closed)
    }
}
