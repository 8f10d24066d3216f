/// Where a text of the wire lies, without its quotes.
struct JSONText: Equatable {
    let start: Int
    let end: Int
    let hasEscapes: Bool

    var range: Range<Int> { start..<end }
}
