import HubProtocol

extension RawHubArguments {
    /// Decodes all arguments, from left to right.
    ///
    /// - Throws: ``ArgumentBindingError`` when there are more or fewer than the types given, or one does not fit its type.
    func decoded<each Argument: Decodable>() throws(ArgumentBindingError) -> (repeat each Argument) {
        var expected = 0
        for _ in repeat (each Argument).self { expected += 1 }
        guard self.count == expected else {
            throw ArgumentBindingError(
                message: "Invocation provides \(self.count) argument(s) but target expects \(expected)."
            )
        }
        var index = 0
        do {
            return (repeat try self.next((each Argument).self, &index))
        } catch {
            throw ArgumentBindingError(
                message: "Error binding arguments. Make sure that the types of the provided values match the types of "
                    + "the hub method being invoked. Argument \(index): \(error.message)"
            )
        }
    }

    private func next<Argument: Decodable>(
        _ type: Argument.Type,
        _ index: inout Int
    ) throws(HubBindingError) -> Argument {
        index += 1
        return try self[index - 1].decode(as: type)
    }
}
