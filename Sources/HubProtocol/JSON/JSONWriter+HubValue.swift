import FoundationEssentials
import NIOCore

extension JSONWriter {
    /// How deep values may be nested, in both directions; .NET has the same limit.
    static let maximumDepth = 64

    static func write(_ value: HubValue, into buffer: inout ByteBuffer, depth: Int = 0) throws(HubEncodingError) {
        switch value {
        case .null: null(into: &buffer)
        case .bool(let value): write(value, into: &buffer)
        case .int(let value): write(value, into: &buffer)
        case .unsigned(let value): write(value, into: &buffer)
        case .double(let value): try write(value, into: &buffer)
        case .string(let value): write(value, into: &buffer)
        case .binary(let bytes): write(Data(bytes), into: &buffer)
        case .array(let elements): try write(elements, into: &buffer, depth: depth + 1)
        case .object(let object): try write(object.members, into: &buffer, depth: depth + 1)
        }
    }

    private static func write(
        _ elements: [HubValue],
        into buffer: inout ByteBuffer,
        depth: Int
    ) throws(HubEncodingError) {
        try check(depth)
        buffer.writeInteger(JSONByte.openArray)
        for (position, element) in elements.enumerated() {
            if position > 0 { buffer.writeInteger(JSONByte.comma) }
            try write(element, into: &buffer, depth: depth)
        }
        buffer.writeInteger(JSONByte.closeArray)
    }

    private static func write(
        _ members: [HubObject.Member],
        into buffer: inout ByteBuffer,
        depth: Int
    ) throws(HubEncodingError) {
        try check(depth)
        buffer.writeInteger(JSONByte.openObject)
        for (position, member) in members.enumerated() {
            if position > 0 { buffer.writeInteger(JSONByte.comma) }
            write(member.name, into: &buffer)
            buffer.writeInteger(JSONByte.colon)
            try write(member.value, into: &buffer, depth: depth)
        }
        buffer.writeInteger(JSONByte.closeObject)
    }

    static func check(_ depth: Int) throws(HubEncodingError) {
        guard depth > maximumDepth else { return }
        throw HubEncodingError(
            .tooDeep,
            "The value is nested deeper than \(maximumDepth) levels, which no peer would read. Does it contain itself?"
        )
    }
}
