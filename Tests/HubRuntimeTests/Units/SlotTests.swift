import Testing

@testable import HubRuntime

@Suite(.timeLimit(.minutes(1))) struct SlotTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func aSlotSetIsASet(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var set = SlotSet()
        var model: Set<UInt32> = []
        for _ in 0..<5_000 {
            let slot = UInt32.random(in: 0..<60, using: &generator)
            if Bool.random(using: &generator) {
                #expect(set.insert(slot) == model.insert(slot).inserted)
            } else {
                #expect(set.remove(slot) == (model.remove(slot) != nil))
            }
            #expect(set.contains(slot) == model.contains(slot))
            #expect(set.count == model.count)
        }
        #expect(Set(set.members) == model)
        for slot in model { #expect(set.remove(slot) == true) }
        #expect(set.isEmpty)
    }

    @Test func aSlotTableUsesItsPlacesAgain() {
        var table = SlotTable<String>()
        #expect(table.take { "a\($0)" } == "a0")
        #expect(table.take { "b\($0)" } == "b1")
        table.release(0)
        table.release(0)
        #expect(table.count == 1)
        #expect(table[0] == nil)
        #expect(table.take { "c\($0)" } == "c0")
        #expect(table[7] == nil)
        table.release(0)
        table.release(1)
        #expect(table.count == 0)
        #expect(table.take { "d\($0)" } == "d0")
    }
}
