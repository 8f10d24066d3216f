import NIOCore

/// One thing for the driver of a bus to do: asked for by a caller, or reported by the link from outside its context.
///
/// Holds no continuations: an enum with one has no layout known at compile time, and every copy would be slow.
enum BusCommand: Sendable {
    case start
    case publish(PendingPublish)
    /// A message, and the part that it came from if that has to be the one that serves its channel.
    case message(BusMessage, part: Int?)
    case published(token: UInt64, receivers: Int?, part: Int)
    case event(LinkEvent)
    case subscribe(LinkedSubscription)
    case cancel(LinkedSubscription)
    case awaitActivation(LinkedSubscription, ActivationWaiter)
    case barrier(@Sendable () -> Void)
    case health(@Sendable (BusHealth) -> Void)
    case close(@Sendable () -> Void)
    case tick(NIODeadline)
}

/// A publish on its way to the link.
struct PendingPublish: Sendable {
    var payload: ByteBuffer
    var channel: BusChannel
    var completion: PublishCompletion
}

/// Receives the outcome of a publish.
typealias PublishCompletion = @Sendable (Result<PublishReceipt, BusError>) -> Void
