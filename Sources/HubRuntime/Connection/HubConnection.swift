import BusCore
import HubProtocol
import NIOCore

/// One client of a hub, on its event loop.
///
/// Has no task, no timer and no lock of its own. While nothing happens it is this object and its identity.
final class HubConnection {
    let shard: LoopShard
    let identity: ConnectionIdentity
    /// Nil once the transport has ended.
    var transport: (any HubTransport)?

    var machine = ConnectionStateMachine()
    private(set) var format: FrameFormat
    private(set) var memberships: Set<BusChannel> = []
    var subscription: (any BusSubscription)?

    // Input.
    var inbound = ByteBuffer()
    var decoder: HubMessageDecoder?
    var invocations = InvocationQueue<InvocationMessage>()
    var isReadingPaused = false
    var isProcessing = false

    // Output.
    var outbound = OutboundQueue()
    var isUnflushed = false
    var isWritingOut = false
    var roomWaiters: [CheckedContinuation<Void, Never>] = []

    // Time, in ticks of the loop's wheel.
    var reminder: UInt32 = 0
    var lastSent: UInt32
    var lastReceived: UInt32
    var waitingSince: UInt32 = 0
    var hasSpoken = false

    /// Why the connection ended, for the hub.
    var failure: (any Error)?

    init(shard: LoopShard, identity: ConnectionIdentity, transport: any HubTransport) {
        self.shard = shard
        self.identity = identity
        self.transport = transport
        self.format = FrameFormat(codec: 0, framing: transport.framing, isBinary: false)
        self.lastSent = shard.now
        self.lastReceived = shard.now
    }

    var core: HubCore { self.shard.core }
    var id: String { self.identity.id }
    var slot: Int { self.identity.slot }

    /// Whether the client has joined the hub and messages are written to it.
    var isDeliverable: Bool { self.machine.isOpen }

    func choose(codec: Int, isBinary: Bool) {
        self.identity.choose(codec: codec)
        self.format = FrameFormat(codec: codec, framing: self.format.framing, isBinary: isBinary)
        self.transport?.formatChosen(isBinary: isBinary)
    }

    // MARK: Groups and users

    func addMembership(_ channel: BusChannel) {
        self.memberships.insert(channel)
    }

    func removeMembership(_ channel: BusChannel) {
        self.memberships.remove(channel)
    }

    func takeMemberships() -> Set<BusChannel> {
        defer { self.memberships = [] }
        return self.memberships
    }
}
