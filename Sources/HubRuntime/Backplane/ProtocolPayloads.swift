package import NIOCore

/// One invocation in the bytes of each hub protocol that a node speaks, framed as the protocol frames it.
///
/// Protocols are numbered in the order of the endpoint's codecs. The first one, which is usually the only one, costs no
/// allocation of its own.
package struct ProtocolPayloads: Sendable, Equatable {
    private var first: ByteBuffer?
    private var others: [ByteBuffer?] = []

    package init() {}

    /// The bytes for a protocol, if there are any.
    package subscript(codec codec: Int) -> ByteBuffer? {
        get {
            if codec == 0 { return self.first }
            return codec <= self.others.count ? self.others[codec - 1] : nil
        }
        set {
            guard codec > 0 else {
                self.first = newValue
                return
            }
            while self.others.count < codec { self.others.append(nil) }
            self.others[codec - 1] = newValue
        }
    }

    /// The size of the largest form, in bytes; at least 1.
    package var largest: Int {
        self.others.reduce(max(1, self.first?.readableBytes ?? 0)) { max($0, $1?.readableBytes ?? 0) }
    }
}
