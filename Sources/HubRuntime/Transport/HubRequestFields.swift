/// Names with values, as in a query or in the header of a request.
///
/// A connection keeps its request for life, and a server keeps a great many connections: all fields together live in one
/// allocation, and strings are made when somebody asks for them. Looking a name up costs a walk over the fields.
public struct HubRequestFields: Sendable, Hashable {
    /// Name and value of each field, each as four bytes of length, most significant first, in front of UTF-8.
    private var storage: [UInt8] = []

    /// Creates an empty list.
    public init() {}

    /// Creates a list from names and values.
    ///
    /// - Parameter fields: The fields, in their order.
    public init(_ fields: some Sequence<(name: String, value: String)>) {
        for field in fields {
            self.append(name: field.name, value: field.value)
        }
    }

    /// Adds a field at the end.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The value.
    public mutating func append(name: String, value: String) {
        self.append(name)
        self.append(value)
    }

    /// The value of the first field of a name, compared without regard to ASCII case; nil if there is none.
    ///
    /// - Parameter name: The name to look for.
    public subscript(name: String) -> String? {
        self.first { ASCIICase.equal($0.name, name) }?.value
    }

    private mutating func append(_ text: String) {
        let bytes = text.utf8
        let count = UInt32(clamping: bytes.count)
        for shift in [24, 16, 8, 0] as [UInt32] {
            self.storage.append(UInt8(truncatingIfNeeded: count >> shift))
        }
        self.storage.append(contentsOf: bytes)
    }
}

extension HubRequestFields: Sequence {
    /// One field.
    public typealias Element = (name: String, value: String)

    /// Starts walking over the fields.
    ///
    /// - Returns: An iterator over the fields in their order.
    public func makeIterator() -> Iterator {
        Iterator(storage: self.storage)
    }

    /// Walks over the fields.
    public struct Iterator: IteratorProtocol {
        private let storage: [UInt8]
        private var index = 0

        fileprivate init(storage: [UInt8]) {
            self.storage = storage
        }

        /// Gives the next field.
        ///
        /// - Returns: The field, or nil after the last one.
        public mutating func next() -> Element? {
            guard self.index < self.storage.count else { return nil }
            return (self.text(), self.text())
        }

        private mutating func text() -> String {
            var count = 0
            for byte in self.storage[self.index..<self.index + 4] {
                count = count << 8 | Int(byte)
            }
            let start = self.index + 4
            self.index = start + count
            return String(decoding: self.storage[start..<self.index], as: UTF8.self)
        }
    }
}
