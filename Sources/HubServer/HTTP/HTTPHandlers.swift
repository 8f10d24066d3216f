import NIOCore
import NIOHTTP1

/// NIO's handlers of an HTTP connection, which all leave when it becomes a WebSocket.
struct HTTPHandlers {
    private let encoder = HTTPResponseEncoder()
    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    private let validator = NIOHTTPResponseHeadersValidator()
    private let pipelining = HTTPServerPipelineHandler()

    init(limits: HTTPLimits) {
        let parser = HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits.decoder)
        decoder = ByteToMessageHandler(parser, maximumBufferSize: limits.headerSize + limits.targetSize + 65_536)
    }

    /// Makes a new connection's pipeline.
    ///
    /// - Parameters:
    ///   - pipeline: The pipeline of a new channel, on its loop.
    ///   - router: What answers requests.
    ///   - limits: What requests may cost.
    ///   - loop: What the connections of the loop share.
    /// - Throws: `ChannelError` if the channel is gone.
    static func configure(
        _ pipeline: ChannelPipeline,
        router: HTTPRouter,
        limits: HTTPLimits,
        loop: ServerLoop
    ) throws {
        let handlers = Self(limits: limits)
        let route = HTTPRouteHandler(router: router, limits: limits, loop: loop, otherHandlers: handlers)
        let operations = pipeline.syncOperations
        try operations.addHandler(handlers.encoder)
        try operations.addHandler(handlers.decoder)
        try operations.addHandler(handlers.validator)
        try operations.addHandler(handlers.pipelining)
        try operations.addHandler(route)
    }

    /// Takes them out.
    ///
    /// The parser leaves last, on the next turn of the loop, and passes on what it hasn't read.
    ///
    /// - Parameter pipeline: The pipeline they are in.
    func remove(from pipeline: ChannelPipeline) {
        let operations = pipeline.syncOperations
        operations.removeHandler(pipelining).whenComplete { _ in }
        operations.removeHandler(validator).whenComplete { _ in }
        operations.removeHandler(encoder).whenComplete { _ in }
        operations.removeHandler(decoder).whenComplete { _ in }
    }
}
