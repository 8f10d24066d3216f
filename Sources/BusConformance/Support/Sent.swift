import BusCore

/// A message that a check has published.
struct Sent: Hashable, Sendable {
    var channel: BusChannel
    var stamp: Stamp
}
