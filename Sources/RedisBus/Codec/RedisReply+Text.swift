import NIOCore

extension RedisReply {
    /// The text of a bulk string or a status; nil for anything else and for what is no UTF-8.
    var text: String? {
        switch self {
        case .status(let text): text
        case .bulk(let bytes): String(validating: bytes.readableBytesView, as: UTF8.self)
        default: nil
        }
    }
}
