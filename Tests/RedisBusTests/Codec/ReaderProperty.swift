import NIOCore
import RedisTestSupport

@testable import RedisBus

/// What must hold whatever a server sends: the reader says the same as the second parser, and keeps little.
///
/// Tests and the fuzzer share it. The first byte of an input chooses the limit and where the rest is split into reads; the
/// rest is what the server sends.
struct ReaderProperty {
    private let limit: Int
    private let wire: [UInt8]
    private var random: SeededGenerator
    private var recorder = ReplyRecorder()

    /// Looks for a violation.
    ///
    /// - Parameter input: The input.
    /// - Returns: What is wrong; nil if nothing is.
    static func violation(of input: [UInt8]) -> String? {
        guard let first = input.first else { return nil }
        var property = ReaderProperty(choice: first, wire: Array(input.dropFirst()))
        return property.violation()
    }

    private init(choice: UInt8, wire: [UInt8]) {
        self.limit = [1_000, 20_000, 1_000_000, 64 * 1024 * 1024][Int(choice & 3)]
        self.random = SeededGenerator(seed: UInt64(choice >> 2))
        self.wire = wire
    }

    private mutating func violation() -> String? {
        let failure: RedisProtocolError?
        do {
            if let violation = try self.feed() { return violation }
            failure = nil
        } catch let error as RedisProtocolError {
            failure = error
        } catch {
            return "an error of another type: \(error)"
        }
        return self.difference(failure)
    }

    /// Feeds the wire in reads of random lengths; says what is wrong with the memory that is kept between them.
    private mutating func feed() throws -> String? {
        var reader = try HiredisReader(limit: self.limit)
        let longest = [1, 7, 100, 5_000, 70_000].randomElement(using: &self.random) ?? 1
        var rest = self.wire[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...longest, using: &self.random)
            try reader.read(ByteBuffer(bytes: rest.prefix(count)), into: &self.recorder)
            rest = rest.dropFirst(count)
            // The limit is looked at after each slice of 4 KiB, in which each byte may become 12; storage grows by doubling.
            let bound = 2 * (self.limit + 12 * 4_096) + 3 * 65_536
            if reader.heldBytes > bound { return "\(reader.heldBytes) bytes kept, with a limit of \(self.limit)" }
        }
        return nil
    }

    private func difference(_ failure: RedisProtocolError?) -> String? {
        let (values, stop) = RESPParser.parseAll(self.wire)
        let replies = self.recorder.replies
        for (index, (reply, value)) in zip(replies, values).enumerated() where reply != value.withRepairedText {
            return "reply \(index) is another one than the second parser's"
        }
        if failure?.code == .tooLarge {
            return self.isModest ? "refused as too large, with \(self.limit) allowed" : nil
        }
        if stop == .unspecified {
            return replies.count < values.count ? "\(values.count - replies.count) missing" : nil
        }
        if replies.count != values.count { return "\(replies.count) replies, and \(values.count) of the second parser" }
        let expected: RedisProtocolError.Code?
        switch stop {
        case .unfinished: expected = nil
        case .tooDeep: expected = .tooDeep
        case .malformed, .unspecified: expected = .malformed
        }
        if failure?.code == expected { return nil }
        return "ended with \(failure?.description ?? "nothing"), and the second parser with \(stop)"
    }

    /// Whether nothing in the wire can come near the limit, whatever it is taken for.
    private var isModest: Bool {
        guard self.wire.count * 12 < self.limit, self.wire.count < 65_536 else { return false }
        var announced = 0
        for byte in self.wire {
            guard (0x30...0x39).contains(byte) else {
                announced = 0
                continue
            }
            announced = announced * 10 + Int(byte - 0x30)
            if announced > self.limit / 2 { return false }
        }
        return true
    }
}
