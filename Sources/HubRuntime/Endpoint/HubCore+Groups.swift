import BusCore

extension HubCore {
    /// How long to wait for a confirmation before asking every node whether it has the connection.
    ///
    /// A confirmation usually takes two trips through the bus, so this question is seldom asked.
    private static let confirmationGrace = Duration.milliseconds(100)

    /// Changes a group of a connection on whatever node it is.
    func change(_ action: GroupAction, _ connectionID: String, _ group: String) async throws {
        if let identity = self.connections[connectionID] {
            try await self.changeLocally(action, identity, group)
        } else {
            try await self.changeRemotely(action, connectionID, group)
        }
    }

    /// Changes a group of a connection of this node.
    func changeLocally(_ action: GroupAction, _ identity: ConnectionIdentity, _ group: String) async throws {
        let channel = self.channels.group(group)
        let exists = await withCheckedContinuation { answer in
            switch action {
            case .add: identity.port.append(.join(identity, channel, answer))
            case .remove: identity.port.append(.leave(identity, channel, answer))
            }
        }
        guard exists else { throw Self.connectionNotFound(identity.id) }
        if action == .add {
            try await self.active(self.directory.subscription(of: channel))
        }
    }

    private func changeRemotely(_ action: GroupAction, _ connectionID: String, _ group: String) async throws {
        let request = self.acknowledgements.begin()
        defer { self.acknowledgements.end(request) }
        let command = GroupCommand(
            id: request,
            server: self.serverName,
            action: action,
            group: group,
            connectionID: connectionID
        )
        let receipt = try await self.publish(command.encoded(), to: self.channels.groupCommands)
        var outcome = await self.acknowledgements.outcome(of: request, within: Self.confirmationGrace)
        if outcome == nil {
            await self.locate(connectionID, request, servers: receipt.receivers)
            outcome = await self.acknowledgements.outcome(of: request, within: self.configuration.groupTimeout)
        }
        switch outcome {
        case .acknowledged: return
        case .notFound: throw Self.connectionNotFound(connectionID)
        case nil: throw self.notConfirmed(connectionID)
        }
    }

    /// Asks every node of this kind whether it has a connection.
    ///
    /// If they are all there are, and all of them say no, nobody needs to wait for the time limit.
    ///
    /// - Parameters:
    ///   - connectionID: The connection's id.
    ///   - request: The request that waits.
    ///   - servers: How many servers of any kind got the group command, if the bus knows.
    private func locate(_ connectionID: String, _ request: Int32, servers: Int?) async {
        let question = NodeMessage.locate(id: request, server: self.serverName, connectionID: connectionID)
        guard let receipt = try? await self.publish(question.encoded(), to: self.channels.nodes),
            self.bus.capabilities.countsReceivers, let servers, receipt.receivers == servers
        else { return }
        self.acknowledgements.expectAnswers(servers, to: request)
    }

    private static func connectionNotFound(_ id: String) -> BackplaneError {
        BackplaneError(.connectionNotFound, "Connection '\(id)' does not exist.")
    }

    private func notConfirmed(_ id: String) -> BackplaneError {
        BackplaneError(
            .timedOut,
            "No node confirmed the group change for connection '\(id)' within \(self.configuration.groupTimeout). The "
                + "connection may not exist, or its node may be out of reach. It is safe to try again."
        )
    }
}
