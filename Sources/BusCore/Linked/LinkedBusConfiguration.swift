/// The deadlines and bounds of a ``LinkedBus``.
public struct LinkedBusConfiguration: Sendable {
    /// How long a publish may wait for the backend's answer before it is indeterminate.
    ///
    /// 2 seconds.
    public var publishDeadline: Duration = .seconds(2)

    /// How long an attempt to connect, handshake included, may take.
    ///
    /// 2 seconds.
    public var connectDeadline: Duration = .seconds(2)

    /// How often the link is probed while it is up.
    ///
    /// 5 seconds.
    public var probeInterval: Duration = .seconds(5)

    /// How long a part may take to answer a probe before it is replaced.
    ///
    /// 2 seconds.
    public var probeDeadline: Duration = .seconds(2)

    /// How many publishes may wait for an answer.
    ///
    /// 8,192.
    public var maximumPublishesInFlight = 8_192

    /// How many bytes of payload may wait for an answer.
    ///
    /// 8 MiB; a single larger payload is accepted when nothing else waits.
    public var maximumBytesInFlight = 8 * 1024 * 1024

    /// How long a channel stays subscribed after its last deferred subscription was cancelled.
    ///
    /// 500 milliseconds.
    public var linger: Duration = .milliseconds(500)

    /// The first attempt to reconnect comes after a random time up to this.
    ///
    /// 100 milliseconds.
    public var firstReconnectDelay: Duration = .milliseconds(100)

    /// The longest time between attempts.
    ///
    /// 1 second.
    public var maximumReconnectDelay: Duration = .seconds(1)

    /// The longest time between attempts when an outage has lasted ten minutes.
    ///
    /// 5 seconds.
    public var longOutageReconnectDelay: Duration = .seconds(5)

    /// How long after a subscribe request was refused for the time being it is made again.
    ///
    /// 250 milliseconds.
    public var resubscribeDelay: Duration = .milliseconds(250)

    /// How many channels one subscribe command names.
    ///
    /// 500.
    public var subscribeBatch = 500

    /// How many subscribe requests may wait for their confirmation.
    ///
    /// 4,000.
    public var subscribeWindow = 4_000

    /// The seed of the jitter; nil draws one.
    public var seed: UInt64?

    /// Creates a configuration with the defaults.
    public init() {}
}
