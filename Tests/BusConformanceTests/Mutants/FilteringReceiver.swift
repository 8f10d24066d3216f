import BusCore

/// Passes on what a filter makes of each event.
final class FilteringReceiver: BusReceiver {
    private let base: any BusReceiver
    private let filter: @Sendable (BusEvent) -> [BusEvent]

    init(_ base: any BusReceiver, _ filter: @escaping @Sendable (BusEvent) -> [BusEvent]) {
        self.base = base
        self.filter = filter
    }

    func received(_ event: BusEvent) {
        for event in self.filter(event) { self.base.received(event) }
    }

    func readCompleted() {
        self.base.readCompleted()
    }
}
