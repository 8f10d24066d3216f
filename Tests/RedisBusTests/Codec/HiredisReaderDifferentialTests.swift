import NIOCore
import RedisTestSupport
import Testing

@testable import RedisBus

/// hiredis behind our shim against the tests' own parser.
@Suite("hiredis' reader against a second parser", .timeLimit(.minutes(1)))
struct HiredisReaderDifferentialTests {
    @Test(arguments: 0..<60 as Range<UInt64>)
    func agreesAtRandomSplitPoints(_ seed: UInt64) throws {
        var wire = HostileWire(seed: seed)
        let values = (0..<40).map { _ in wire.value() }
        let replies = try read(wire.split(values.flatMap(\.encoded))).replies
        // Compared outside the macro, which would print thousands of bytes.
        let isSame = replies == values
        #expect(isSame)
    }

    /// Each test runs many inputs.
    @Test(arguments: 0..<30 as Range<UInt64>)
    func agreesOnWhatIsWrong(_ seed: UInt64) {
        var wire = HostileWire(seed: seed)
        for number in 0..<50 {
            let violation = ReaderProperty.violation(of: [wire.choice()] + wire.next())
            #expect(violation == nil, "input \(number)")
        }
    }
}
