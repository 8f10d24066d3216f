import NIOCore
import NIOHTTP1

/// What an HTTP request may cost before it is one.
struct HTTPLimits: Sendable {
    /// Names and values of all header fields of a request together, in bytes.
    var headerSize: Int
    /// Header fields of a request.
    var headerCount: Int
    /// The target in the request line, in bytes.
    var targetSize: Int
    /// The body of a request, in bytes.
    ///
    /// This server reads no bodies, it only lets them pass.
    var bodySize: Int
    /// From the first byte of a request to its last; from accepting a connection to the end of its first request.
    var requestTimeout: TimeAmount
    /// How long an answer may take to make.
    var answerTimeout: TimeAmount
    /// How long a connection may stay open between requests.
    var idleTimeout: TimeAmount
    /// How long a connection that is being closed may take to take leave.
    var closeTimeout: TimeAmount

    /// The limits that NIO's parser enforces.
    var decoder: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = headerSize
        limits.maxHeaderListSize = headerSize
        limits.maxHeaderFieldCount = headerCount
        return limits
    }
}
