import HubProtocol
package import NIOCore

/// The confirmation of a ``GroupCommand``.
///
/// On the wire: `[id]`, byte for byte what .NET's nodes write.
package struct Acknowledgement: Sendable, Equatable {
    package var id: Int32

    package init(id: Int32) {
        self.id = id
    }

    /// Reads a confirmation; nil if the bytes are none.
    ///
    /// Further items are ignored.
    package init?(decoding bytes: ByteBuffer) {
        do {
            var reader = MessagePackReader(bytes)
            guard try reader.readArrayHeader() >= 1 else { return nil }
            self.id = try reader.readInteger()
        } catch {
            return nil
        }
    }

    package func encoded() -> ByteBuffer {
        var writer = MessagePackWriter()
        writer.writeArrayHeader(1)
        writer.write(Int(self.id))
        return writer.buffer
    }
}
