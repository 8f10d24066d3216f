import NIOCore

/// What the present faults mean for the connections of one label.
struct ProxyShape {
    /// One fault, as it was asked for.
    enum Fault {
        case refuse
        case hold(Set<FaultProxyDirection>)
        case slow(bytesPerWrite: Int, latency: TimeAmount)
    }

    var refuses = false
    var held: Set<FaultProxyDirection> = []
    var bytesPerWrite: Int?
    var latency: TimeAmount = .zero

    mutating func add(_ fault: Fault) {
        switch fault {
        case .refuse: self.refuses = true
        case .hold(let directions): self.held.formUnion(directions)
        case .slow(let bytes, let latency): (self.bytesPerWrite, self.latency) = (bytes, latency)
        }
    }
}
