import HubProtocol
package import NIOCore

/// What nodes of this kind say to each other on channels to which .NET's nodes never listen.
///
/// On the wire: `[kind, id, ...]`. Unknown kinds and further items are ignored, so that versions can be mixed.
package enum NodeMessage: Sendable, Equatable {
    /// `[1, id, server, connection]`: does somebody have this connection? Answer to that server.
    case locate(id: Int32, server: String, connectionID: String)
    /// `[2, id, isHere]`: the answer.
    case located(id: Int32, isHere: Bool)
    /// Something a later version says.
    case unknown(kind: Int)

    /// Reads a message; nil if the bytes are none.
    package init?(decoding bytes: ByteBuffer) {
        do {
            var reader = MessagePackReader(bytes)
            let count = try reader.readArrayHeader()
            guard count >= 1 else { return nil }
            switch try reader.readInteger(as: Int.self) {
            case 1 where count >= 4:
                self = .locate(
                    id: try reader.readInteger(),
                    server: try reader.readString(),
                    connectionID: try reader.readString()
                )
            case 2 where count >= 3:
                self = .located(id: try reader.readInteger(), isHere: try reader.readBool())
            case 1, 2:
                return nil
            case let kind:
                self = .unknown(kind: kind)
            }
        } catch {
            return nil
        }
    }

    package func encoded() -> ByteBuffer {
        var writer = MessagePackWriter()
        switch self {
        case .locate(let id, let server, let connectionID):
            writer.writeArrayHeader(4)
            writer.write(1)
            writer.write(Int(id))
            writer.write(server)
            writer.write(connectionID)
        case .located(let id, let isHere):
            writer.writeArrayHeader(3)
            writer.write(2)
            writer.write(Int(id))
            writer.write(isHere)
        case .unknown(let kind):
            writer.writeArrayHeader(1)
            writer.write(kind)
        }
        return writer.buffer
    }
}
