/// The connections of one loop in dense numbered places.
struct SlotTable<Element> {
    private(set) var elements: [Element?] = []
    private var free: [UInt32] = []

    var count: Int { self.elements.count - self.free.count }

    subscript(slot: Int) -> Element? {
        slot < self.elements.count ? self.elements[slot] : nil
    }

    /// Reserves a place.
    mutating func take(_ make: (Int) -> Element) -> Element {
        let slot = self.free.popLast().map(Int.init) ?? self.elements.count
        let element = make(slot)
        if slot == self.elements.count {
            self.elements.append(element)
        } else {
            self.elements[slot] = element
        }
        return element
    }

    /// Gives a place back.
    mutating func release(_ slot: Int) {
        guard self[slot] != nil else { return }
        self.elements[slot] = nil
        self.free.append(UInt32(slot))
        if self.free.count == self.elements.count {
            self = SlotTable()
        }
    }
}
