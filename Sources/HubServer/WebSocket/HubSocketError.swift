/// How a WebSocket ended when it was not closed in an orderly way.
struct HubSocketError: Error, Hashable, CustomStringConvertible {
    let description: String

    static let lost = Self(description: "The client went away without closing the WebSocket.")
    static let closeTimedOut = Self(description: "The client did not answer the WebSocket's Close frame in time.")
}
