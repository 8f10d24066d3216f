/// Reminds the connections of one loop, a second at a time, without a timer for each.
///
/// An entry costs four bytes and is never taken out: whoever is reminded checks whether the reminder still stands.
struct TimerWheel {
    private var buckets: [[UInt32]]
    private(set) var now: UInt32 = 0

    /// How far ahead a reminder can lie, in ticks; later ones come early and are set again.
    static let span: UInt32 = 63

    init() {
        self.buckets = Array(repeating: [], count: Int(Self.span) + 1)
    }

    /// Sets a reminder.
    ///
    /// - Parameters:
    ///   - slot: Whom to remind.
    ///   - tick: When; at least one tick ahead.
    /// - Returns: When the reminder comes: never later than asked, but for the one tick.
    mutating func remind(_ slot: UInt32, at tick: UInt32) -> UInt32 {
        let ahead = tick &- self.now
        // A tick in the past has wrapped around to a huge distance.
        let isPast = ahead > UInt32.max / 2
        let due = self.now &+ (isPast ? 1 : max(1, min(ahead, Self.span)))
        self.buckets[Int(due & Self.span)].append(slot)
        return due
    }

    /// Lets one tick pass.
    ///
    /// - Returns: Who is to be reminded now.
    mutating func advance() -> [UInt32] {
        self.now &+= 1
        let bucket = Int(self.now & Self.span)
        let due = self.buckets[bucket]
        self.buckets[bucket] = []
        return due
    }
}
