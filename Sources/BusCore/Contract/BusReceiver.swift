/// Receives the events of subscriptions.
///
/// Calls come on the link's thread, one at a time, never recursively and never under a lock of the bus. They must return at
/// once: whatever takes time is handed over to somebody else. From inside a call it is legal to submit, subscribe, cancel
/// and start closing the bus.
///
/// One receiver may serve any number of subscriptions; it then sees their events in the order of the link.
public protocol BusReceiver: AnyObject, Sendable {
    /// Takes one event.
    ///
    /// - Parameter event: A message, a gap or the end of a channel. A message's payload may be a slice of a larger read:
    ///   whoever keeps it should copy it if it is small.
    func received(_ event: BusEvent)

    /// Tells that what one read of the link brought has been delivered.
    ///
    /// A hint for batching: hand over now what ``received(_:)`` collected. It comes after at least one event, and may come
    /// after each one.
    func readCompleted()
}
