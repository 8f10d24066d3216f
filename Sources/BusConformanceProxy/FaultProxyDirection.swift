/// A way through a ``FaultProxy``.
public enum FaultProxyDirection: Sendable, Hashable, CaseIterable {
    /// What clients send.
    case toBackend
    /// What the backend sends.
    case fromBackend
}
