import BusCore
import NIOCore

/// What `/health` tells: everything that monitoring wants to know, in JSON.
struct HealthStatus: Sendable {
    let node: String
    let bus: BusHealth
    let connections: Int

    /// 200 if messages flow between the nodes, else 503.
    var response: HubServerResponse {
        var json = JSONText()
        json.object { json in
            json.member("status", bus.isHealthy ? "healthy" : "unhealthy")
            json.member("node", node)
            json.member("connections", connections)
            json.key("bus")
            json.object { json in
                json.member("state", bus.state.description)
                json.member("healthy", bus.isHealthy)
                json.member("roundTripMicroseconds", bus.roundTrip.map(Self.microseconds))
                json.member("reason", bus.isHealthy ? nil : bus.reason ?? "The bus is \(bus.state.description).")
            }
        }
        return .json(json.buffer, status: bus.isHealthy ? 200 : 503)
    }

    private static func microseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return Int(clamping: seconds) * 1_000_000 + Int(clamping: attoseconds / 1_000_000_000_000)
    }
}
