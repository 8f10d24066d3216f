/// Comparison that folds the case of ASCII letters and of nothing else, as protocols do.
package enum ASCIICase {
    /// The lower-case form of an ASCII letter; any other byte as it is.
    @inline(__always)
    package static func folded(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }

    /// Whether two texts have the same UTF-8 bytes but for the case of ASCII letters.
    package static func equal(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count
            && zip(left.utf8, right.utf8).allSatisfy { self.folded($0) == self.folded($1) }
    }
}
