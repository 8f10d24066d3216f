extension JSONMessageParser {
    /// The message that the gathered properties make.
    func message() throws(HubProtocolError) -> HubMessage {
        switch try required(type, .type) {
        case 1: .invocation(try invocation(idRequired: false))
        case 2: .streamItem(try streamItem())
        case 3: .completion(try completion())
        case 4: .streamInvocation(try invocation(idRequired: true))
        case 5: .cancelInvocation(.init(invocationID: try required(invocationID, .invocationID), headers: headers))
        case 6: .ping
        case 7: .close(CloseMessage(error: error, allowReconnect: allowReconnect))
        case 8: .ack(sequenceID: try required(sequenceID, .sequenceID))
        case 9: .sequence(sequenceID: try required(sequenceID, .sequenceID))
        case let type: .unknown(type: type)
        }
    }

    private func required<T>(_ value: T?, _ property: JSONProperty) throws(HubProtocolError) -> T {
        guard let value else { throw invalid("Missing required property '\(property.rawValue)'.") }
        return value
    }

    private func invocation(idRequired: Bool) throws(HubProtocolError) -> InvocationMessage {
        // An empty id asks for no answer, as an absent one does.
        let id = idRequired ? try required(invocationID, .invocationID) : invocationID.flatMap { $0.isEmpty ? nil : $0 }
        return InvocationMessage(
            invocationID: id,
            target: try required(target, .target),
            arguments: try required(arguments, .arguments),
            streamIDs: streamIDs,
            headers: headers
        )
    }

    private func streamItem() throws(HubProtocolError) -> StreamItemMessage {
        StreamItemMessage(
            invocationID: try required(invocationID, .invocationID),
            item: try required(item, .item),
            headers: headers
        )
    }

    private func completion() throws(HubProtocolError) -> CompletionMessage {
        let id = try required(invocationID, .invocationID)
        let outcome: CompletionMessage.Outcome =
            switch (error, result) {
            case (.some, .some): throw invalid("The 'error' and 'result' properties are mutually exclusive.")
            case (.some(let error), nil): .error(error)
            case (nil, .some(let result)): .result(result)
            case (nil, nil): .void
            }
        return CompletionMessage(invocationID: id, outcome: outcome, headers: headers)
    }
}
