public import NIOCore
import NIOPosix

/// Where a server listens, and what a peer may make it spend.
public struct HubServerConfiguration: Sendable {
    /// The address or host name to listen on.
    ///
    /// By default 127.0.0.1, which only programs of this machine reach. 0.0.0.0 listens on all its networks.
    public var host = "127.0.0.1"

    /// The port to listen on; 0 picks a free one.
    ///
    /// By default 8080.
    public var port = 8080

    /// Web pages of other hosts that may connect, such as `https://app.example.com`.
    ///
    /// By default none.
    ///
    /// Pages that this host serves, and programs that are no browsers, may always connect. The answers to the pages
    /// named here carry the CORS headers that browsers ask for; cookies are allowed.
    public var allowedOrigins: [String] = []

    /// The name of this node in `/health` and on the bus; nil makes a random one.
    ///
    /// Unique among all nodes.
    public var node: String?

    /// Whether `/health/ready` answers 503 while the bus is down.
    ///
    /// Off by default, because an outage of the bus would make a load balancer evict every node at once, and a node goes on serving
    /// its own clients meanwhile.
    public var readinessNeedsBus = false

    /// How long `/health` may take to hear from the bus, before it answers 503.
    ///
    /// By default 10 seconds.
    public var healthTimeout: Duration = .seconds(10)

    /// How long stopping may take: clients are told to reconnect, and what is on its way to them is sent.
    ///
    /// By default 5 seconds.
    public var shutdownTimeout: Duration = .seconds(5)

    /// Connections that the operating system accepts ahead of the server.
    ///
    /// By default 1,024.
    public var backlog = 1024

    /// The largest WebSocket message, all its fragments together, in bytes.
    ///
    /// By default 1 MiB.
    ///
    /// One WebSocket message may hold many hub messages, and nothing of it is kept: the limit of a hub message is the
    /// hub's own, and smaller.
    public var maximumWebSocketMessageSize = 1024 * 1024

    /// How long a client may take to answer a Close frame.
    ///
    /// By default 5 seconds.
    public var closeTimeout: Duration = .seconds(5)

    /// Names and values of all header fields of a request together, in bytes.
    ///
    /// By default 32 KiB.
    public var maximumHeaderSize = 32 * 1024

    /// Header fields of a request.
    ///
    /// By default 100.
    public var maximumHeaderCount = 100

    /// The body of a request, in bytes.
    ///
    /// By default 64 KiB.
    public var maximumBodySize = 64 * 1024

    /// How long a request may take to arrive.
    ///
    /// By default 15 seconds.
    public var requestTimeout: Duration = .seconds(15)

    /// How long an HTTP connection may stay open between requests.
    ///
    /// By default 120 seconds.
    public var idleTimeout: Duration = .seconds(120)

    /// How long a negotiated connection waits for its WebSocket.
    ///
    /// By default 15 seconds.
    public var negotiationTimeout: Duration = .seconds(15)

    /// How many negotiated connections of one hub may wait for their WebSocket.
    ///
    /// By default 65,536; each takes about 100 bytes. More are refused with 503.
    public var maximumNegotiations = 65_536

    /// The event loops that serve the connections.
    ///
    /// By default NIO's own, one per core.
    public var eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton

    /// Creates a configuration with the defaults.
    public init() {}
}

extension HubServerConfiguration {
    /// The limits of an HTTP connection.
    var http: HTTPLimits {
        HTTPLimits(
            headerSize: maximumHeaderSize,
            headerCount: maximumHeaderCount,
            targetSize: maximumHeaderSize / 2,
            bodySize: maximumBodySize,
            requestTimeout: TimeAmount(requestTimeout),
            answerTimeout: TimeAmount(healthTimeout),
            idleTimeout: TimeAmount(idleTimeout),
            closeTimeout: TimeAmount(closeTimeout)
        )
    }

    /// The limits of a WebSocket.
    var socket: HubSocketLimits {
        HubSocketLimits(maximumMessageSize: maximumWebSocketMessageSize, closeTimeout: TimeAmount(closeTimeout))
    }
}
