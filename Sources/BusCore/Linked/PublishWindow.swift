import DequeModule
import NIOCore

/// The publishes of one part that were handed to the link and have no answer yet, oldest first.
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
    /// Entries at the front whose deadline has passed; their answers may still come.
    private var expired = 0
    /// Entries at the back that have no deadline yet.
    private var unstamped = 0
    /// A deadline was missed and nothing has been answered since: nothing more may be handed over.
    private(set) var isSuspect = false

    var nextToken: UInt64 { self.firstToken + UInt64(self.entries.count) }

    var needsStamp: Bool { self.unstamped > 0 }

    var nextDeadline: NIODeadline? {
        self.expired < self.entries.count ? self.entries[self.expired].deadline : nil
    }

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

    /// Takes back the entry just appended, because the link knew its outcome at once.
    mutating func removeLast() {
        self.entries.removeLast()
        self.unstamped -= 1
        self.firstToken += 1
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
        guard token >= self.firstToken, token < self.nextToken else { return nil }
        self.isSuspect = false
        let index = Int(token - self.firstToken)
        if index == 0 { return Self.told(self.popFirst()) }
        let entry = self.entries[index]
        self.entries[index].completion = nil
        return Self.told(entry)
    }

    /// Takes the entries whose deadline has passed.
    mutating func expire(_ now: NIODeadline) -> [Entry] {
        var overdue: [Entry] = []
        while self.expired < self.entries.count, self.entries[self.expired].deadline <= now {
            if self.entries[self.expired].completion != nil {
                overdue.append(self.entries[self.expired])
                self.entries[self.expired].completion = nil
                self.isSuspect = true
            }
            self.expired += 1
        }
        return overdue
    }

    /// Empties the window because the connection is gone.
    mutating func removeAll() -> [Entry] {
        let rest = Array(self.entries.filter { $0.completion != nil })
        self.firstToken = self.nextToken
        self.entries.removeAll()
        self.expired = 0
        self.unstamped = 0
        self.isSuspect = false
        return rest
    }

    private mutating func popFirst() -> Entry {
        let entry = self.entries.removeFirst()
        self.firstToken += 1
        self.unstamped = min(self.unstamped, self.entries.count)
        if self.expired > 0 { self.expired -= 1 }
        while let next = self.entries.first, next.completion == nil, self.expired == 0 {
            self.entries.removeFirst()
            self.firstToken += 1
            self.unstamped = min(self.unstamped, self.entries.count)
        }
        return entry
    }

    private static func told(_ entry: Entry) -> Entry? {
        entry.completion == nil ? nil : entry
    }
}
