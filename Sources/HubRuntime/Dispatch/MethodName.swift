/// The name of a hub method as a key: ASCII letters match in either case.
package struct MethodName: Sendable, Hashable {
    private let text: String

    package init(_ text: String) {
        self.text = text
    }

    package static func == (left: MethodName, right: MethodName) -> Bool {
        ASCIICase.equal(left.text, right.text)
    }

    package func hash(into hasher: inout Hasher) {
        // FNV-1a. Peers choose what is looked up, never what is in the table, so they cannot make names collide.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in self.text.utf8 {
            hash = (hash ^ UInt64(ASCIICase.folded(byte))) &* 0x100_0000_01B3
        }
        hasher.combine(hash)
    }
}
