import NIOCore

/// The text that an encoder appends to.
///
/// Values are written in order, so one buffer does. Only containers and encoders that a type asks for explicitly may
/// be filled later, in any order: each has a fragment of its own, put in its place at the end.
final class JSONFragment {
    var buffer = ByteBuffer()
    private var holes: [(index: Int, node: JSONEncoderNode)] = []

    /// What could not be reported when it happened, because the machinery's call cannot throw.
    var failure: HubEncodingError?

    /// A place to which one can return.
    struct Mark {
        fileprivate let index: Int
        fileprivate let holes: Int
    }

    var mark: Mark { Mark(index: buffer.writerIndex, holes: holes.count) }

    func rollBack(to mark: Mark) {
        buffer.moveWriterIndex(to: mark.index)
        holes.removeLast(holes.count - mark.holes)
    }

    /// Leaves a place here for what a node will write.
    func leaveHole(for node: JSONEncoderNode) {
        holes.append((buffer.writerIndex, node))
    }

    /// Puts every node's text into its place.
    func fillHoles() throws(HubEncodingError) {
        if let failure { throw failure }
        if holes.isEmpty { return }
        var filled = ByteBuffer()
        var position = buffer.readerIndex
        for (index, node) in holes {
            try node.finish()
            try node.fragment.fillHoles()
            filled.writeImmutableBuffer(buffer.getSlice(at: position, length: index - position) ?? ByteBuffer())
            filled.writeImmutableBuffer(node.fragment.buffer)
            position = index
        }
        let length = buffer.writerIndex - position
        filled.writeImmutableBuffer(buffer.getSlice(at: position, length: length) ?? ByteBuffer())
        buffer = filled
        holes = []
    }
}
