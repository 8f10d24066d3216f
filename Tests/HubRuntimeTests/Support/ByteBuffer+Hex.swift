import NIOCore

extension ByteBuffer {
    /// Bytes written as two digits each, with spaces between them.
    init(hex: String) {
        self.init(bytes: hex.split(separator: " ").compactMap { UInt8($0, radix: 16) })
    }

    var hex: String {
        self.readableBytesView.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return byte < 16 ? "0\(digits)" : digits
        }.joined(separator: " ")
    }
}
