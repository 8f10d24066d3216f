import ArgumentParser

/// What dev/conformance and dev/chaos run.
@main
struct Runner: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance",
        abstract: "Proves RedisBus on real servers.",
        subcommands: [KitCommand.self, ChaosCommand.self]
    )
}
