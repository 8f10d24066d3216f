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
    /// Called once for a cluster, then once for each of its buses.
    let mutation: @Sendable () -> @Sendable (InMemoryBus) -> Mutation

    init(
        _ name: String,
        fails: Set<String>,
        mayFail: Set<String> = [],
        isPrefixed: Bool = true,
        _ mutation: @escaping @Sendable () -> @Sendable (InMemoryBus) -> Mutation
    ) {
        self.name = name
        self.fails = fails
        self.mayFail = mayFail
        self.isPrefixed = isPrefixed
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

    var testDescription: String { self.name }

    static let all: [Mutant] =
        confirmationMutants + cancellationMutants + nameMutants + deliveryMutants + publishMutants + recoveryMutants
        + closeMutants + reportingMutants
}
