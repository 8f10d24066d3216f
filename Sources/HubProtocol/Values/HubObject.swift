/// The members of an object, in the order of the wire.
///
/// Names may repeat, as they may on the wire; a lookup finds the last one. Two objects are equal when they hold the
/// same members in the same order.
public struct HubObject: Sendable, Hashable {
    /// One member of an object.
    public struct Member: Sendable, Hashable {
        /// The name of the member.
        public var name: String
        /// The value of the member.
        public var value: HubValue

        /// Creates a member.
        ///
        /// - Parameters:
        ///   - name: The name of the member.
        ///   - value: The value of the member.
        public init(name: String, value: HubValue) {
            self.name = name
            self.value = value
        }
    }

    /// The members in order.
    public var members: [Member]

    /// Creates an object.
    ///
    /// - Parameter members: The members in order.
    public init(_ members: [Member] = []) {
        self.members = members
    }

    /// The value of the last member with a name, or nil.
    ///
    /// Costs time in proportion to the number of members.
    ///
    /// - Parameter name: The name, compared exactly.
    public subscript(name: String) -> HubValue? {
        members.last { $0.name == name }?.value
    }
}

extension HubObject: ExpressibleByDictionaryLiteral {
    /// Creates an object with the members of a literal, in its order.
    ///
    /// - Parameter elements: Names and values.
    public init(dictionaryLiteral elements: (String, HubValue)...) {
        self.init(elements.map { Member(name: $0.0, value: $0.1) })
    }
}
