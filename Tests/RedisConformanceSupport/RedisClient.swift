import BusConformance

/// One line of `CLIENT LIST`.
struct RedisClient {
    var id = ""
    var name = ""
    var isSubscribed = false

    init(_ line: Substring) {
        for field in line.split(separator: " ") {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "id": self.id = String(parts[1])
            case "name": self.name = String(parts[1])
            case "sub", "ssub": self.isSubscribed = self.isSubscribed || parts[1] != "0"
            default: break
            }
        }
    }

    /// Whether a fault of this part hits it.
    func belongs(to part: BusFaultPart) -> Bool {
        switch part {
        case .both: true
        case .subscribing: self.isSubscribed
        case .publishing: !self.isSubscribed
        }
    }
}
