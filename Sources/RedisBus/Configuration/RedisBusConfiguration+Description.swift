extension RedisBusConfiguration: CustomStringConvertible, CustomReflectable {
    /// The effective configuration as a connection string, with the password hidden.
    public var description: String {
        (self.endpoints.map(\.description) + self.shown.map { name, value in "\(name)=\(value)" }).joined(
            separator: ","
        )
    }

    /// Shows what the description shows, so that `dump` does not reveal the password either.
    public var customMirror: Mirror {
        let endpoints = [("endpoints", self.endpoints.map(\.description).joined(separator: ","))]
        return Mirror(
            self,
            children: (endpoints + self.shown).map { name, value in (label: name, value: value as Any) }
        )
    }

    private var shown: [(String, String)] {
        var shown: [(String, String)] = []
        if let username = self.username { shown.append(("user", username)) }
        if self.password != nil { shown.append(("password", "***")) }
        shown.append(("channelPrefix", self.channelPrefix))
        shown.append(("name", self.clientName))
        shown.append(("abortConnect", "\(self.abortConnect)"))
        shown.append(("connectTimeout", "\(self.connectTimeout)"))
        shown.append(("asyncTimeout", "\(self.commandTimeout)"))
        shown.append(("keepAlive", "\(self.keepAlive)"))
        return shown
    }
}
