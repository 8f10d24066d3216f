extension HubEncodingError {
    /// Translates what a value's `encode(to:)` threw.
    init(from error: any Error) {
        switch error {
        case let error as HubEncodingError:
            self = error
        case let EncodingError.invalidValue(_, context):
            let path = CodingPathNode.text(context.codingPath)
            let inner = context.underlyingError as? HubEncodingError
            self.init(
                inner?.code ?? .rejected,
                (path.isEmpty ? "" : "At \(path): ") + context.debugDescription,
                cause: inner?.cause ?? context.underlyingError
            )
        default:
            self.init(.rejected, "The value's own encode(to:) threw an error.", cause: error)
        }
    }
}
