package import HubProtocol
package import NIOCore

/// A message for clients as it crosses the bus: an invocation in the bytes of every protocol of the sending node, and the
/// connections that do not get it.
///
/// On the wire: `[[excluded...], {protocol: bytes...}]`, byte for byte what .NET's nodes write (`RedisProtocol` in
/// dotnet/aspnetcore). Further items, such as those of a client result, are ignored.
package struct InvocationEnvelope: Sendable, Equatable {
    package var excluded: [String]
    package var payloads: ProtocolPayloads

    package init(excluded: [String], payloads: ProtocolPayloads) {
        self.excluded = excluded
        self.payloads = payloads
    }

    /// Reads an envelope; nil if the bytes are none.
    ///
    /// - Parameters:
    ///   - bytes: What arrived. The payloads are slices of it.
    ///   - codecs: The protocols of this node; others are skipped.
    package init?(decoding bytes: ByteBuffer, _ codecs: [any HubCodec]) {
        do {
            var reader = MessagePackReader(bytes)
            guard try reader.readArrayHeader() >= 2 else { return nil }
            self.excluded = []
            for _ in 0..<(try reader.readArrayHeader()) { self.excluded.append(try reader.readString()) }
            self.payloads = ProtocolPayloads()
            for _ in 0..<(try reader.readMapHeader()) {
                let name = try reader.readString()
                let message = try reader.readBinary()
                guard let codec = codecs.firstIndex(where: { $0.name == name }) else { continue }
                self.payloads[codec: codec] = message
            }
        } catch {
            return nil
        }
    }

    /// The bytes for the bus.
    ///
    /// - Parameter codecs: The protocols of this node, in whose order the payloads are numbered.
    /// - Returns: One MessagePack value.
    package func encoded(_ codecs: [any HubCodec]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(self.payloads.largest * codecs.count + 64)
        var writer = MessagePackWriter(buffer)
        writer.writeArrayHeader(2)
        writer.writeArrayHeader(self.excluded.count)
        for id in self.excluded { writer.write(id) }
        let present = codecs.indices.filter { self.payloads[codec: $0] != nil }
        writer.writeMapHeader(present.count)
        for codec in present {
            guard let message = self.payloads[codec: codec] else { continue }
            writer.write(codecs[codec].name)
            writer.write(message)
        }
        return writer.buffer
    }
}
