/// One probe of a link: which messages it has sent on which publishing parts, and which subscribing part each has to reach.
struct RedisProbeRound {
    let token: UInt64
    /// The publishing parts whose message a subscribing part has not seen yet.
    private var awaited: [Int: Set<Int>] = [:]

    init(token: UInt64) {
        self.token = token
    }

    /// A message was sent on a publishing part that a subscribing part has to receive.
    mutating func sent(by publishing: Int, to subscribing: Int) {
        self.awaited[subscribing, default: []].insert(publishing)
    }

    /// Whether a subscribing part waits for a message.
    func awaits(_ subscribing: Int) -> Bool { self.awaited[subscribing] != nil }

    /// A subscribing part received the message of a publishing part.
    ///
    /// - Returns: Whether it has received all of them now.
    mutating func received(from publishing: Int, on subscribing: Int) -> Bool {
        guard self.awaited[subscribing]?.remove(publishing) != nil else { return false }
        return self.settle(subscribing)
    }

    /// A publishing part is gone, and its message may be with it.
    ///
    /// - Returns: The subscribing parts that have received all others.
    mutating func lost(_ publishing: Int) -> [Int] {
        var settled: [Int] = []
        for subscribing in self.awaited.keys.sorted() where self.awaited[subscribing]?.remove(publishing) != nil {
            if self.settle(subscribing) { settled.append(subscribing) }
        }
        return settled
    }

    private mutating func settle(_ subscribing: Int) -> Bool {
        guard self.awaited[subscribing]?.isEmpty == true else { return false }
        self.awaited[subscribing] = nil
        return true
    }
}
