import Foundation

/// Where it was measured.
enum Machine {
    static var description: String {
        let info = ProcessInfo.processInfo
        let facts = [
            Self.processor,
            "\(info.activeProcessorCount) cores",
            "\(info.physicalMemory / 1_073_741_824) GiB",
            Self.firstLine(of: ["uname", "-sr"]),
            Self.firstLine(of: ["redis-server", "--version"])?.split(separator: " sha").first.map(String.init),
            Self.firstLine(of: ["swift", "--version"]),
        ]
        return facts.compactMap(\.self).joined(separator: "\n")
    }

    private static var processor: String? {
        let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
        let line = lines.first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func firstLine(of command: [String]) -> String? {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init)
    }
}
