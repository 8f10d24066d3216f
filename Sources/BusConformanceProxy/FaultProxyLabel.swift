/// What kind of connection one is, so that faults can hit some connections and spare others.
public struct FaultProxyLabel: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The label of connections whose first bytes said nothing.
    public static let other: FaultProxyLabel = "other"

    /// The text of the label.
    public let description: String

    /// Creates a label.
    ///
    /// - Parameter value: Its text.
    public init(stringLiteral value: String) {
        self.description = value
    }
}
