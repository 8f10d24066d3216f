/// Named places at which code waits until a test lets it go on.
package actor Gates {
    private var inside: [String: [CheckedContinuation<Void, Never>]] = [:]
    private var arrivals: [String: [CheckedContinuation<Void, Never>]] = [:]
    private var arrived: [String: Int] = [:]
    private var open: Set<String> = []

    package init() {}

    /// Waits until the gate is opened.
    package func enter(_ name: String) async {
        self.arrived[name, default: 0] += 1
        for waiter in self.arrivals.removeValue(forKey: name) ?? [] { waiter.resume() }
        if self.open.contains(name) { return }
        await withCheckedContinuation { self.inside[name, default: []].append($0) }
    }

    /// Waits until somebody is at the gate.
    package func arrival(_ name: String) async {
        if self.arrived[name] != nil { return }
        await withCheckedContinuation { self.arrivals[name, default: []].append($0) }
    }

    /// Whether somebody has been at the gate.
    package func hasArrived(_ name: String) -> Bool { self.arrived[name] != nil }

    /// Opens a gate for good.
    package func open(_ name: String) {
        self.open.insert(name)
        for waiter in self.inside.removeValue(forKey: name) ?? [] { waiter.resume() }
    }
}
