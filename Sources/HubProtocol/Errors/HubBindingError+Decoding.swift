extension HubBindingError {
    /// Translates what a type's `init(from:)` threw.
    init(from error: any Error) {
        switch error {
        case let error as HubBindingError: self = error
        case let DecodingError.typeMismatch(_, context): self.init(.wrongType, context)
        case let DecodingError.valueNotFound(_, context): self.init(.missingValue, context)
        case let DecodingError.keyNotFound(_, context): self.init(.missingValue, context)
        case let DecodingError.dataCorrupted(context): self.init(.rejected, context)
        default: self.init(.rejected, "The type refused the value.", cause: error)
        }
    }

    private init(_ code: Code, _ context: DecodingError.Context) {
        let path = CodingPathNode.text(context.codingPath)
        let place = path.isEmpty ? "" : "At \(path): "
        let inner = context.underlyingError as? HubBindingError
        self.init(inner?.code ?? code, place + context.debugDescription, cause: inner?.cause ?? context.underlyingError)
    }
}
