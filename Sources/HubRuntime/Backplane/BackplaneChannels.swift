package import BusCore
import NIOCore

/// The names of a hub's channels on the bus.
///
/// Those that .NET nodes know are, byte for byte, theirs (`RedisChannels` in dotnet/aspnetcore). What only nodes of this
/// kind understand goes over names to which .NET never subscribes.
package struct BackplaneChannels: Sendable {
    /// Invocations for every connection.
    package let all: BusChannel
    /// Group changes for connections whose node the sender does not know.
    package let groupCommands: BusChannel
    /// Confirmations of group changes that this node asked for.
    package let acks: BusChannel
    /// Requests to every node of this kind.
    package let nodes: BusChannel
    /// Answers to requests of this node.
    package let answers: BusChannel

    private let hub: String
    private let connectionPrefix: ByteBuffer
    private let userPrefix: ByteBuffer
    private let groupPrefix: ByteBuffer

    package init(hub: String, server: String) {
        self.hub = hub
        self.all = BusChannel("\(hub):all")
        self.groupCommands = BusChannel("\(hub):internal:groups")
        self.acks = BusChannel("\(hub):internal:ack:\(server)")
        self.nodes = BusChannel("\(hub):internal:swift:all")
        self.answers = BusChannel("\(hub):internal:swift:node:\(server)")
        self.connectionPrefix = ByteBuffer(string: "\(hub):connection:")
        self.userPrefix = ByteBuffer(string: "\(hub):user:")
        self.groupPrefix = ByteBuffer(string: "\(hub):group:")
    }

    /// The channels that a node subscribes to when it starts.
    package var permanent: [BusChannel] {
        [self.all, self.groupCommands, self.acks, self.nodes, self.answers]
    }

    /// Invocations for one connection.
    package func connection(_ id: String) -> BusChannel { Self.join(self.connectionPrefix, id) }

    /// Invocations for every connection of a user.
    package func user(_ id: String) -> BusChannel { Self.join(self.userPrefix, id) }

    /// Invocations for every connection in a group.
    package func group(_ name: String) -> BusChannel { Self.join(self.groupPrefix, name) }

    /// Where another node waits for confirmations.
    package func acks(of server: String) -> BusChannel { BusChannel("\(self.hub):internal:ack:\(server)") }

    /// Where another node of this kind waits for answers.
    package func answers(of server: String) -> BusChannel { BusChannel("\(self.hub):internal:swift:node:\(server)") }

    /// The id in the name of a connection's channel; nil for any other channel.
    package func connectionID(of channel: BusChannel) -> String? {
        var bytes = channel.bytes
        guard let prefix = bytes.readSlice(length: self.connectionPrefix.readableBytes), prefix == self.connectionPrefix
        else { return nil }
        return bytes.readString(length: bytes.readableBytes)
    }

    private static func join(_ prefix: ByteBuffer, _ name: String) -> BusChannel {
        var bytes = ByteBuffer()
        bytes.reserveCapacity(prefix.readableBytes + name.utf8.count)
        bytes.writeImmutableBuffer(prefix)
        bytes.writeString(name)
        return BusChannel(bytes: bytes)
    }
}
