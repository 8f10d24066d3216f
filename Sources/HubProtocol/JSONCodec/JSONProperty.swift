/// The properties that messages have.
enum JSONProperty: String {
    case type
    case invocationID = "invocationId"
    case target
    case arguments
    case streamIDs = "streamIds"
    case headers
    case item
    case result
    case error
    case allowReconnect
    case sequenceID = "sequenceId"

    /// The property with a name, compared exactly, or nil: its length leaves at most two candidates.
    init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        switch range.count {
        case 4: self = bytes[range.lowerBound] == UInt8(ascii: "t") ? .type : .item
        case 5: self = .error
        case 6: self = bytes[range.lowerBound] == UInt8(ascii: "t") ? .target : .result
        case 7: self = .headers
        case 9: self = bytes[range.lowerBound] == UInt8(ascii: "a") ? .arguments : .streamIDs
        case 10: self = .sequenceID
        case 12: self = .invocationID
        case 14: self = .allowReconnect
        default: return nil
        }
        var position = range.lowerBound
        for byte in rawValue.utf8 {
            guard byte == bytes[position] else { return nil }
            position += 1
        }
    }
}
