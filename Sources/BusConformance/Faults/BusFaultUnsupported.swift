/// An injector was asked for a fault that it declares and does not implement.
public struct BusFaultUnsupported: Error, CustomStringConvertible {
    /// The fault.
    public var verb: BusFaultVerb

    /// Creates the error.
    ///
    /// - Parameter verb: The fault.
    public init(_ verb: BusFaultVerb) {
        self.verb = verb
    }

    /// What happened and what to do.
    public var description: String {
        "The fault injector does not implement \(self.verb): implement it, or take it out of the declared verbs."
    }
}
