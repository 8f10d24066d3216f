import NIOCore

/// The body of the answer to `POST {path}/negotiate` (TransportProtocols.md, "POST endpoint-base/negotiate").
///
/// The order of the properties is the one in which ASP.NET Core writes them.
enum NegotiateAnswer {
    /// The newest version of negotiation that this server speaks.
    static let newestVersion: Int32 = 1

    /// Which version a client asked for.
    enum Version: Equatable {
        /// Zero or one.
        case supported(Int32)
        /// The error that belongs into the answer.
        case refused(String)

        /// - Parameter parameter: The value of `negotiateVersion` in the query; nil means 0.
        init(parameter: String?) {
            guard let parameter else {
                self = .supported(0)
                return
            }
            guard let number = Int32(parameter) else {
                self = .refused("The client requested a non-integer protocol version.")
                return
            }
            guard number >= 0 else {
                self = .refused(
                    "The client requested version '\(number)', but the server does not support this version."
                )
                return
            }
            self = .supported(min(number, newestVersion))
        }
    }

    /// The answer that tells a client how to connect.
    ///
    /// - Parameters:
    ///   - version: Zero or one. In version 0 the client connects with the id, so no token is written.
    ///   - connectionID: The connection's public id.
    ///   - token: The secret the client connects with.
    /// - Returns: The JSON text.
    static func success(version: Int32, connectionID: ConnectionToken, token: ConnectionToken) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeString(#"{"negotiateVersion":\#(version),"connectionId":"\#(connectionID.text)","#)
        if version > 0 {
            buffer.writeString(#""connectionToken":"\#(token.text)","#)
        }
        buffer.writeString(#""availableTransports":[{"transport":"WebSockets","transferFormats":["Text","Binary"]}]}"#)
        return buffer
    }

    /// The answer that tells a client why it can't connect.
    ///
    /// - Parameter message: Text of our own, without characters that JSON escapes.
    /// - Returns: The JSON text.
    static func failure(_ message: String) -> ByteBuffer {
        ByteBuffer(string: #"{"error":"\#(message)"}"#)
    }
}
