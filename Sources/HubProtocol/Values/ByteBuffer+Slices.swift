import NIOCore

extension ByteBuffer {
    /// The bytes in a range counted from the first readable byte, sharing storage.
    func slice(_ range: Range<Int>) -> ByteBuffer {
        guard let slice = getSlice(at: readerIndex + range.lowerBound, length: range.count) else {
            preconditionFailure("The range must lie within the readable bytes")
        }
        return slice
    }

    /// The bytes in a range counted from the first readable byte, which are known to be UTF-8.
    func text(_ range: Range<Int>) -> String {
        getString(at: readerIndex + range.lowerBound, length: range.count) ?? ""
    }
}
