import NIOCore

/// Writes messages with their properties in the order in which .NET's servers write them.
enum JSONMessageWriter {
    static func write(_ message: OutgoingHubMessage, into buffer: inout ByteBuffer) throws(HubEncodingError) {
        switch message {
        case .invocation(let id, let target, let arguments, let streams, let headers):
            begin("{\"type\":1", id, headers, into: &buffer)
            try writeCall(target, arguments, streams, into: &buffer)
        case .streamInvocation(let id, let target, let arguments, let streams, let headers):
            begin("{\"type\":4", id, headers, into: &buffer)
            try writeCall(target, arguments, streams, into: &buffer)
        case .streamItem(let id, let item, let headers):
            begin("{\"type\":2", id, headers, into: &buffer)
            buffer.writeStaticString(",\"item\":")
            try JSONValueWriter.encode(item, into: &buffer)
        case .completion(let id, let outcome, let headers):
            begin("{\"type\":3", id, headers, into: &buffer)
            try writeOutcome(outcome, into: &buffer)
        case .cancelInvocation(let id, let headers):
            begin("{\"type\":5", id, headers, into: &buffer)
        case .ping:
            buffer.writeStaticString("{\"type\":6")
        case .close(let error, let allowReconnect):
            buffer.writeStaticString("{\"type\":7")
            if let error { write(",\"error\":", error, into: &buffer) }
            if allowReconnect { buffer.writeStaticString(",\"allowReconnect\":true") }
        case .ack(let sequenceID):
            writeSequence("{\"type\":8,\"sequenceId\":", sequenceID, into: &buffer)
        case .sequence(let sequenceID):
            writeSequence("{\"type\":9,\"sequenceId\":", sequenceID, into: &buffer)
        }
        buffer.writeInteger(JSONByte.closeObject)
        buffer.writeInteger(JSONByte.recordSeparator)
    }

    private static func begin(
        _ opening: StaticString,
        _ invocationID: String?,
        _ headers: HubHeaders,
        into buffer: inout ByteBuffer
    ) {
        buffer.writeStaticString(opening)
        if !headers.isEmpty {
            for (position, header) in headers.elements.enumerated() {
                buffer.writeStaticString(position == 0 ? ",\"headers\":{" : ",")
                JSONWriter.write(header.name, into: &buffer)
                write(":", header.value, into: &buffer)
            }
            buffer.writeInteger(JSONByte.closeObject)
        }
        if let invocationID { write(",\"invocationId\":", invocationID, into: &buffer) }
    }

    private static func writeCall(
        _ target: String,
        _ arguments: [any Encodable & Sendable],
        _ streamIDs: [String],
        into buffer: inout ByteBuffer
    ) throws(HubEncodingError) {
        write(",\"target\":", target, into: &buffer)
        buffer.writeStaticString(",\"arguments\":[")
        for (position, argument) in arguments.enumerated() {
            if position > 0 { buffer.writeInteger(JSONByte.comma) }
            try JSONValueWriter.encode(argument, into: &buffer)
        }
        buffer.writeInteger(JSONByte.closeArray)
        if streamIDs.isEmpty { return }
        for (position, streamID) in streamIDs.enumerated() {
            write(position == 0 ? ",\"streamIds\":[" : ",", streamID, into: &buffer)
        }
        buffer.writeInteger(JSONByte.closeArray)
    }

    private static func writeOutcome(
        _ outcome: OutgoingOutcome,
        into buffer: inout ByteBuffer
    ) throws(HubEncodingError) {
        switch outcome {
        case .void: break
        case .error(let text) where text.isEmpty: break
        case .error(let text): write(",\"error\":", text, into: &buffer)
        case .result(let value):
            buffer.writeStaticString(",\"result\":")
            try JSONValueWriter.encode(value, into: &buffer)
        }
    }

    private static func writeSequence(_ opening: StaticString, _ sequenceID: Int64, into buffer: inout ByteBuffer) {
        buffer.writeStaticString(opening)
        JSONWriter.write(sequenceID, into: &buffer)
    }

    private static func write(_ prefix: StaticString, _ text: String, into buffer: inout ByteBuffer) {
        buffer.writeStaticString(prefix)
        JSONWriter.write(text, into: &buffer)
    }
}
