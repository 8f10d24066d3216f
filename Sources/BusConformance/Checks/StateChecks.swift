import BusCore

/// Whether the sequence of states tells what happened.
enum StateChecks {
    static let all: [BusCheck] = [
        BusCheck(
            45,
            "state.transitions",
            "States change when something happens and only then: from one outage to the next, and to .closed at the end.",
            level: .resilient,
            needs: [.fault(.cut(.both))],
            transitions
        ),
        BusCheck(
            45,
            "state.halves",
            "While one half is down the state names that half.",
            level: .resilient,
            needs: [.anyFault([.cut(.subscribing), .cutNode(.subscribing)])],
            halves
        ),
    ]

    /// What a watcher of a bus saw.
    private static func watch(_ bus: any MessageBus) -> (states: Observed<[BusState]>, ended: Observed<Bool>) {
        let (seen, ended) = (Observed<[BusState]>([]), Observed(false))
        let states = bus.states
        Task {
            for await state in states { seen.update { $0.append(state) } }
            ended.update { $0 = true }
        }
        return (seen, ended)
    }

    private static func transitions(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let bus = cluster[0]
        let (states, ended) = Self.watch(bus)
        let recorder = context.recorder("subscriber on node 0")
        let publisher = context.publisher("node 1", on: cluster[1])
        // Without a fault nothing changes, whatever is subscribed and published.
        for round in 0..<context.scaled(50, atLeast: 10) {
            let channel = BusChannel("quiet-\(round)")
            try await context.subscribe(recorder, to: [channel], on: bus)
            try await context.sentinel(publisher, to: channel, at: recorder)
        }
        try context.expect(
            states.read { $0.allSatisfy { $0 == .connected } },
            "the state changed without a fault: \(states.read { $0 })"
        )
        for _ in 0..<2 {
            let known = states.read { $0.count }
            try await context.faults.cut(.both, of: nil)
            try await Self.wait(context, states, "the end of .connected") { $0.count > known && $0.last != .connected }
            try await context.faults.heal()
            try await Self.wait(context, states, "the return of .connected") { $0.last == .connected }
        }
        try await within(context.bounds.close, "close()") { await bus.close() }
        guard await ended.wait(within: context.bounds.settle, until: { $0 }) else {
            throw DeadlinePassed(what: "the end of the states after close()", limit: context.bounds.settle)
        }
        try Self.expectLegal(context, states.read { $0 })
    }

    private static func wait(
        _ context: CheckContext,
        _ states: Observed<[BusState]>,
        _ what: String,
        until condition: @escaping @Sendable ([BusState]) -> Bool
    ) async throws {
        let limit = context.bounds.liveness + context.bounds.reconnect
        if await states.wait(within: limit, until: condition) { return }
        throw DeadlinePassed(what: "\(what), after \(states.read { $0 })", limit: limit)
    }

    /// From connected, through two outages, to closed.
    private static func expectLegal(_ context: CheckContext, _ states: [BusState]) throws {
        let text = states.map(\.description).joined(separator: " → ")
        try context.expect(states.first == .connected, "the first state is not the present one: \(text)")
        try context.expect(states.last == .closed, "the last state is not .closed: \(text)")
        try context.expect(states.dropLast().allSatisfy { $0 != .closed }, "something followed .closed: \(text)")
        try context.expect(!states.contains(.connecting), "a bus that was connected is .connecting again: \(text)")
        let repeated = zip(states, states.dropFirst()).contains { $0 == $1 }
        try context.expect(!repeated, "a state is told twice in a row: \(text)")
        let outages = states.count { $0 == .connected } - 1
        try context.expect(outages == 2, "\(outages) outages are told; there were two: \(text)")
    }

    private static func halves(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let bus = cluster[0]
        let verbs = try context.faults.verbs
        for (part, expected) in [
            (BusFaultPart.subscribing, BusState.degraded(.subscribing)), (.publishing, .degraded(.publishing)),
        ] {
            guard verbs.contains(.cutNode(part)) || verbs.contains(.cut(part)) else {
                context.partly("the injector cannot cut \(part.rawValue) alone")
                continue
            }
            let (states, _) = Self.watch(bus)
            try await context.faults.cut(part, of: verbs.contains(.cutNode(part)) ? bus : nil)
            try await Self.wait(context, states, "\(expected)") { $0.contains(expected) }
            try await context.faults.heal()
            try await Self.wait(context, states, "the return of .connected") { $0.last == .connected }
            let others = states.read { $0.filter { $0 != .connected && $0 != expected } }
            try context.expect(others.isEmpty, "while only \(part.rawValue) was down the state was \(others)")
        }
    }
}
