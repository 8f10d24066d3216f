import BusCore
import InMemoryBus
import Logging
import Measuring
import NIOCore

/// Publishes inside one process to a number of subscribers, over `InMemoryBus` or through a table of closures:
/// `InProcess --subject bus|closures --subscribers N --messages M`.
@main
enum InProcess {
    @concurrent
    static func main() async throws {
        let options = Options()
        let subscribers = options.integer("subscribers")
        let messages = options.integer("messages")
        let payload = ByteBuffer(repeating: 0x78, count: 128)
        let counters = (0..<subscribers).map { _ in Counter() }

        let publish: (Int) -> Void
        var bus: InMemoryBus?
        switch options.string("subject") {
        case "bus":
            let subject = InMemoryBus(logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
            try await Self.subscribe(counters, to: subject)
            publish = { Self.publish(payload, count: $0, on: subject) }
            bus = subject
        case "closures":
            let subject = ClosureTable()
            for counter in counters { subject.subscribe(to: "news") { counter.add($0.payload) } }
            publish = { Self.publish(payload, count: $0, on: subject) }
        case let other:
            preconditionFailure("--subject is bus or closures, not \(other).")
        }

        publish(messages / 10)
        let (time, cpu) = (ProcessClock.now, ProcessClock.cpu)
        publish(messages)
        let (seconds, cpuSeconds) = (ProcessClock.now - time, ProcessClock.cpu - cpu)

        let expected = (messages + messages / 10) * subscribers
        let received = counters.reduce(0) { $0 + $1.messages }
        precondition(received == expected, "\(received) of \(expected) messages arrived.")
        await bus?.close()
        Report.write(["deliveries": Double(messages * subscribers), "seconds": seconds, "cpu": cpuSeconds])
    }

    private static func subscribe(_ counters: [Counter], to bus: InMemoryBus) async throws {
        try await bus.connected(within: .seconds(5))
        for counter in counters {
            _ = try await bus.subscribe(to: ["news"], receiver: counter, activeWithin: .seconds(5))
        }
    }

    private static func publish(_ payload: ByteBuffer, count: Int, on bus: InMemoryBus) {
        let channel: BusChannel = "news"
        for _ in 0..<count {
            bus.submit(payload, to: channel) { result in
                if case .failure(let error) = result { fatalError("\(error)") }
            }
        }
    }

    private static func publish(_ payload: ByteBuffer, count: Int, on table: ClosureTable) {
        for _ in 0..<count {
            table.publish(ClosureTable.Message(topic: "news", payload: payload))
        }
    }
}
