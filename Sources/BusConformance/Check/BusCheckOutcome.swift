/// How a check ended that did not fail.
public enum BusCheckOutcome: Sendable, Hashable {
    /// The bus keeps the property.
    case passed
    /// The bus keeps what could be seen of the property; the text says what could not be seen.
    case partly(String)
    /// The property was not checked; the text says why.
    case skipped(String)
}
