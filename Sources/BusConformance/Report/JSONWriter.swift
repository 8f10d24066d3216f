/// Writes JSON text; just what a report needs.
struct JSONWriter {
    private(set) var text = ""

    mutating func string(_ value: String) {
        self.text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": self.text += "\\\""
            case "\\": self.text += "\\\\"
            case "\n": self.text += "\\n"
            case _ where scalar.value < 0x20: self.escape(scalar.value)
            default: self.text.unicodeScalars.append(scalar)
            }
        }
        self.text += "\""
    }

    mutating func raw(_ value: some CustomStringConvertible) {
        self.text += value.description
    }

    /// Writes an object; each field writes its own value.
    mutating func object(_ fields: [(name: String, write: (inout JSONWriter) -> Void)]) {
        self.text += "{"
        for (index, field) in fields.enumerated() {
            if index > 0 { self.text += "," }
            self.string(field.name)
            self.text += ":"
            field.write(&self)
        }
        self.text += "}"
    }

    mutating func array<Element>(_ elements: [Element], _ write: (inout JSONWriter, Element) -> Void) {
        self.text += "["
        for (index, element) in elements.enumerated() {
            if index > 0 { self.text += "," }
            write(&self, element)
        }
        self.text += "]"
    }

    private mutating func escape(_ value: UInt32) {
        let digits = String(value, radix: 16)
        self.text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
