import Foundation

/// A line of `name=value` pairs: what a program tells the one that started it.
public enum Report {
    /// Writes one line to standard output at once.
    ///
    /// - Parameter values: The names and their values.
    public static func write(_ values: KeyValuePairs<String, Double>) {
        Self.line(values.map { "\($0)=\($1)" }.joined(separator: " "))
    }

    /// Writes one line to standard output at once.
    ///
    /// - Parameter text: The line, without its end.
    public static func line(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    /// Reads a line.
    ///
    /// - Parameter line: The line, without its end.
    /// - Returns: The names and values in it; anything else is skipped.
    public static func read(_ line: some StringProtocol) -> [String: Double] {
        var values: [String: Double] = [:]
        for pair in line.split(separator: " ") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            if parts.count == 2, let value = Double(parts[1]) { values[String(parts[0])] = value }
        }
        return values
    }
}
