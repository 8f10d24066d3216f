/// The life of a connection, on the wire and in the hub.
///
/// The wire goes from the handshake through open to closed; the hub's code runs `connected`, then invocations, then
/// `disconnected`, each after the other has ended. Either may be ahead: a client may vanish while `connected` still runs.
struct ConnectionStateMachine {
    enum Wire: Equatable {
        case handshaking
        case open
        /// We have said goodbye, or gave up: nothing more is written or read.
        case closing
        case closed
    }

    enum HubPhase: Equatable {
        case notStarted
        case connecting
        case connected
        case disconnecting
        case finished
    }

    enum Action: Equatable {
        case none
        /// The hub has accepted the connection: run what waits.
        case startInvocations
        /// Tell the client that the hub refused it, and close.
        case refuse
        /// Run the hub's `disconnected`.
        case runDisconnected
        /// Forget the connection.
        case remove
    }

    private(set) var wire = Wire.handshaking
    private(set) var hub = HubPhase.notStarted

    var isHandshaking: Bool { self.wire == .handshaking }
    var isOpen: Bool { self.wire == .open }
    var isWireClosed: Bool { self.wire == .closed }
    var acceptsInvocations: Bool { self.hub == .connected }

    /// The client has said a handshake we accept.
    mutating func handshakeSucceeded() {
        guard self.wire == .handshaking else { return }
        self.wire = .open
        self.hub = .connecting
    }

    /// The hub's `connected` has ended.
    mutating func hubConnected(accepted: Bool, isIdle: Bool) -> Action {
        guard self.hub == .connecting else { return .none }
        guard accepted else {
            self.hub = .finished
            return self.wire == .closed ? .remove : .refuse
        }
        self.hub = .connected
        return self.wire == .closed && isIdle ? self.disconnect() : .startInvocations
    }

    /// We close.
    ///
    /// - Returns: Whether the wire was still in use.
    mutating func close() -> Bool {
        guard self.wire == .handshaking || self.wire == .open else { return false }
        self.wire = .closing
        return true
    }

    /// The transport has ended.
    mutating func transportClosed(isIdle: Bool) -> Action {
        guard self.wire != .closed else { return .none }
        self.wire = .closed
        switch self.hub {
        case .notStarted, .finished: return .remove
        case .connecting, .disconnecting: return .none
        case .connected: return isIdle ? self.disconnect() : .none
        }
    }

    /// The last invocation has ended.
    mutating func becameIdle() -> Action {
        self.wire == .closed && self.hub == .connected ? self.disconnect() : .none
    }

    /// The hub's `disconnected` has ended.
    mutating func hubDisconnected() -> Action {
        guard self.hub == .disconnecting else { return .none }
        self.hub = .finished
        return .remove
    }

    private mutating func disconnect() -> Action {
        self.hub = .disconnecting
        return .runDisconnected
    }
}
