import BusCore
import Logging
import Measuring
import NIOCore
import RedisBus

/// Publishes through `RedisBus`: `RedisPublisher --socket PATH --payload BYTES --messages N [--window 1024]`.
///
/// One task submits; at most a window of publishes has no outcome yet.
@main
enum RedisPublisher {
    @concurrent
    static func main() async throws {
        let options = Options()
        let payload = ByteBuffer(repeating: 0x78, count: options.integer("payload"))
        let messages = options.integer("messages")
        let window = PublishWindow(size: options.has("window") ? options.integer("window") : 1_024)

        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let bus = try RedisBus("redis+unix://\(options.string("socket"))", logger: logger)
        try await bus.connected(within: .seconds(5))

        let (start, cpu) = (ProcessClock.now, ProcessClock.cpu)
        try await Self.publish(payload, count: messages, on: bus, window)
        let (end, used) = (ProcessClock.now, ProcessClock.cpu - cpu)
        await bus.close()
        Report.write(["start": start, "end": end, "cpu": used])
    }

    private static func publish(
        _ payload: ByteBuffer,
        count: Int,
        on bus: RedisBus,
        _ window: PublishWindow
    ) async throws {
        let channel: BusChannel = "news"
        for number in 0..<count {
            await window.admit(number)
            bus.submit(payload, to: channel) { window.finished($0) }
        }
        await window.admit(count, whenAllFinished: true)
        if let error = window.firstError { throw error }
    }
}
