/// The receivers of a bus, each once, and which of them have seen events in the present turn.
struct ReceiverTable {
    private struct Entry {
        var receiver: (any BusReceiver)?
        /// How many subscriptions use it.
        var uses = 0
        /// The last turn in which it saw an event.
        var turn: UInt64 = 0
    }

    private var entries: [Entry] = []
    private var numbers: [ObjectIdentifier: Int] = [:]
    private var free: [Int] = []
    private var touched: [Int] = []
    private var turn: UInt64 = 1

    /// Counts a use of a receiver.
    ///
    /// - Returns: Its number.
    mutating func use(_ receiver: any BusReceiver) -> Int {
        let id = ObjectIdentifier(receiver)
        let number = self.numbers[id] ?? self.free.popLast() ?? self.entries.count
        if number == self.entries.count { self.entries.append(Entry()) }
        self.numbers[id] = number
        self.entries[number].receiver = receiver
        self.entries[number].uses += 1
        return number
    }

    /// Takes back a use.
    mutating func release(_ receiver: any BusReceiver) {
        let id = ObjectIdentifier(receiver)
        guard let number = self.numbers[id] else { return }
        self.entries[number].uses -= 1
        guard self.entries[number].uses == 0 else { return }
        self.numbers[id] = nil
        self.entries[number].receiver = nil
        self.free.append(number)
    }

    /// Remembers that a receiver is to hear of the end of the read.
    @inline(__always)
    mutating func touch(_ number: Int) {
        guard self.entries[number].turn != self.turn else { return }
        self.entries[number].turn = self.turn
        self.touched.append(number)
    }

    /// Tells every receiver that saw events that the read is over.
    mutating func completeRead() {
        guard !self.touched.isEmpty else { return }
        for number in self.touched { self.entries[number].receiver?.readCompleted() }
        self.touched.removeAll(keepingCapacity: true)
        self.turn += 1
    }
}
