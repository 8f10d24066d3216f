import HubRuntime
import Testing

@Suite(.timeLimit(.minutes(1))) struct RequestFieldsTests {
    @Test func fieldsKeepTheirOrderAndAreFoundWithoutRegardToCase() {
        let fields = HubRequestFields([
            (name: "Host", value: "a"), (name: "x-empty", value: ""), (name: "host", value: "b"),
            (name: "\u{E9}", value: String(repeating: "\u{1F600}", count: 100)),
        ])
        #expect(fields.map(\.name) == ["Host", "x-empty", "host", "\u{E9}"])
        #expect(fields["HOST"] == "a")
        #expect(fields["X-Empty"] == "")
        #expect(fields["\u{E9}"]?.unicodeScalars.count == 100)
        #expect(fields["\u{C9}"] == nil)
        #expect(fields["missing"] == nil)
        #expect(Array(HubRequestFields()).isEmpty)
    }
}
