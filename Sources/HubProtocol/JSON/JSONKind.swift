/// What kind of value a well-formed JSON value is, told by its first byte.
enum JSONKind: String {
    case null
    case bool = "true or false"
    case number = "a number"
    case text = "a text"
    case array = "an array"
    case object = "an object"

    init(firstByte: UInt8) {
        switch firstByte {
        case UInt8(ascii: "n"): self = .null
        case UInt8(ascii: "t"), UInt8(ascii: "f"): self = .bool
        case JSONByte.quote: self = .text
        case JSONByte.openArray: self = .array
        case JSONByte.openObject: self = .object
        default: self = .number
        }
    }

    /// The name that .NET's error texts use.
    var tokenName: String {
        switch self {
        case .null: "Null"
        case .bool: "Boolean"
        case .number: "Number"
        case .text: "String"
        case .array: "Array"
        case .object: "Object"
        }
    }
}
