/// A bus does not keep a property.
public struct BusCheckFailure: Error, Sendable {
    /// The readable id of the check.
    public var check: String
    /// The number of the property in the catalogue.
    public var property: Int
    /// What was expected, and what came instead.
    public var expected: String
    /// The seed that reproduces the run.
    public var seed: UInt64
    /// What each subscriber got, at most 40 lines.
    public var ledger: [BusLedgerLine]
    /// The error that the bus threw where none was expected.
    public var cause: (any Error)?

    /// Creates a failure.
    ///
    /// - Parameters:
    ///   - check: The readable id of the check.
    ///   - property: The number of the property in the catalogue.
    ///   - expected: What was expected, and what came instead.
    ///   - seed: The seed that reproduces the run.
    ///   - ledger: What each subscriber got.
    ///   - cause: The error that the bus threw where none was expected.
    public init(
        check: String,
        property: Int,
        expected: String,
        seed: UInt64,
        ledger: [BusLedgerLine] = [],
        cause: (any Error)? = nil
    ) {
        self.check = check
        self.property = property
        self.expected = expected
        self.seed = seed
        self.ledger = ledger
        self.cause = cause
    }
}

extension BusCheckFailure: CustomStringConvertible {
    /// The failure with its seed and ledger, several lines long.
    public var description: String {
        var lines = ["\(self.check) (property \(self.property), seed \(self.seed)): \(self.expected)"]
        if let cause = self.cause { lines.append("  cause: \(cause)") }
        lines += self.ledger.map { "  \($0)" }
        return lines.joined(separator: "\n")
    }
}
