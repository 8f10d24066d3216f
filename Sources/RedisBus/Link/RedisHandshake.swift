import BusCore

/// Signs a new connection in.
///
/// All its commands leave in one segment; this follows the replies.
struct RedisHandshake {
    enum Action {
        case wait
        /// The reply belongs to the role's own last command.
        case ready(RedisReply)
        /// The role's last command was refused for lack of a right; the connection works without it.
        case readyWithout
        case fail(BusError)
    }

    private enum Step {
        case signIn, setName, hello, role, ready
    }

    private var steps: [Step] = []
    private let credentials: RedisCredentials?
    private let clientName: String
    private let place: RedisPlace
    /// What the server has told of itself.
    private(set) var facts = RedisServerFacts()
    /// The latest error that was let pass, to explain a connection that ends now.
    private(set) var toleratedError: String?

    init(credentials: RedisCredentials?, clientName: String, place: RedisPlace) {
        self.credentials = credentials
        self.clientName = clientName
        self.place = place
    }

    var isDone: Bool { self.steps.isEmpty }

    /// Writes the commands.
    mutating func write(_ role: some RedisRole, into writer: inout RedisCommandWriter) {
        if let credentials = self.credentials {
            if let username = credentials.username {
                writer.command("AUTH", username, credentials.password)
            } else {
                writer.command("AUTH", credentials.password)
            }
            self.steps.append(.signIn)
        }
        if !self.clientName.isEmpty {
            writer.command("CLIENT", "SETNAME", self.clientName)
            self.steps.append(.setName)
        }
        writer.command("HELLO", "2")
        self.steps.append(.hello)
        writer.command("ROLE")
        self.steps.append(.role)
        role.writeReadyCommand(into: &writer)
        self.steps.append(.ready)
    }

    /// Takes a reply.
    mutating func received(_ reply: RedisReply) -> Action {
        guard let step = self.steps.first else { return .fail(Self.unexpected) }
        self.steps.removeFirst()
        switch (step, reply) {
        case (.signIn, .error(let text)): return .fail(Self.signInRefused(text))
        case (.signIn, .status("OK")): return .wait
        case (.signIn, _): return .fail(Self.unexpected)
        case (.setName, .error(let text)):
            self.toleratedError = text
            return .wait
        case (.setName, _): return .wait
        case (.hello, _):
            self.facts.take(hello: reply)
            return .wait
        case (.role, _):
            self.facts.role = RedisServerRole(reply)
            return self.roleFlaw.map(Action.fail) ?? .wait
        case (.ready, .error(let text)):
            return RedisErrorTable.isDenial(text) ? .readyWithout : .fail(Self.refused(text))
        case (.ready, _): return .ready(reply)
        }
    }

    private static let unexpected = BusError(
        .linkFailed,
        "The server's answers to the handshake make no sense. Is it a Redis server?"
    )

    /// Why the server is the wrong one; one that does not say what it is may be right.
    private var roleFlaw: BusError? {
        switch self.facts.role {
        case .replica(let primary) where self.place.mustBePrimary:
            BusError(
                .linkFailed,
                "Redis at \(self.place.endpoint) is a replica of \(primary): what is published there reaches nobody else. "
                    + "Name the primary, or let the sentinels name it."
            )
        case .sentinel:
            BusError(
                .linkFailed,
                "\(self.place.endpoint) is a sentinel. Name the service that it watches: serviceName=… in a connection string, "
                    + "or redis+sentinel://…/service."
            )
        case .primary, .replica, nil:
            nil
        }
    }

    static func signInRefused(_ text: String) -> BusError {
        if text.hasPrefix("ERR"), text.contains("without any password configured") {
            return BusError(
                .unauthorized,
                "Redis has no password for the default user, and the configuration has one. Remove it, or set it in Redis."
            )
        }
        return BusError(
            RedisErrorTable.code(for: text) == .unauthorized ? .unauthorized : .linkFailed,
            "Redis refused to sign in: \"\(text.prefix(200))\". Check the user and the password."
        )
    }

    private static func refused(_ text: String) -> BusError {
        if text.hasPrefix("NOAUTH") {
            return BusError(
                .unauthorized,
                "Redis wants a password, and the configuration has none: \"\(text.prefix(200))\"."
            )
        }
        return BusError(.linkFailed, "Redis does not serve this connection: \"\(text.prefix(200))\".")
    }
}
