/// The type of a MessagePack value, told by its first byte.
package enum MessagePackKind: Sendable, Hashable {
    case null, bool, integer, float, string, binary, array, map, extended, reserved

    /// The type of the value that begins with a byte.
    ///
    /// - Parameter firstByte: The first byte of the value.
    package init(firstByte: UInt8) {
        switch firstByte {
        case 0x00...0x7F, 0xCC...0xD3, 0xE0...0xFF: self = .integer
        case 0x80...0x8F, 0xDE, 0xDF: self = .map
        case 0x90...0x9F, 0xDC, 0xDD: self = .array
        case 0xA0...0xBF, 0xD9...0xDB: self = .string
        case 0xC0: self = .null
        case 0xC2, 0xC3: self = .bool
        case 0xC4...0xC6: self = .binary
        case 0xC7...0xC9, 0xD4...0xD8: self = .extended
        case 0xCA, 0xCB: self = .float
        default: self = .reserved
        }
    }
}
