/// The headers of a message: text by text, in the order of the wire.
///
/// The protocol defines no header; servers and clients carry trace context in them. Names are compared exactly.
public struct HubHeaders: Sendable, Hashable {
    /// One header.
    public struct Element: Sendable, Hashable {
        /// The name of the header.
        public var name: String
        /// The value of the header.
        public var value: String

        /// Creates a header.
        ///
        /// - Parameters:
        ///   - name: The name of the header.
        ///   - value: The value of the header.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The headers in order.
    public var elements: [Element]

    /// Creates headers.
    ///
    /// - Parameter elements: The headers in order.
    public init(_ elements: [Element] = []) {
        self.elements = elements
    }

    /// Whether there is no header at all; such headers are not written.
    public var isEmpty: Bool { elements.isEmpty }

    /// The value of the last header with a name, or nil.
    ///
    /// Costs time in proportion to the number of headers.
    ///
    /// - Parameter name: The name, compared exactly.
    public subscript(name: String) -> String? {
        elements.last { $0.name == name }?.value
    }
}

extension HubHeaders: ExpressibleByDictionaryLiteral {
    /// Creates headers in the order of a literal.
    ///
    /// - Parameter elements: Names and values.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { Element(name: $0.0, value: $0.1) })
    }
}
