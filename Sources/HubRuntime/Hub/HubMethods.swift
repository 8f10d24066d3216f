import HubProtocol

/// The methods of a hub that clients may call, by name.
///
/// Names are compared without regard to ASCII case, as SignalR does. Registering a name twice is a mistake of the
/// program and stops it.
public struct HubMethods<H: Hub>: Sendable {
    package private(set) var table: [MethodName: HubMethod<H>] = [:]

    package init() {}

    /// Registers a method of the hub that returns a value.
    ///
    /// ```swift
    /// methods.on("Shout", Chat.shout)     // func shout(_ call: HubCall, text: String) async throws -> String
    /// ```
    ///
    /// - Parameters:
    ///   - name: The name clients call it by.
    ///   - method: The method: its first parameter is the call, the others come from the client.
    public mutating func on<each Argument: Decodable & Sendable, Output: Encodable & Sendable>(
        _ name: String,
        _ method: @escaping @Sendable (H) -> (HubCall, repeat each Argument) async throws -> Output
    ) {
        self.add(name) { hub, call, arguments in
            let decoded: (repeat each Argument) = try arguments.decoded()
            return .result(try await method(hub)(call, repeat each decoded))
        }
    }

    /// Registers a method of the hub that returns nothing.
    ///
    /// - Parameters:
    ///   - name: The name clients call it by.
    ///   - method: The method: its first parameter is the call, the others come from the client.
    public mutating func on<each Argument: Decodable & Sendable>(
        _ name: String,
        _ method: @escaping @Sendable (H) -> (HubCall, repeat each Argument) async throws -> Void
    ) {
        self.add(name) { hub, call, arguments in
            let decoded: (repeat each Argument) = try arguments.decoded()
            try await method(hub)(call, repeat each decoded)
            return .void
        }
    }

    /// Registers a closure that returns a value.
    ///
    /// ```swift
    /// methods.on("Shout") { (call: HubCall, text: String) in text.uppercased() }
    /// ```
    ///
    /// - Parameters:
    ///   - name: The name clients call it by.
    ///   - body: What it does: its first parameter is the call, the others come from the client.
    public mutating func on<each Argument: Decodable & Sendable, Output: Encodable & Sendable>(
        _ name: String,
        _ body: @escaping @Sendable (HubCall, repeat each Argument) async throws -> Output
    ) {
        self.add(name) { _, call, arguments in
            let decoded: (repeat each Argument) = try arguments.decoded()
            return .result(try await body(call, repeat each decoded))
        }
    }

    /// Registers a closure that returns nothing.
    ///
    /// - Parameters:
    ///   - name: The name clients call it by.
    ///   - body: What it does: its first parameter is the call, the others come from the client.
    public mutating func on<each Argument: Decodable & Sendable>(
        _ name: String,
        _ body: @escaping @Sendable (HubCall, repeat each Argument) async throws -> Void
    ) {
        self.add(name) { _, call, arguments in
            let decoded: (repeat each Argument) = try arguments.decoded()
            try await body(call, repeat each decoded)
            return .void
        }
    }

    private mutating func add(_ name: String, _ body: @escaping HubMethod<H>.Body) {
        let former = self.table.updateValue(HubMethod(name: name, body: body), forKey: MethodName(name))
        precondition(
            former == nil,
            "\(H.self) registers the method '\(name)' twice. Names are compared without regard to case; rename one of them."
        )
    }
}
