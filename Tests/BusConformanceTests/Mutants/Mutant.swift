import BusConformance
import BusCore
import InMemoryBus
import Testing

/// A deliberately broken bus, and the checks that must notice.
struct Mutant: Sendable, CustomTestStringConvertible {
    /// What is wrong with it.
    let name: String
    /// The checks that fail, exactly.
    let fails: Set<String>
    /// Checks that fail or not, depending on which thread is faster.
    let mayFail: Set<String>
    /// Whether the bus keeps its namespace.
    let isPrefixed: Bool
    /// The only checks it is shown to; nil means all.
    let only: Set<String>?
    /// Changes the deadlines of the bus.
    let configure: @Sendable (inout LinkedBusConfiguration) -> Void
    /// Called once for a cluster, then once for each of its buses.
    let mutation: @Sendable () -> @Sendable (InMemoryBus) -> Mutation

    init(
        _ name: String,
        fails: Set<String>,
        mayFail: Set<String> = [],
        isPrefixed: Bool = true,
        only: Set<String>? = nil,
        configure: @escaping @Sendable (inout LinkedBusConfiguration) -> Void = { _ in },
        _ mutation: @escaping @Sendable () -> @Sendable (InMemoryBus) -> Mutation
    ) {
        self.name = name
        self.fails = fails
        self.mayFail = mayFail
        self.isPrefixed = isPrefixed
        self.only = only
        self.configure = configure
        self.mutation = mutation
    }

    /// A mutant whose buses share nothing.
    init(
        _ name: String,
        fails: Set<String>,
        mayFail: Set<String> = [],
        each mutation: @escaping @Sendable () -> Mutation
    ) {
        self.init(name, fails: fails, mayFail: mayFail) { { _ in mutation() } }
    }

    /// A mutant that has wrong deadlines and no other bug.
    init(
        _ name: String,
        fails: Set<String>,
        mayFail: Set<String> = [],
        configure: @escaping @Sendable (inout LinkedBusConfiguration) -> Void
    ) {
        self.init(name, fails: fails, mayFail: mayFail, configure: configure) { { _ in Mutation() } }
    }

    var testDescription: String { self.name }

    static let all: [Mutant] =
        confirmationMutants + cancellationMutants + nameMutants + deliveryMutants + publishMutants + recoveryMutants
        + closeMutants + reportingMutants + linkMutants
}
