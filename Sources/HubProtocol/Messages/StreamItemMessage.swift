/// One item of a stream (type 2).
public struct StreamItemMessage: Sendable {
    /// The call whose result is streamed, or the stream that the caller uploads.
    public var invocationID: String
    /// The item.
    public var item: RawHubValue
    /// The headers of the message.
    public var headers: HubHeaders

    /// Creates a message.
    ///
    /// - Parameters:
    ///   - invocationID: The call or upload to which the item belongs.
    ///   - item: The item.
    ///   - headers: The headers of the message.
    public init(invocationID: String, item: RawHubValue, headers: HubHeaders = HubHeaders()) {
        self.invocationID = invocationID
        self.item = item
        self.headers = headers
    }
}
