/// One property of a bus as an executable check.
///
/// ``all`` is the catalogue. A check knows nothing of test frameworks: it throws a ``BusCheckFailure``.
public struct BusCheck: Sendable {
    /// How much of a bus a check belongs to.
    public enum Level: String, Sendable, Hashable, CaseIterable {
        /// What every bus keeps, with or without injected faults.
        case core
        /// What a bus keeps when its backend fails.
        case resilient
    }

    /// The number of the property in the catalogue.
    ///
    /// Never changes; several checks may share one.
    public let property: Int

    /// The readable id, for example `subscribe.active-means-active`.
    ///
    /// Never changes.
    public let id: String

    /// The property as one sentence.
    public let title: String

    /// How much of a bus the check belongs to.
    public let level: Level

    /// What the check needs of a harness; if that is missing, the check is skipped.
    public let requirements: [BusCheckRequirement]

    let body: @Sendable (CheckContext) async throws -> Void

    init(
        _ property: Int,
        _ id: String,
        _ title: String,
        level: Level = .core,
        needs requirements: [BusCheckRequirement] = [],
        _ body: @escaping @Sendable (CheckContext) async throws -> Void
    ) {
        self.property = property
        self.id = id
        self.title = title
        self.level = level
        self.requirements = requirements
        self.body = body
    }

    /// Runs the check on fresh buses of the harness, closes them and ends the faults it caused.
    ///
    /// Takes no longer than the harness's ``BusBounds/check`` and the time to close.
    ///
    /// - Parameter harness: Makes the buses.
    /// - Returns: Whether the property holds, holds as far as visible, or was not checked, with the reason.
    /// - Throws: ``BusCheckFailure`` if the bus does not keep the property.
    public func run(_ harness: BusHarness) async throws -> BusCheckOutcome {
        if let reason = self.requirements.lazy.compactMap({ $0.unmet(by: harness) }).first {
            return .skipped(reason)
        }
        let context = CheckContext(harness: harness, check: self)
        do {
            try await within(harness.bounds.check, "the end of the check") { try await self.body(context) }
        } catch {
            let failure = context.failure(for: error)
            await context.tearDown()
            if let skip = error as? CheckSkipped { return .skipped(skip.reason) }
            throw failure
        }
        await context.tearDown()
        return context.outcome
    }
}

extension BusCheck: Hashable {
    /// Compares the ids of two checks.
    ///
    /// - Parameters:
    ///   - left: A check.
    ///   - right: Another one.
    /// - Returns: Whether they are the same check.
    public static func == (left: BusCheck, right: BusCheck) -> Bool { left.id == right.id }

    /// Feeds the id.
    ///
    /// - Parameter hasher: The hasher to feed.
    public func hash(into hasher: inout Hasher) { hasher.combine(self.id) }
}

extension BusCheck: CustomStringConvertible {
    /// The number and the readable id.
    public var description: String { "\(self.property) \(self.id)" }
}
