/// Thrown inside a check: the bus does not keep the property.
struct Expectation: Error {
    var text: String
}
