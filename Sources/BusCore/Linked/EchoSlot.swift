/// A message that comes back to the node that publishes it while the publish is still being done.
///
/// On an idle node it is delivered in the same turn, without the way through the mailbox. Touched only in the driver's context:
/// by the driver, and by a link inside ``BusLink/publish(_:to:token:on:)``.
final class EchoSlot {
    /// Whether nothing else can be waiting that has to be delivered before.
    var isOpen = false
    private var message: BusMessage?

    func put(_ message: BusMessage) {
        self.message = message
        self.isOpen = false
    }

    func take() -> BusMessage? {
        self.isOpen = false
        return self.message.take()
    }
}
