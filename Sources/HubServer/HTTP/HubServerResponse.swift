public import NIOCore
import NIOHTTP1

/// A complete HTTP response, small enough to be held in memory.
public struct HubServerResponse: Sendable {
    /// The status code.
    public var status: Int

    /// Header fields.
    ///
    /// `Content-Length` and `Connection` are the server's own.
    public var headers: [(name: String, value: String)]

    /// The body.
    ///
    /// It may be shared by any number of responses.
    public var body: ByteBuffer

    /// Creates a response.
    ///
    /// - Parameters:
    ///   - status: The status code.
    ///   - headers: Header fields without `Content-Length` and `Connection`.
    ///   - body: The body.
    public init(
        status: Int = 200,
        headers: [(name: String, value: String)] = [],
        body: ByteBuffer = ByteBuffer()
    ) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Plain text.
    ///
    /// - Parameters:
    ///   - text: The body.
    ///   - status: The status code.
    /// - Returns: The response.
    public static func text(_ text: String, status: Int = 200) -> Self {
        Self(
            status: status,
            headers: [("Content-Type", "text/plain; charset=utf-8")],
            body: ByteBuffer(string: text)
        )
    }

    /// A page.
    ///
    /// - Parameter text: The HTML text.
    /// - Returns: The response, which tells caches to ask again.
    public static func html(_ text: String) -> Self {
        Self(
            headers: [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-cache")],
            body: ByteBuffer(string: text)
        )
    }

    /// JSON that no cache keeps.
    ///
    /// - Parameters:
    ///   - body: The JSON text in UTF-8.
    ///   - status: The status code.
    /// - Returns: The response.
    public static func json(_ body: ByteBuffer, status: Int = 200) -> Self {
        Self(
            status: status,
            headers: [("Content-Type", "application/json"), ("Cache-Control", "no-store")],
            body: body
        )
    }
}

extension HubServerResponse {
    /// The same response with one more header field.
    func adding(_ name: String, _ value: String) -> Self {
        var response = self
        response.headers.append((name, value))
        return response
    }

    /// The head as it is written.
    func head(version: HTTPVersion, isLast: Bool) -> HTTPResponseHead {
        var fields = HTTPHeaders()
        fields.reserveCapacity(headers.count + 2)
        for field in headers {
            fields.add(name: field.name, value: field.value)
        }
        if status != 204 {
            fields.replaceOrAdd(name: "Content-Length", value: String(body.readableBytes))
        }
        fields.replaceOrAdd(name: "Connection", value: isLast ? "close" : "keep-alive")
        return HTTPResponseHead(version: version, status: HTTPResponseStatus(statusCode: status), headers: fields)
    }
}
