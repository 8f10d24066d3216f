package import NIOCore

/// A value of the wire that has not been decoded yet: its bytes in the format it came in.
///
/// The bytes are known to be well-formed. They are a slice of what was read from the peer, and keep that read alive:
/// whoever stores values for long should decode them.
public struct RawHubValue: Sendable {
    /// The format that the bytes are in.
    package enum Format: Sendable, Hashable {
        case json
    }

    /// The format that the bytes are in.
    package let format: Format

    /// One well-formed value in that format, and nothing else.
    package let bytes: ByteBuffer

    /// Creates a value from bytes that have been checked.
    ///
    /// - Parameters:
    ///   - checkedBytes: One well-formed value and nothing else.
    ///   - format: The format that they are in.
    package init(checkedBytes: ByteBuffer, format: Format) {
        self.bytes = checkedBytes
        self.format = format
    }

    /// Decodes the value.
    ///
    /// `String`, `Bool`, numbers, ``HubValue`` and ``RawHubValue`` are read directly; other types through their
    /// `init(from:)`. Costs time in proportion to the size of the value.
    ///
    /// - Parameter type: The type it should become.
    /// - Returns: The decoded value.
    /// - Throws: ``HubBindingError`` when the value does not fit the type.
    public func decode<T: Decodable>(as type: T.Type) throws(HubBindingError) -> T {
        switch format {
        case .json: try JSONValueReader.decode(type, from: self)
        }
    }
}
