/// Thrown inside a check that turns out not to apply to this bus.
struct CheckSkipped: Error {
    var reason: String
}
