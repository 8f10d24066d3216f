/// A receiver and whether it has seen events since its last `readCompleted`. Lives and dies in the driver's context.
final class ReceiverHandle {
    let receiver: any BusReceiver
    /// How many subscriptions use it.
    var uses = 0
    var isTouched = false

    init(_ receiver: any BusReceiver) {
        self.receiver = receiver
    }
}
