/// A set of slots that is cheap to walk over: the members lie densely side by side.
///
/// Small sets, which most groups are, need no index.
struct SlotSet {
    private(set) var members: [UInt32] = []
    private var positions: [UInt32: Int] = [:]

    private static let maximumUnindexed = 16

    var isEmpty: Bool { self.members.isEmpty }
    var count: Int { self.members.count }

    func contains(_ slot: UInt32) -> Bool { self.position(of: slot) != nil }

    /// Adds a slot.
    ///
    /// - Returns: Whether it was new.
    mutating func insert(_ slot: UInt32) -> Bool {
        guard self.position(of: slot) == nil else { return false }
        self.members.append(slot)
        if !self.positions.isEmpty {
            self.positions[slot] = self.members.count - 1
        } else if self.members.count > Self.maximumUnindexed {
            self.buildIndex()
        }
        return true
    }

    /// Takes a slot out.
    ///
    /// - Returns: Whether it was there.
    mutating func remove(_ slot: UInt32) -> Bool {
        guard let position = self.position(of: slot), let last = self.members.popLast() else { return false }
        let isIndexed = !self.positions.isEmpty
        if isIndexed { self.positions[slot] = nil }
        if last != slot {
            self.members[position] = last
            if isIndexed { self.positions[last] = position }
        }
        return true
    }

    private func position(of slot: UInt32) -> Int? {
        self.positions.isEmpty ? self.members.firstIndex(of: slot) : self.positions[slot]
    }

    private mutating func buildIndex() {
        self.positions.reserveCapacity(self.members.count * 2)
        for (position, slot) in self.members.enumerated() { self.positions[slot] = position }
    }
}
