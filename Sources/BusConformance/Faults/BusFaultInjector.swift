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
}
