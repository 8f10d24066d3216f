/// What can be measured.
enum Row: String, CaseIterable {
    case redis
    case memoryBus = "memory-bus"
    case fanOut = "fan-out"
    case connections

    func run(_ effort: Effort) throws {
        switch self {
        case .redis: try RedisRow(effort: effort).run()
        case .memoryBus: try MemoryBusRow(effort: effort).run()
        case .fanOut: try FanOutRow(effort: effort).run()
        case .connections: try ConnectionsRow(effort: effort).run()
        }
    }
}
