import NIOCore

/// One thing for the driver of a bus to do: asked for by a caller, or reported by the link from outside its context.
enum BusCommand: Sendable {
    case start
    case publish(PendingPublish)
    case subscribe(LinkedSubscription)
    case cancel(LinkedSubscription)
    case awaitActivation(LinkedSubscription, ActivationWaiter)
    case barrier(CheckedContinuation<Void, Never>)
    case health(CheckedContinuation<BusHealth, Never>)
    case close(CheckedContinuation<Void, Never>?)
    case event(LinkEvent)
    case message(channel: ByteBuffer, payload: ByteBuffer)
    case published(token: UInt64, receivers: Int?, part: Int)
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
