/// What a client is told when an invocation fails, in .NET's words.
///
/// Source: `DefaultHubDispatcher` and `ErrorMessageHelper` in dotnet/aspnetcore.
enum DispatchErrorText {
    static func unknownMethod(_ target: String) -> String {
        "Failed to invoke '\(target)' due to an error on the server. HubException: Method does not exist."
    }

    static func unexpectedStreams(_ target: String, sent: Int, expected: Int) -> String {
        "Failed to invoke '\(target)' due to an error on the server. "
            + "HubException: Client sent \(sent) stream(s), Hub method expects \(expected)."
    }

    static func notStreaming(_ target: String) -> String {
        "The client attempted to invoke the non-streaming '\(target)' method with a streaming invocation."
    }

    /// The text for an error that a method threw, or that kept it from running.
    static func failed(_ target: String, _ error: any Error, detailed: Bool) -> String {
        if let error = error as? ArgumentBindingError {
            let text = "Failed to invoke '\(target)' due to an error on the server."
            return detailed ? "\(text) InvalidDataException: \(error.message)" : text
        }
        let text = "An unexpected error occurred invoking '\(target)' on the server."
        return self.describe(text, error, detailed: detailed)
    }

    /// The text of the message that closes a connection because of an error.
    static func closed(_ error: any Error, detailed: Bool) -> String {
        self.describe("Connection closed with an error.", error, detailed: detailed)
    }

    private static func describe(_ text: String, _ error: any Error, detailed: Bool) -> String {
        if let error = error as? HubError { return "\(text) HubException: \(error.message)" }
        return detailed ? "\(text) \(type(of: error)): \(error)" : text
    }
}
