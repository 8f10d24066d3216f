/// The arguments of a command line make no sense.
public struct BusConformanceUsageError: Error, CustomStringConvertible {
    /// What is wrong with them.
    public var message: String

    init(_ message: String) {
        self.message = message
    }

    /// What is wrong, and what is known.
    public var description: String {
        """
        \(self.message). Known options: --only ID, --level core|resilient, --scale NUMBER, --seed NUMBER, --json, --list.
        """
    }
}
