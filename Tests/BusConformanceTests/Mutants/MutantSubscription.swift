import BusCore

/// A subscription of which parts are replaced.
final class MutantSubscription: BusSubscription {
    let channels: [BusChannel]
    private let base: any BusSubscription
    private let onActive: (@Sendable (any BusSubscription, Duration) async throws -> Void)?
    private let onCancel: (@Sendable (any BusSubscription) -> Void)?
    private let onCancelled: (@Sendable (any BusSubscription) async -> Void)?

    init(
        _ base: any BusSubscription,
        channels: [BusChannel]? = nil,
        onActive: (@Sendable (any BusSubscription, Duration) async throws -> Void)? = nil,
        onCancel: (@Sendable (any BusSubscription) -> Void)? = nil,
        onCancelled: (@Sendable (any BusSubscription) async -> Void)? = nil
    ) {
        self.channels = channels ?? base.channels
        self.base = base
        self.onActive = onActive
        self.onCancel = onCancel
        self.onCancelled = onCancelled
    }

    var isActive: Bool { self.base.isActive }

    func active(within limit: Duration) async throws {
        if let onActive { return try await onActive(self.base, limit) }
        try await self.base.active(within: limit)
    }

    func cancel() {
        if let onCancel { return onCancel(self.base) }
        self.base.cancel()
    }

    func cancelled() async {
        if let onCancelled { return await onCancelled(self.base) }
        await self.base.cancelled()
    }
}
