/// A text that is compared byte for byte.
///
/// Swift's string equality merges texts that differ only in Unicode normalisation; the ids of connections are bytes.
package struct UTF8Key: Sendable, Hashable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package static func == (left: UTF8Key, right: UTF8Key) -> Bool {
        // The first comparison is a comparison of memory for ASCII, and rejects nearly everything.
        left.text == right.text && left.text.utf8.elementsEqual(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        // Texts with equal bytes have equal hashes; a few with other bytes have, too.
        hasher.combine(self.text)
    }
}
