/// Looks at something of which no event tells, such as the state of another process, until it is as wanted.
///
/// - Parameters:
///   - limit: How long to look.
///   - wanted: What is waited for, for the error.
///   - look: Returns what is wanted, or nil as long as it is not there. What it throws counts as nil.
/// - Returns: What `look` found.
/// - Throws: ``RedisServerError`` with the last error of `look`, if the time is over.
package func eventually<Found: Sendable>(
    within limit: Duration = .seconds(20),
    _ wanted: String,
    _ look: () async throws -> Found?
) async throws -> Found {
    let start = ContinuousClock.now
    var latest: (any Error)?
    while ContinuousClock.now - start < limit {
        do {
            if let found = try await look() { return found }
            latest = nil
        } catch {
            latest = error
        }
        // Between two looks before the deadline.
        try await Task.sleep(for: .milliseconds(20))
    }
    throw RedisServerError("\(wanted): not within \(limit). \(latest.map { "\($0)" } ?? "")")
}

/// Looks at something of which no event tells, such as the state of another process, until it is as wanted.
///
/// - Parameters:
///   - wanted: What is waited for, for the error.
///   - limit: How long to look.
///   - condition: Whether it is as wanted. What it throws counts as no.
/// - Throws: ``RedisServerError`` with the last error of `condition`, if the time is over.
package func wait(
    for wanted: String,
    within limit: Duration = .seconds(20),
    until condition: () async throws -> Bool
) async throws {
    _ = try await eventually(within: limit, wanted) { try await condition() ? true : nil }
}
