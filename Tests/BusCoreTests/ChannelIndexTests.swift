import NIOCore
import Testing

@testable import BusCore

@Suite(.timeLimit(.minutes(1)))
struct ChannelIndexTests {
    @Test(arguments: 1...20)
    func `It finds what a dictionary finds, through any order of insertions and removals`(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var index = ChannelIndex()
        var names: [BusChannel?] = []
        var model: [BusChannel: Int] = [:]
        func find(_ channel: BusChannel) -> Int? {
            index.find(channel.hash) { names[$0] == channel }
        }
        for _ in 0..<3_000 {
            let channel = BusChannel("channel-\(Int.random(in: 0..<300, using: &random))")
            if let slot = model[channel], Bool.random(using: &random) {
                index.remove(slot, hash: channel.hash) { names[$0]?.hash ?? 0 }
                model[channel] = nil
            } else if model[channel] == nil {
                names.append(channel)
                model[channel] = names.count - 1
                index.insert(names.count - 1, hash: channel.hash) { names[$0]?.hash ?? 0 }
            }
            #expect(find(channel) == model[channel])
        }
        #expect(index.count == model.count)
        for (channel, slot) in model { #expect(find(channel) == slot) }
    }

    @Test func `Names are bytes: case, normalisation and long common prefixes differ`() {
        let prefix = String(repeating: "p", count: 1_000)
        let names: [BusChannel] = ["a", "A", "\u{E9}", "e\u{301}", BusChannel(prefix + "1"), BusChannel(prefix + "2"), "*"]
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
