public import BusCore
public import HubProtocol

/// The bounds, the deadlines and the hooks of a ``HubEndpoint``.
public struct HubEndpointConfiguration: Sendable {
    /// The hub protocols that clients may choose.
    ///
    /// All nodes of one hub should have the same. The default is JSON.
    public var codecs: [any HubCodec] = [JSONHubCodec()]

    /// Determines the id of a connection's user from its request; nil or an empty text for nobody.
    ///
    /// By default every connection is nobody's. Called once per connection on its event loop: it must return at once.
    public var userID: @Sendable (HubConnectionRequest) -> String? = { _ in nil }

    /// Whether clients are told the text of every error, and not only of a ``HubError``.
    ///
    /// Off by default: errors may hold secrets.
    public var detailedErrors = false

    /// How long a client may take for its handshake.
    ///
    /// The default is 15 seconds; counted in whole seconds, like the two that follow.
    public var handshakeTimeout: Duration = .seconds(15)

    /// After how much silence of ours a client gets a ping.
    ///
    /// The default is 15 seconds.
    public var keepAliveInterval: Duration = .seconds(15)

    /// After how much silence a client is taken for lost.
    ///
    /// The default is 30 seconds, counted from its first message on, and not while it waits for one of its invocations.
    public var clientTimeout: Duration = .seconds(30)

    /// The largest message accepted from a client, in bytes with its framing.
    ///
    /// The default is 32 KiB.
    public var maximumMessageSize = HubMessageDecoder.defaultMaximumMessageSize

    /// How many invocations of one client run at a time.
    ///
    /// The default is 1, which keeps their order.
    public var maximumParallelInvocations = 1

    /// How many invocations of one client may wait before reading from it stops.
    ///
    /// The default is 64.
    public var maximumWaitingInvocations = 64

    /// How many bytes of invocations of one client may wait before reading from it stops.
    ///
    /// The default is 64 KiB.
    public var maximumWaitingInvocationBytes = 64 * 1024

    /// How many bytes may be on their way to one client, counting what its transport holds.
    ///
    /// The default is 1 MiB.
    public var maximumOutboundBytes = 1024 * 1024

    /// How many messages may wait for one client.
    ///
    /// The default is 1,024.
    public var maximumOutboundMessages = 1_024

    /// What happens to a client that does not read as fast as that.
    ///
    /// By default it is disconnected.
    public var outboundPolicy = OutboundPolicy.disconnect

    /// How long a send to a single connection of this node waits at most for the connection to take more.
    ///
    /// The default is 10 seconds.
    public var maximumSendWait: Duration = .seconds(10)

    /// How long a group change on another node may take until it is confirmed.
    ///
    /// The default is 5 seconds.
    public var groupTimeout: Duration = .seconds(5)

    /// How long a connect or a join waits at most for the bus to confirm it while the bus is up.
    ///
    /// The default is 2 seconds.
    ///
    /// After that, and at once while the bus is down, it goes on: messages of this node arrive, those of other nodes do as
    /// soon as the bus has recovered.
    public var subscribeTimeout: Duration = .seconds(2)

    /// Called when messages of other nodes may have been lost, with the channel and the reason.
    ///
    /// Runs on the bus's thread: it must return at once. Clients stay connected; whether they should fetch what they missed
    /// is up to the application.
    public var busGap: (@Sendable (BusGap) -> Void)?

    /// The name of this node on the bus; nil makes a random one.
    ///
    /// Unique among all nodes.
    public var serverName: String?

    /// Creates a configuration with the defaults.
    public init() {}
}
