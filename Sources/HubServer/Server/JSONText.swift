import NIOCore

/// Writes a small JSON text in the order of the calls.
struct JSONText {
    private(set) var buffer = ByteBuffer()
    private var needsComma = false

    mutating func object(_ members: (inout JSONText) -> Void) {
        buffer.writeString("{")
        needsComma = false
        members(&self)
        buffer.writeString("}")
        needsComma = true
    }

    mutating func key(_ name: String) {
        if needsComma { buffer.writeString(",") }
        string(name)
        buffer.writeString(":")
        needsComma = false
    }

    mutating func member(_ name: String, _ value: String?) {
        key(name)
        if let value { string(value) } else { buffer.writeString("null") }
        needsComma = true
    }

    mutating func member(_ name: String, _ value: Int?) {
        key(name)
        buffer.writeString(value.map(String.init) ?? "null")
        needsComma = true
    }

    mutating func member(_ name: String, _ value: Bool) {
        key(name)
        buffer.writeString(value ? "true" : "false")
        needsComma = true
    }

    private mutating func string(_ text: String) {
        buffer.writeString("\"")
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": buffer.writeString("\\\"")
            case "\\": buffer.writeString("\\\\")
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                buffer.writeString("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            default: buffer.writeString(String(scalar))
            }
        }
        buffer.writeString("\"")
    }
}
