import NIOCore
import Testing

@testable import BusCore

@Suite(.timeLimit(.minutes(1)))
struct ChannelSlotsTests {
    @Test(arguments: 1...20)
    func `Slots are found as in a dictionary, through any order of insertions and removals`(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var slots = ChannelSlots()
        var model: [BusChannel: Int] = [:]
        for _ in 0..<3_000 {
            let channel = BusChannel("channel-\(Int.random(in: 0..<300, using: &random))")
            if let slot = model[channel], Bool.random(using: &random) {
                slots.remove(slot)
                model[channel] = nil
            } else if model[channel] == nil {
                let slot = slots.insert(channel)
                #expect(!model.values.contains(slot))
                model[channel] = slot
            }
            #expect(slots.slot(of: channel) == model[channel])
            #expect(slots.slot(ofBytes: channel.bytes) == model[channel])
        }
        #expect(slots.count == model.count)
        for (channel, slot) in model { #expect(slots.slot(of: channel) == slot) }
    }

    @Test func `Names are bytes: case, normalisation and long common prefixes differ`() {
        let prefix = String(repeating: "p", count: 1_000)
        let names: [BusChannel] = [
            "a", "A", "\u{E9}", "e\u{301}", BusChannel(prefix + "1"), BusChannel(prefix + "2"), "*",
        ]
        #expect(Set(names).count == names.count)
        var padded = ByteBuffer(string: "xxnews")
        padded.moveReaderIndex(forwardBy: 2)
        #expect(BusChannel(bytes: padded) == "news")
        #expect(ChannelHash.hash(padded) == BusChannel("news").hash)
    }

    @Test func `A description shows bytes that are not text`() {
        #expect(BusChannel(bytes: [0x61, 0x00, 0xFF, 0x5C]).description == "a\\x00\\xff\\x5c")
    }
}
