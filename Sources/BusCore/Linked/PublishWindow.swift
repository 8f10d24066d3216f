import DequeModule
import NIOCore

/// The publishes of one part that were handed to the link and have no outcome yet, oldest first.
struct PublishWindow {
    /// One publish.
    struct Entry {
        var channel: BusChannel
        var bytes: Int
        /// How many losses of subscribing parts there had been when it was handed over.
        var lossCount: Int
        /// Nil when the outcome has been told.
        var completion: PublishCompletion?
        var deadline: NIODeadline
    }

    private var entries: Deque<Entry> = []
    private var firstToken: UInt64 = 0
    /// Entries at the back that have no deadline yet.
    private var unstamped = 0
    /// A deadline was missed and nothing has been answered since: nothing more may be handed over.
    private(set) var isSuspect = false

    var nextToken: UInt64 { self.firstToken + UInt64(self.entries.count) }

    var needsStamp: Bool { self.unstamped > 0 }

    /// When the oldest publish is overdue.
    var nextDeadline: NIODeadline? { self.entries.first?.deadline }

    mutating func append(channel: BusChannel, bytes: Int, lossCount: Int, completion: @escaping PublishCompletion) {
        self.entries.append(
            Entry(
                channel: channel,
                bytes: bytes,
                lossCount: lossCount,
                completion: completion,
                deadline: .distantFuture
            )
        )
        self.unstamped += 1
    }

    /// Counts a publish whose outcome the link knew at once.
    mutating func skip() {
        guard !self.entries.isEmpty else {
            self.firstToken += 1
            return
        }
        var told = self.entries[0]
        told.completion = nil
        told.deadline = .distantFuture
        self.entries.append(told)
        self.unstamped += 1
    }

    /// Gives the entries of this turn their deadline.
    mutating func stamp(_ deadline: NIODeadline) {
        for index in (self.entries.count - self.unstamped)..<self.entries.count {
            self.entries[index].deadline = deadline
        }
        self.unstamped = 0
    }

    /// Takes the entry that an answer is for; nil if the answer is for none, or its outcome has been told.
    mutating func answer(_ token: UInt64) -> Entry? {
        guard token < self.nextToken else { return nil }
        self.isSuspect = false
        guard token != self.firstToken else { return self.answerFirst() }
        guard token > self.firstToken else { return nil }
        let index = Int(token - self.firstToken)
        let entry = self.entries[index]
        self.entries[index].completion = nil
        self.dropTold()
        return entry.completion == nil ? nil : entry
    }

    /// Takes the entries whose deadline has passed.
    mutating func expire(_ now: NIODeadline) -> [Entry] {
        var overdue: [Entry] = []
        while let first = self.entries.first, first.deadline <= now {
            self.dropFirst()
            guard first.completion != nil else { continue }
            overdue.append(first)
            self.isSuspect = true
        }
        return overdue
    }

    /// Moves the deadlines, because this process has been stopped meanwhile.
    mutating func postpone(by time: TimeAmount) {
        for index in self.entries.indices where self.entries[index].deadline != .distantFuture {
            self.entries[index].deadline = self.entries[index].deadline + time
        }
    }

    /// Empties the window because the connection is gone.
    mutating func removeAll() -> [Entry] {
        let rest = Array(self.entries.filter { $0.completion != nil })
        self.firstToken = self.nextToken
        self.entries.removeAll()
        self.unstamped = 0
        self.isSuspect = false
        return rest
    }

    private mutating func answerFirst() -> Entry? {
        let entry = self.entries.removeFirst()
        self.firstToken += 1
        self.unstamped = min(self.unstamped, self.entries.count)
        self.dropTold()
        return entry.completion == nil ? nil : entry
    }

    private mutating func dropTold() {
        while !self.entries.isEmpty, self.entries[0].completion == nil { self.dropFirst() }
    }

    private mutating func dropFirst() {
        self.entries.removeFirst()
        self.firstToken += 1
        self.unstamped = min(self.unstamped, self.entries.count)
    }
}
