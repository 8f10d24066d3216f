public import NIOCore

/// Where a link reports what came back.
///
/// Callable from any thread. In the context of the bus's executor an event is handled at once and takes no lock, unless the
/// bus is in the middle of handling another one; then, and elsewhere, it is queued in order.
public struct BusLinkEvents: Sendable {
    private let driver: LinkedBusDriver

    init(driver: LinkedBusDriver) {
        self.driver = driver
    }

    /// Reports that a part is connected and ready for commands.
    ///
    /// - Parameters:
    ///   - part: The index of the part.
    ///   - connection: The number of the attempt.
    public func connected(_ part: Int, connection: UInt64) {
        self.driver.report(.connected(part: part, connection: connection))
    }

    /// Reports that a part could not be connected, or that its connection is gone.
    ///
    /// - Parameters:
    ///   - part: The index of the part.
    ///   - connection: The number of the attempt.
    ///   - error: Why; its message is shown to operators.
    public func lost(_ part: Int, connection: UInt64, error: BusError) {
        self.driver.report(.lost(part: part, connection: connection, error: error))
    }

    /// Reports that the backend confirmed a subscription.
    ///
    /// - Parameter token: The token of the request.
    public func subscribed(_ token: UInt64) {
        self.driver.report(.subscribed(token: token))
    }

    /// Reports that the backend refused a subscription.
    ///
    /// - Parameters:
    ///   - token: The token of the request.
    ///   - error: Why. `.unauthorized` and `.invalidChannel` end the channel's subscriptions; anything else is tried again.
    public func refused(_ token: UInt64, error: BusError) {
        self.driver.report(.refused(token: token, error: error))
    }

    /// Reports that the backend has ended a subscription that nobody asked to end.
    ///
    /// The channel's subscriptions are interrupted, and the bus asks for it again, on the part that serves it by then.
    ///
    /// - Parameters:
    ///   - channel: The bytes of the channel's name, as the subscription named it.
    ///   - part: The index of the part.
    public func withdrawn(_ channel: ByteBuffer, on part: Int) {
        self.driver.report(.withdrawn(channel: BusChannel(bytes: channel), part: part))
    }

    /// Reports that ``BusLink/parts`` or routes have changed.
    ///
    /// New parts are connected and retired ones dropped. Channels whose subscribing part has changed are interrupted and asked
    /// for on the new one. Costs one look at each channel.
    public func rearranged() {
        self.driver.report(.rearranged)
    }

    /// Reports which other nodes ought to be heard and are not.
    ///
    /// - Parameter names: What operators know those nodes by; empty when all is well again.
    public func peersSilent(_ names: [String]) {
        self.driver.report(.peersSilent(names))
    }

    /// Reports a message.
    ///
    /// - Parameters:
    ///   - channel: The bytes of the channel's name, as the subscription named it; may be a slice of the read.
    ///   - payload: The message; may be a slice of the read.
    ///   - part: The index of the part; what comes from a part that serves the channel no more is not delivered.
    public func message(on channel: ByteBuffer, payload: ByteBuffer, from part: Int) {
        self.driver.reportMessage(on: channel, payload: payload, from: part)
    }

    /// Reports that the backend accepted a publish.
    ///
    /// - Parameters:
    ///   - token: The token of the publish.
    ///   - receivers: How many subscribers it was handed to, if the backend truly knows.
    ///   - part: The index of the part.
    public func published(_ token: UInt64, receivers: Int?, on part: Int) {
        self.driver.reportPublished(token, receivers: receivers, on: part)
    }

    /// Reports that the backend refused a publish.
    ///
    /// - Parameters:
    ///   - token: The token of the publish.
    ///   - error: Why: `.indeterminate` if it may have been executed, otherwise a code that says it was not.
    ///   - part: The index of the part.
    public func publishRefused(_ token: UInt64, error: BusError, on part: Int) {
        self.driver.report(.publishRefused(token: token, error: error, part: part))
    }

    /// Reports that a part answered a probe.
    ///
    /// - Parameters:
    ///   - part: The index of the part.
    ///   - token: The token of the probe.
    public func probed(_ part: Int, token: UInt64) {
        self.driver.report(.probed(part: part, token: token))
    }

    /// Counts a message of the backend that made no sense and was skipped.
    public func malformed() {
        self.driver.report(.malformed)
    }

    /// Reports that all events of one read have been reported.
    public func readCompleted() {
        self.driver.reportReadCompleted()
    }

    /// Hands over a message that comes back to its own node inside ``BusLink/publish(_:to:token:on:)``.
    ///
    /// - Returns: Whether ``runQueued()`` has to be called.
    package func enqueueEcho(_ message: BusMessage) -> Bool {
        self.driver.takeEcho(message) ? false : self.enqueue(message)
    }

    /// Queues a message without handling anything, for a link that holds a lock of its own.
    ///
    /// - Returns: Whether ``runQueued()`` has to be called.
    package func enqueue(_ message: BusMessage) -> Bool {
        if case .schedule = self.driver.mailbox.post(.message(message, part: nil)) { return true }
        return false
    }

    /// Handles what was queued.
    package func runQueued() {
        self.driver.follow(.schedule)
    }
}
