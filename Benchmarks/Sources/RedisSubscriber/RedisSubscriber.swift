import BusCore
import Logging
import Measuring
import RedisBus

/// Counts what arrives through `RedisBus`: `RedisSubscriber --socket PATH --payload BYTES --messages N`.
///
/// Prints "ready", and when all have arrived, when that was and what it cost.
@main
enum RedisSubscriber {
    @concurrent
    static func main() async throws {
        let options = Options()
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let bus = try RedisBus("redis+unix://\(options.string("socket"))", logger: logger)
        try await bus.connected(within: .seconds(5))
        let (results, finished) = AsyncStream<Result<Arrival, BusError>>.makeStream()
        let counter = ArrivalCounter(
            messages: options.integer("messages"),
            payload: options.integer("payload"),
            finished: finished
        )
        _ = try await bus.subscribe(to: ["news"], receiver: counter, activeWithin: .seconds(5))
        Report.line("ready")
        for await result in results {
            let arrival = try result.get()
            Report.write(["end": arrival.time, "cpu": arrival.cpu])
        }
        await bus.close()
    }
}
