/// What the end of a turn has to see to.
///
/// A turn that only publishes and delivers needs nothing of it.
struct TurnNeeds: OptionSet {
    let rawValue: UInt8

    /// The clock is to be read: something may have become due.
    static let clock = TurnNeeds(rawValue: 1)
    /// Subscriptions have changed: there may be commands for the link.
    static let commands = TurnNeeds(rawValue: 2)
    /// The state of the bus may have changed.
    static let state = TurnNeeds(rawValue: 4)
    /// There may be a new deadline.
    static let timer = TurnNeeds(rawValue: 8)

    static let all: TurnNeeds = [.clock, .commands, .state, .timer]
}
