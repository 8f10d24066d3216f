/// The bounds of a connection's invocations.
struct InvocationLimits: Sendable {
    /// How many run at a time.
    var maximumParallel: Int
    /// How many may wait.
    var maximumWaiting: Int
    /// How many bytes may wait.
    var maximumWaitingBytes: Int
}
