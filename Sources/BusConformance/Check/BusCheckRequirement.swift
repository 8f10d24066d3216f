/// What a check needs of a harness to run at all.
public enum BusCheckRequirement: Sendable, Hashable {
    /// The fault injector declares a verb.
    case fault(BusFaultVerb)
    /// The fault injector declares at least one of some verbs.
    case anyFault([BusFaultVerb])

    /// Why the harness does not meet the requirement; nil if it does.
    func unmet(by harness: BusHarness) -> String? {
        let verbs = harness.faults?.verbs ?? []
        switch self {
        case .fault(let verb):
            return verbs.contains(verb) ? nil : "it needs the fault \(verb)"
        case .anyFault(let wanted):
            if wanted.contains(where: verbs.contains) { return nil }
            return "it needs one of the faults \(wanted.map(\.description).joined(separator: ", "))"
        }
    }
}
