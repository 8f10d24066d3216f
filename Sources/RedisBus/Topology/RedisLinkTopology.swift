import BusCore
import NIOCore

/// Knows where the parts of a link are to be connected, and which part serves a channel.
///
/// Belongs to the event loop of its link.
protocol RedisLinkTopology: AnyObject {
    /// The parts of the link.
    var parts: [BusLinkPart] { get }

    /// The parts that serve a channel.
    func route(of channel: ByteBuffer) -> BusRoute

    /// Starts to follow the servers.
    ///
    /// - Parameter link: Is told when connections have to move. Let go in ``stop()``.
    func start(_ link: RedisLink)

    /// Ends everything.
    func stop()

    /// Finds where to connect a part; fails with a `BusError` if that cannot be found out.
    func locate(_ part: Int) -> EventLoopFuture<RedisPlace>

    /// An attempt failed, or a connection ended.
    ///
    /// - Parameters:
    ///   - part: The part.
    ///   - place: Where it was connected, or was to be.
    ///   - wasReady: Whether the connection had been ready.
    func failed(_ part: Int, at place: RedisPlace, wasReady: Bool)

    /// Looks whether the servers are still the right ones; called regularly.
    func poll()

    /// A node said that a slot belongs to another one.
    func moved(_ moved: RedisMoved)

    /// A name for a channel on which a part receives this node's probes.
    ///
    /// - Parameters:
    ///   - stem: What the name begins with.
    ///   - part: The subscribing part that has to serve the channel.
    /// - Returns: The name, or nil if the part serves no channel now.
    func probeChannel(_ stem: String, of part: Int) -> ByteBuffer?
}

extension RedisLinkTopology {
    func moved(_ moved: RedisMoved) {}

    func probeChannel(_ stem: String, of part: Int) -> ByteBuffer? { ByteBuffer(string: stem) }
}

extension RedisLinkTopology {
    /// The parts of a link to one server.
    static var pair: [BusLinkPart] {
        [
            BusLinkPart(role: .publishing, name: "publishing connection to Redis"),
            BusLinkPart(role: .subscribing, name: "subscribing connection to Redis"),
        ]
    }
}
