import BusCore
import Logging
import NIOCore
import RedisBus
import RedisTestSupport

/// A logger that says nothing.
let quiet = Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }

extension RedisServer {
    /// A bus on this server that has connected.
    func connectedBus(
        logger: Logger = quiet,
        _ change: (inout RedisBusConfiguration) -> Void = { _ in }
    ) async throws -> RedisBus {
        let bus = try self.bus(logger: logger, change)
        try await bus.connected(within: .seconds(20))
        return bus
    }

    /// A bus on this server.
    func bus(logger: Logger = quiet, _ change: (inout RedisBusConfiguration) -> Void = { _ in }) throws -> RedisBus {
        var configuration = try RedisBusConfiguration(self.url)
        configuration.commandTimeout = .seconds(10)
        configuration.connectTimeout = .seconds(10)
        change(&configuration)
        return try RedisBus(configuration: configuration, logger: logger)
    }
}

extension RedisBus {
    /// Waits until the bus is in a state that fits.
    func reaches(_ isWanted: @escaping @Sendable (BusState) -> Bool) async {
        for await state in self.states where isWanted(state) { return }
    }

    /// Publishes text.
    @discardableResult
    func publish(_ text: String, to channel: BusChannel) async throws -> PublishReceipt {
        try await self.publish(ByteBuffer(string: text), to: channel)
    }
}

extension BusMessage {
    /// The payload as text.
    var text: String { String(buffer: self.payload) }
}
