/// Where and why bytes are not JSON.
struct JSONSyntaxError: Error, Equatable {
    enum Reason: String {
        case unexpectedEnd = "the text ends in the middle of a value"
        case unexpectedByte = "there is a character that JSON does not allow here"
        case invalidNumber = "there is a number that JSON does not allow"
        case invalidText = "a text contains a control character or an unknown escape"
        case invalidUTF8 = "a text is not valid UTF-8"
        case tooDeep = "the value is nested deeper than 64 levels"
    }

    let reason: Reason
    /// Counted from the first byte that was given to the scanner.
    let offset: Int

    /// The same as an error of the connection.
    var asProtocolError: HubProtocolError {
        HubProtocolError(.malformed, "Error reading JSON. At byte \(offset), \(reason.rawValue).")
    }

    /// The same as an error of one call.
    var asBindingError: HubBindingError {
        HubBindingError(
            reason == .tooDeep ? .tooDeep : .invalidText,
            "The value cannot be read. At byte \(offset), \(reason.rawValue)."
        )
    }
}
