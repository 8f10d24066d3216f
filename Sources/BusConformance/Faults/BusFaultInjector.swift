public import BusCore

/// Breaks a backend, or the way to it, on demand.
///
/// Declare in ``verbs`` what the injector can do and implement those methods; the others keep their default, which throws.
/// A method returns when the fault is in effect at the backend; buses may learn of it later.
public protocol BusFaultInjector: Sendable {
    /// The faults this injector can cause.
    var verbs: Set<BusFaultVerb> { get }

    /// Closes the present connections of every bus. New ones succeed at once.
    ///
    /// - Parameter part: Which connections.
    /// - Throws: Whatever causing the fault may throw.
    func kill(_ part: BusFaultPart) async throws

    /// Closes the present connections, and lets no new ones succeed until ``heal()``.
    ///
    /// - Parameters:
    ///   - part: Which connections.
    ///   - bus: The bus whose connections are meant; nil means every bus.
    /// - Throws: Whatever causing the fault may throw.
    func cut(_ part: BusFaultPart, of bus: (any MessageBus)?) async throws

    /// Stops the backend from answering until ``heal()``; connections stay open.
    ///
    /// - Throws: Whatever causing the fault may throw.
    func pause() async throws

    /// Ends the backend and starts it again, empty.
    ///
    /// - Throws: Whatever causing the fault may throw.
    func restart() async throws

    /// Makes the backend refuse a channel until ``heal()``.
    ///
    /// - Parameters:
    ///   - channel: The channel, as the bus's users name it.
    ///   - namespace: The namespace of the cluster.
    /// - Throws: Whatever causing the fault may throw.
    func deny(_ channel: BusChannel, in namespace: String) async throws

    /// Swallows what every bus sends and what is sent to it, until ``heal()``.
    ///
    /// Neither side is told: connections stay open, and new ones are accepted and stay silent. What was swallowed may arrive
    /// late, when the fault has ended, as it does when packets are sent again.
    ///
    /// - Parameter part: Which connections.
    /// - Throws: Whatever causing the fault may throw.
    func blackhole(_ part: BusFaultPart) async throws

    /// Delays everything on its way and splits it into small pieces, until ``heal()``.
    ///
    /// - Parameters:
    ///   - bytesPerWrite: How many bytes travel together at most.
    ///   - latency: How much later they arrive, each way.
    /// - Throws: Whatever causing the fault may throw.
    func slow(bytesPerWrite: Int, latency: Duration) async throws

    /// Takes the server that the buses talk to away and has another one take its place.
    ///
    /// Returns when the new one serves; what the old one had not passed on is lost. The old one may come back as a replica.
    ///
    /// - Throws: Whatever causing the fault may throw.
    func failover() async throws

    /// Lets the present subscribing connections of every bus carry no message more, although they answer pings.
    ///
    /// This is what a connection to a demoted or partitioned server looks like. Publishes are accepted, and new connections
    /// carry messages. ``heal()`` closes what is starved still: no connection comes back after it has swallowed messages.
    ///
    /// - Throws: Whatever causing the fault may throw.
    func starve() async throws

    /// Stops the process under test, this one, for a while.
    ///
    /// Returns when it has gone on. `ProcessStall` of the product BusConformanceProxy does it.
    ///
    /// - Parameter duration: How long it stands still.
    /// - Throws: Whatever causing the fault may throw.
    func stallNode(for duration: Duration) async throws

    /// Ends every fault. Called after each check that needed one, also when nothing is broken.
    ///
    /// - Throws: Whatever ending the faults may throw.
    func heal() async throws
}

extension BusFaultInjector {
    /// Throws: the injector does not declare this verb.
    ///
    /// - Parameter part: Which connections.
    /// - Throws: ``BusFaultUnsupported``.
    public func kill(_ part: BusFaultPart) async throws { throw BusFaultUnsupported(.kill(part)) }

    /// Throws: the injector does not declare this verb.
    ///
    /// - Parameters:
    ///   - part: Which connections.
    ///   - bus: The bus whose connections are meant.
    /// - Throws: ``BusFaultUnsupported``.
    public func cut(_ part: BusFaultPart, of bus: (any MessageBus)?) async throws {
        throw BusFaultUnsupported(bus == nil ? .cut(part) : .cutNode(part))
    }

    /// Throws: the injector does not declare this verb.
    ///
    /// - Throws: ``BusFaultUnsupported``.
    public func pause() async throws { throw BusFaultUnsupported(.pause) }

    /// Throws: the injector does not declare this verb.
    ///
    /// - Throws: ``BusFaultUnsupported``.
    public func restart() async throws { throw BusFaultUnsupported(.restart) }

    /// Throws: the injector does not declare this verb.
    ///
    /// - Parameters:
    ///   - channel: The channel.
    ///   - namespace: The namespace of the cluster.
    /// - Throws: ``BusFaultUnsupported``.
    public func deny(_ channel: BusChannel, in namespace: String) async throws {
        throw BusFaultUnsupported(.denyChannel)
    }

    /// Throws: the injector does not declare this verb.
    ///
    /// - Parameter part: Which connections.
    /// - Throws: ``BusFaultUnsupported``.
    public func blackhole(_ part: BusFaultPart) async throws { throw BusFaultUnsupported(.blackhole(part)) }

    /// Throws: the injector does not declare this verb.
    ///
    /// - Parameters:
    ///   - bytesPerWrite: How many bytes travel together.
    ///   - latency: How much later they arrive.
    /// - Throws: ``BusFaultUnsupported``.
    public func slow(bytesPerWrite: Int, latency: Duration) async throws { throw BusFaultUnsupported(.slow) }

    /// Throws: the injector does not declare this verb.
    ///
    /// - Throws: ``BusFaultUnsupported``.
    public func failover() async throws { throw BusFaultUnsupported(.failover) }

    /// Throws: the injector does not declare this verb.
    ///
    /// - Throws: ``BusFaultUnsupported``.
    public func starve() async throws { throw BusFaultUnsupported(.starve) }

    /// Throws: the injector does not declare this verb.
    ///
    /// - Parameter duration: How long the process stands still.
    /// - Throws: ``BusFaultUnsupported``.
    public func stallNode(for duration: Duration) async throws { throw BusFaultUnsupported(.stallNode) }
}
