import ArgumentParser
import Foundation
import Logging

/// What the command line says, checked.
struct ChatOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The address to listen on; 0.0.0.0 lets other machines in.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 picks a free one.", transform: ChatOptions.port)
    var port = 8080

    @Option(
        help: ArgumentHelp(
            "What carries messages between nodes: memory (this process alone), or Redis as a URL or connection string.",
            discussion: """
                redis://HOST, rediss://HOST, redis+sentinel://HOST,HOST/SERVICE, redis+cluster://HOST,HOST, or HOST:PORT,option=… \
                Default: the environment variable HUBS_BUS, the place for a password, else memory.
                """,
            valueName: "memory|redis"
        )
    )
    var bus: BusChoice?

    @Option(help: "What channel names in Redis begin with, so that applications can share it, such as 'chat:'.")
    var prefix: String?

    @Option(
        help: ArgumentHelp(
            "What is logged to standard error: trace, debug, info, notice, warning, error or critical.",
            valueName: "level"
        ),
        transform: ChatOptions.logLevel
    )
    var logLevel = Logger.Level.info

    /// The bus to use: the option, else the environment, else memory.
    var chosenBus: BusChoice {
        bus ?? ProcessInfo.processInfo.environment["HUBS_BUS"].flatMap(BusChoice.init(argument:)) ?? .memory
    }

    private static func port(_ text: String) throws -> Int {
        guard let port = UInt16(text) else {
            throw ValidationError("A port is a number from 0 to 65535, and 0 picks a free one.")
        }
        return Int(port)
    }

    private static func logLevel(_ text: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: text) else {
            throw ValidationError("A level is one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return level
    }

    func validate() throws {
        if host.isEmpty {
            throw ValidationError("'--host' is empty. Give an address, such as 127.0.0.1, or leave the option out.")
        }
        if prefix != nil, case .memory = chosenBus {
            throw ValidationError(
                "'--prefix' separates applications that share a Redis server, and the bus is memory. "
                    + "Add '--bus redis://HOST:6379', or leave '--prefix' out."
            )
        }
    }
}

/// Which bus the nodes share.
enum BusChoice: ExpressibleByArgument, Sendable {
    case memory
    /// A `redis://` URL or a connection string, which may hold a password and is therefore never printed.
    case redis(String)

    init?(argument: String) {
        switch argument {
        case "": return nil
        case "memory": self = .memory
        default: self = .redis(argument)
        }
    }
}
