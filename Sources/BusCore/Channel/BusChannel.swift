public import NIOCore

/// The name of a bus channel: bytes, with their hash computed once.
///
/// A channel is never a `String`: Swift's string equality merges names that differ only in Unicode normalisation, and a
/// broker does not. Names are case-sensitive, and no byte in them has a special meaning: `*` is a name like any other.
///
/// Copying a channel costs one retain; hashing it costs nothing; comparing two costs a comparison of bytes.
public struct BusChannel: Sendable {
    /// The bytes of the name.
    public let bytes: ByteBuffer

    /// The hash of the bytes, stable within one process only.
    package let hash: UInt64

    /// Creates a channel from the UTF-8 bytes of a string.
    ///
    /// - Parameter name: The name. Whether it is empty or too long is checked by the bus that it is used with.
    public init(_ name: String) {
        self.init(bytes: ByteBuffer(string: name))
    }

    /// Creates a channel from bytes.
    ///
    /// Keeps the buffer as it is: give it a slice of a large read only if the channel does not outlive that read.
    ///
    /// - Parameter bytes: The name; its readable bytes count.
    public init(bytes: ByteBuffer) {
        self.bytes = bytes
        self.hash = ChannelHash.hash(bytes)
    }

    /// Creates a channel from a sequence of bytes.
    ///
    /// - Parameter bytes: The name.
    public init(bytes: some Sequence<UInt8>) {
        self.init(bytes: ByteBuffer(bytes: bytes))
    }

    /// The number of bytes in the name.
    public var count: Int { self.bytes.readableBytes }
}

extension BusChannel: Hashable {
    /// Compares the bytes of two names.
    ///
    /// - Parameters:
    ///   - left: A channel.
    ///   - right: Another one.
    /// - Returns: Whether the names are the same, byte for byte.
    public static func == (left: BusChannel, right: BusChannel) -> Bool {
        left.hash == right.hash && left.bytes == right.bytes
    }

    /// Feeds the precomputed hash.
    ///
    /// - Parameter hasher: The hasher to feed.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.hash)
    }
}

extension BusChannel: ExpressibleByStringLiteral {
    /// Creates a channel from a literal.
    ///
    /// - Parameter value: The name.
    public init(stringLiteral value: String) {
        self.init(value)
    }
}

extension BusChannel: CustomStringConvertible {
    /// The name as text, for logs: bytes that are not printable ASCII appear as `\xNN`.
    public var description: String {
        var text = ""
        for byte in self.bytes.readableBytesView {
            if byte >= 0x20, byte < 0x7F, byte != 0x5C {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16)
                text += digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
            }
        }
        return text
    }
}
