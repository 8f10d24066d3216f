import Testing

@testable import HubServer

@Suite(.timeLimit(.minutes(1)))
struct UTF8ValidatorTests {
    private func accepts(_ bytes: [UInt8]) -> Bool {
        var validator = UTF8Validator()
        return bytes.allSatisfy { validator.accept($0) } && validator.isComplete
    }

    @Test("It agrees with the standard library on every text of up to two bytes, and on random longer ones")
    func agrees() {
        for first in UInt8.min...UInt8.max {
            #expect(accepts([first]) == (String(validating: [first], as: UTF8.self) != nil))
            for second in UInt8.min...UInt8.max where accepts([first, second]) != isUTF8([first, second]) {
                Issue.record("\(first) \(second)")
            }
        }
        var random = SeededRandom(seed: 1)
        let interesting: [UInt8] = [
            0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5,
        ]
        for _ in 0..<50_000 {
            let bytes = (0..<Int.random(in: 1...6, using: &random)).map { _ in
                interesting.randomElement(using: &random) ?? 0
            }
            #expect(accepts(bytes) == isUTF8(bytes))
        }
    }

    @Test("Words and single bytes give the same answer")
    func words() {
        for text in ["aaaaaaaa", "aaaaaaä", "👋👋", "aaaaaaa\u{7F}"] {
            var bytes = Array(text.utf8)
            guard bytes.count == 8 else {
                Issue.record("\(text) is not eight bytes")
                continue
            }
            for position in 0..<8 {
                for value in [bytes[position], 0xFF, 0x80] {
                    bytes[position] = value
                    var validator = UTF8Validator()
                    let word = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                    #expect((validator.accept(word: word) && validator.isComplete) == isUTF8(bytes))
                }
                bytes = Array(text.utf8)
            }
        }
    }

    private func isUTF8(_ bytes: [UInt8]) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }
}
