import Foundation
import Measuring

/// A program under way.
///
/// It reports in lines of `name=value` on its standard output, and should end when its input does.
final class Program {
    private let name: String
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var unread: [UInt8] = []

    var id: Int { Int(self.process.processIdentifier) }

    /// Starts a program of this package, or one that is installed.
    ///
    /// - Parameters:
    ///   - name: The name of the product, or of what is installed.
    ///   - core: The core it is to run on; nil for any.
    ///   - arguments: Its arguments.
    ///   - isInstalled: Whether it is looked up in the search path.
    /// - Throws: What keeps it from being started.
    init(_ name: String, core: Int? = nil, _ arguments: [String], isInstalled: Bool = false) throws {
        self.name = name
        let bench = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        let path = isInstalled ? name : bench.deletingLastPathComponent().appendingPathComponent(name).path
        // `env` looks programs up; `taskset` pins what it becomes.
        self.process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        self.process.arguments = (core.map { ["taskset", "-c", "\($0)"] } ?? []) + [path] + arguments
        self.process.standardInput = self.input
        self.process.standardOutput = self.output
        try self.process.run()
        try? self.output.fileHandleForWriting.close()
    }

    deinit {
        if self.process.isRunning { self.process.terminate() }
    }

    /// Waits for the next line; nil when the program has ended.
    func nextLine() -> String? {
        while true {
            if let end = self.unread.firstIndex(of: 0x0A) {
                defer { self.unread.removeSubrange(...end) }
                return String(decoding: self.unread[..<end], as: UTF8.self)
            }
            let more = self.output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            self.unread.append(contentsOf: more)
        }
    }

    /// Waits for the next line and reads its values.
    func nextValues() throws -> [String: Double] {
        guard let line = self.nextLine() else {
            throw BenchError("\(self.name) ended without a result; what it said is above.")
        }
        return Report.read(line)
    }

    /// Waits for a line that contains a text.
    func waitForLine(containing text: String) throws {
        while let line = self.nextLine() {
            if line.contains(text) { return }
        }
        throw BenchError("\(self.name) ended before it said '\(text)'.")
    }

    /// Ends its input, and waits until it has ended.
    func finish() throws {
        try? self.input.fileHandleForWriting.close()
        self.process.waitUntilExit()
        guard self.process.terminationStatus == 0 else {
            let status = self.process.terminationStatus
            throw BenchError("\(self.name) failed with status \(status); what it said is above.")
        }
    }

    /// Ends it with a signal, and waits until it has ended.
    func stop() {
        self.process.terminate()
        self.process.waitUntilExit()
    }
}
