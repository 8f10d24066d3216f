package import NIOCore

/// The arguments of one call, each decoded when it is asked for.
///
/// A value that does not fit its parameter therefore concerns the call, never the connection. Counting and access cost
/// constant time: where each argument lies was noted when the message was checked.
public struct RawHubArguments: Sendable {
    private let format: RawHubValue.Format
    private let frame: ByteBuffer
    private let ranges: [Range<UInt32>]

    /// Creates arguments from a message that has been checked.
    ///
    /// - Parameters:
    ///   - format: The format of the message.
    ///   - frame: The message.
    ///   - ranges: Where each argument lies, counted from the first readable byte.
    package init(format: RawHubValue.Format, frame: ByteBuffer, ranges: [Range<UInt32>]) {
        self.format = format
        self.frame = frame
        self.ranges = ranges
    }

    /// The number of arguments.
    public var count: Int { ranges.count }

    /// An argument that has not been decoded yet.
    ///
    /// - Parameter index: The position, from 0 to ``count`` - 1.
    public subscript(index: Int) -> RawHubValue {
        precondition(ranges.indices.contains(index), "There are only \(ranges.count) arguments; compare count first")
        let range = ranges[index]
        return RawHubValue(
            checkedBytes: frame.slice(Int(range.lowerBound)..<Int(range.upperBound)),
            format: format
        )
    }
}
