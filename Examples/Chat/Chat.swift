import ArgumentParser
import BusCore
import Foundation
import HubRuntime
import HubServer
import InMemoryBus
import Logging
import NIOCore
import RedisBus

/// The chat example: one hub over a bus that is chosen when it starts, and a page to try it with.
@main
enum Chat {
    /// Runs off the main actor, where loops that await are many times slower.
    @concurrent
    static func main() async {
        let options = ChatOptions.parseOrExit()
        do {
            try await run(options)
        } catch let error as HubServerError where error.code == .portInUse {
            fail("\(error) The option is --port, as in --port \(options.port + 1).")
        } catch {
            fail("\(error)")
        }
    }

    @concurrent
    private static func run(_ options: ChatOptions) async throws {
        var logger = Logger(label: "chat") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = options.logLevel

        var configuration = HubServerConfiguration()
        configuration.host = options.host
        configuration.port = options.port
        let bus = try await makeBus(options, logger)
        let server = HubServer(bus: bus, configuration: configuration, logger: logger)
        server.map(ChatHub(node: server.node), at: "/chat") { endpoint in
            // Whoever asks is believed: this is an example. An application takes the user from its own authentication.
            endpoint.userID = { request in request.query["user"] }
        }
        ChatPage.serve(from: server)
        try await server.run { address in
            // The one line on standard output; it isn't buffered, so that whoever started this can wait for it.
            FileHandle.standardOutput.write(Data("Listening on \(url(of: address))\n".utf8))
        }
    }

    @concurrent
    private static func makeBus(_ options: ChatOptions, _ logger: Logger) async throws -> any MessageBus {
        switch options.chosenBus {
        case .memory:
            return InMemoryBus(logger: logger)
        case .redis(let address):
            var configuration = try RedisBusConfiguration(address)
            if let prefix = options.prefix { configuration.channelPrefix = prefix }
            return try await RedisBus.connect(configuration, logger: logger)
        }
    }

    private static func url(of address: SocketAddress) -> String {
        let host = address.ipAddress ?? "localhost"
        return "http://\(host.contains(":") ? "[\(host)]" : host):\(address.port ?? 0)"
    }

    private static func fail(_ message: String) -> Never {
        FileHandle.standardError.write(Data("Error: \(message)\n".utf8))
        exit(1)
    }
}
