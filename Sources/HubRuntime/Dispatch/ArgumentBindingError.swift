/// The arguments of an invocation do not fit the method.
///
/// The call fails; the connection goes on.
struct ArgumentBindingError: Error {
    /// What does not fit, in .NET's words.
    let message: String
}
