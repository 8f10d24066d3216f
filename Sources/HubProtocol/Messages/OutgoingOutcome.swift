/// How a call or a stream ended, as it is told to the caller.
public enum OutgoingOutcome: Sendable {
    /// It failed, with a text for the caller. An empty text is written as ``void`` in JSON, as .NET does.
    case error(String)
    /// It succeeded and has no result.
    case void
    /// It succeeded with a result.
    case result(any Encodable & Sendable)
}
