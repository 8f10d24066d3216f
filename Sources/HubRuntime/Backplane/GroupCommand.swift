import HubProtocol
package import NIOCore

/// A request to change a group of a connection whose node the sender does not know.
///
/// On the wire: `[id, server, action, group, connection]`, byte for byte what .NET's nodes write.
package struct GroupCommand: Sendable, Equatable {
    package var id: Int32
    package var server: String
    package var action: GroupAction
    package var group: String
    package var connectionID: String

    package init(id: Int32, server: String, action: GroupAction, group: String, connectionID: String) {
        self.id = id
        self.server = server
        self.action = action
        self.group = group
        self.connectionID = connectionID
    }

    /// Reads a command; nil if the bytes are none.
    ///
    /// Further items are ignored.
    package init?(decoding bytes: ByteBuffer) {
        do {
            var reader = MessagePackReader(bytes)
            guard try reader.readArrayHeader() >= 5 else { return nil }
            self.id = try reader.readInteger()
            self.server = try reader.readString()
            guard let action = GroupAction(rawValue: try reader.readInteger()) else { return nil }
            self.action = action
            self.group = try reader.readString()
            self.connectionID = try reader.readString()
        } catch {
            return nil
        }
    }

    package func encoded() -> ByteBuffer {
        var writer = MessagePackWriter()
        writer.writeArrayHeader(5)
        writer.write(Int(self.id))
        writer.write(self.server)
        writer.write(self.action.rawValue)
        writer.write(self.group)
        writer.write(self.connectionID)
        return writer.buffer
    }
}
