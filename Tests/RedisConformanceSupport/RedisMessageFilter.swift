import BusConformanceProxy
package import NIOCore

/// Tells the messages that Redis pushes from its answers, so that a proxy can leave them out.
///
/// A message is an array of three whose first element is `message`. Everything else passes: confirmations, PONG, errors.
package struct RedisMessageFilter: FaultProxyFilter {
    private static let head = Array("*3\r\n$7\r\nmessage\r\n".utf8)

    /// The beginning of a value that may turn out to be a message.
    private var held = ByteBuffer()
    private var isInValue = false
    private var isDropped = false
    /// Values that the present one still consists of.
    private var pending = 0
    /// Bytes of the present bulk string that are still to come, its end included.
    private var bulk = 0
    private var line: [UInt8] = []

    package init() {}

    package mutating func pass(_ bytes: ByteBuffer, dropping drops: Bool) -> ByteBuffer {
        var input = bytes
        if self.held.readableBytes > 0 {
            self.held.writeImmutableBuffer(bytes)
            input = self.held
            self.held = ByteBuffer()
        }
        var output = ByteBuffer()
        while input.readableBytes > 0 {
            if !self.isInValue, !self.begin(input, drops) {
                self.held = ByteBuffer(buffer: input.slice())
                break
            }
            let value = self.scan(&input)
            if !self.isDropped { output.writeImmutableBuffer(value) }
        }
        return output
    }

    /// Looks at the first bytes of a value.
    ///
    /// - Returns: Whether they tell what it is.
    private mutating func begin(_ input: ByteBuffer, _ drops: Bool) -> Bool {
        let start = input.readableBytesView.prefix(Self.head.count)
        let isAlike = Self.head.starts(with: start)
        guard !isAlike || start.count == Self.head.count else { return false }
        self.isInValue = true
        self.isDropped = isAlike && drops
        self.pending = 1
        return true
    }

    /// Takes the rest of the present value from the input, or as much of it as is there.
    private mutating func scan(_ input: inout ByteBuffer) -> ByteBuffer {
        let whole = input
        while self.isInValue, input.readableBytes > 0 {
            if self.bulk > 0 {
                let count = min(self.bulk, input.readableBytes)
                input.moveReaderIndex(forwardBy: count)
                self.bulk -= count
                if self.bulk == 0 { self.endOfElement() }
            } else if let byte = input.readInteger(as: UInt8.self) {
                self.line.append(byte)
                if byte == UInt8(ascii: "\n") { self.endOfLine() }
            }
        }
        return whole.getSlice(at: whole.readerIndex, length: input.readerIndex - whole.readerIndex) ?? ByteBuffer()
    }

    private mutating func endOfLine() {
        let number = Int(String(decoding: self.line.dropFirst().dropLast(2), as: UTF8.self)) ?? 0
        switch self.line.first {
        case UInt8(ascii: "$") where number >= 0: self.bulk = number + 2
        case UInt8(ascii: "*"):
            self.pending += max(0, number)
            self.endOfElement()
        default: self.endOfElement()
        }
        self.line.removeAll(keepingCapacity: true)
    }

    private mutating func endOfElement() {
        self.pending -= 1
        self.isInValue = self.pending > 0
    }
}
