package import HubRuntime

/// What a test puts into a ``TestHub``.
package struct TestHooks: Sendable {
    package var connected: @Sendable (HubCall) async throws -> Void = { _ in }
    package var disconnected: @Sendable (HubCall, (any Error)?) async -> Void = { _, _ in }
    package let gates = Gates()

    package init() {}
}
