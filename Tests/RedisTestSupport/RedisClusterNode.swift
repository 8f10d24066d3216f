/// What one node of a cluster knows of another, or of itself: a line of `CLUSTER NODES`.
///
/// Source: the Redis commands reference, "CLUSTER NODES", serialization format.
package struct RedisClusterNode: Sendable, Equatable {
    package let id: String
    package let port: Int
    /// Such as `master`, `slave`, `fail?`, `fail`, `handshake`, and `myself`.
    package let flags: Set<String>
    /// The id of its primary, if it is a replica.
    package let primary: String?
    /// The slots it serves.
    package let slots: [ClosedRange<Int>]

    /// Whether it works, for all the asked node knows.
    var isWorking: Bool { self.flags.isDisjoint(with: ["fail", "fail?", "handshake", "noaddr"]) }

    /// The part it plays, which is the same in the eyes of all nodes once they agree; nil if it plays none.
    var part: Part? {
        self.isWorking ? Part(port: self.port, primary: self.primary, slots: self.slots) : nil
    }

    /// The part of a node in a cluster.
    struct Part: Hashable {
        let port: Int
        let primary: String?
        let slots: [ClosedRange<Int>]
    }

    /// Whether it is a primary that works, for all the asked node knows.
    package var isWorkingPrimary: Bool { self.flags.contains("master") && self.isWorking }

    /// Reads a line; nil if it makes no sense.
    ///
    /// - Parameter line: The line; slots that are being moved are left out.
    init?(line: Substring) {
        let parts = line.split(separator: " ")
        guard parts.count >= 8, let colon = parts[1].lastIndex(of: ":"),
            let port = Int(parts[1][parts[1].index(after: colon)...].prefix { $0 != "@" })
        else { return nil }
        self.id = String(parts[0])
        self.port = port
        self.flags = Set(parts[2].split(separator: ",").map { String($0) })
        self.primary = parts[3] == "-" ? nil : String(parts[3])
        self.slots = parts[8...].compactMap { part in
            let ends = part.split(separator: "-").map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else { return nil }
            return first...last
        }
    }

    /// Whether it serves a slot.
    func serves(_ slot: Int) -> Bool {
        self.slots.contains { $0.contains(slot) }
    }
}
