import FoundationEssentials
import HubProtocol
import NIOCore
import Testing

@Suite("Mutated messages", .timeLimit(.minutes(1)))
struct FuzzTests {
    struct Target: Codable {
        var stringProp: String?
        var intProp: Int?
        var inner: [String: [Double]]?
        var date: Date?
    }

    @Test(
        "give a message or an error, and what is read can be written and read again",
        arguments: 0..<8 as Range<UInt64>
    )
    func mutations(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var accepted = 0
        for round in 0..<2_500 {
            var frame = Array(GoldenJSONTests.messages[round % GoldenJSONTests.messages.count].utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) { mutate(&frame, &generator) }
            guard let message = try? JSONHubCodec().decodeFrame(ByteBuffer(bytes: frame + [0x1E])) else { continue }
            accepted += 1
            probe(message)
            if case .unknown = message { continue }
            let written = try json(outgoing(message))
            #expect(try json(outgoing(HubProtocolTests.message(written))) == written)
        }
        #expect(accepted > 0)
    }

    private func mutate(_ frame: inout [UInt8], _ generator: inout SeededGenerator) {
        let interesting =
            Array(#""\{}[],:0189-+.eEtfnu /"#.utf8) + [0x00, 0x0A, 0x1F, 0x7F, 0x80, 0xC3, 0xED, 0xF0, 0xFF]
        guard !frame.isEmpty else { return }
        let index = Int.random(in: 0..<frame.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: frame[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: frame[index] = interesting.randomElement(using: &generator) ?? 0
        case 2: frame.remove(at: index)
        case 3: frame.insert(interesting.randomElement(using: &generator) ?? 0, at: index)
        default:
            let end = Int.random(in: index...min(frame.count, index + 12), using: &generator)
            frame.insert(contentsOf: frame[index..<end], at: index)
        }
    }

    /// Decodes every value as several types; whether it fits does not matter here.
    private func probe(_ message: HubMessage) {
        var values: [RawHubValue] = []
        switch message {
        case .invocation(let call), .streamInvocation(let call):
            values = (0..<call.arguments.count).map { call.arguments[$0] }
        case .streamItem(let item): values = [item.item]
        case .completion(let completion):
            if case .result(let value) = completion.outcome { values = [value] }
        default: break
        }
        for value in values {
            _ = try? value.decode(as: HubValue.self)
            _ = try? value.decode(as: Target.self)
            _ = try? value.decode(as: String.self)
            _ = try? value.decode(as: Int8.self)
            _ = try? value.decode(as: Double.self)
            _ = try? value.decode(as: [String: HubValue].self)
            _ = try? value.decode(as: Date.self)
        }
    }
}
