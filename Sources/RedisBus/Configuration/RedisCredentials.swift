/// The user name and password of a Redis server.
///
/// No description of a value of this type contains the password.
public struct RedisCredentials: Sendable, Hashable {
    /// The user of Redis' access control list; nil is the default user.
    public var username: String?

    /// The password, or the token that stands for one.
    public var password: String

    /// Makes credentials.
    ///
    /// - Parameters:
    ///   - username: The user of Redis' access control list; nil is the default user.
    ///   - password: The password, or the token that stands for one.
    public init(username: String? = nil, password: String) {
        self.username = username
        self.password = password
    }
}

extension RedisCredentials: CustomStringConvertible, CustomReflectable {
    /// The user name; the password is hidden.
    public var description: String {
        "\(self.username ?? "default user"), password=***"
    }

    /// Shows the user name; the password is hidden from `dump` as well.
    public var customMirror: Mirror {
        Mirror(self, children: ["username": self.username as Any, "password": "***"])
    }
}
