/// What a link knows of a publish when its call returns.
public enum BusLinkPublishAnswer: Sendable {
    /// The answer comes as an event.
    case pending
    /// The backend took it; the number of subscribers it was handed to, if that is truly known.
    case accepted(receivers: Int?)
    /// The backend did not take it, or, with `.indeterminate`, may not have.
    case refused(BusError)
}
