/// Why the bytes that came from the server cannot be understood; the link has to be closed.
struct RedisProtocolError: Error, Equatable, CustomStringConvertible {
    enum Code: Equatable {
        /// The bytes are no RESP2.
        case malformed
        /// A RESP3 type came, which was not asked for.
        case unsupportedType
        /// Arrays are nested deeper than 7.
        case tooDeep
        /// An unfinished reply is, or announces to become, larger than the limit.
        case tooLarge
        /// The process is out of memory.
        case outOfMemory
    }

    var code: Code
    var description: String
}
