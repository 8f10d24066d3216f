import Synchronization

/// The group changes this node has asked other nodes for, and what is known of them.
package final class AcknowledgementTable: Sendable {
    package enum Outcome: Sendable, Equatable {
        /// The connection's node has done it.
        case acknowledged
        /// Every node has said that it does not have the connection.
        case notFound
    }

    private struct Request {
        var outcome: Outcome?
        /// How many nodes will answer whether they have the connection; nil if that is not known, or not all can.
        var expectedAnswers: Int?
        var denials = 0
        var waiter: CheckedContinuation<Outcome?, Never>?
    }

    private struct State {
        var requests: [Int32: Request] = [:]
        var nextID: Int32 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Opens a request.
    ///
    /// - Returns: Its number, from 0 to `Int32.max`.
    package func begin() -> Int32 {
        self.state.withLock { state in
            while state.requests[state.nextID] != nil { state.nextID = (state.nextID &+ 1) & Int32.max }
            let id = state.nextID
            state.nextID = (id &+ 1) & Int32.max
            state.requests[id] = Request()
            return id
        }
    }

    /// Closes a request.
    package func end(_ id: Int32) {
        self.state.withLock { _ = $0.requests.removeValue(forKey: id) }
    }

    /// Takes a confirmation.
    package func acknowledged(_ id: Int32) {
        self.change(id) { $0.outcome = .acknowledged }
    }

    /// Tells how many nodes will answer whether they have the connection.
    package func expectAnswers(_ count: Int, to id: Int32) {
        self.change(id) { request in
            request.expectedAnswers = count
            Self.conclude(&request)
        }
    }

    /// Takes a node's answer.
    package func answered(_ id: Int32, hasConnection: Bool) {
        self.change(id) { request in
            if hasConnection {
                // The confirmation will come.
                request.denials = Int.min / 2
            } else {
                request.denials += 1
            }
            Self.conclude(&request)
        }
    }

    /// Waits for the outcome; nil if the limit passed first or the task was cancelled.
    package func outcome(of id: Int32, within limit: Duration) async -> Outcome? {
        await withTaskGroup(of: Outcome?.self) { group in
            group.addTask { await self.outcome(of: id) }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private func outcome(of id: Int32) async -> Outcome? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known: Outcome?? = self.state.withLock { state in
                    guard !Task.isCancelled, let request = state.requests[id] else { return .some(nil) }
                    if let outcome = request.outcome { return outcome }
                    state.requests[id]?.waiter = continuation
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            let waiter = self.state.withLock { $0.requests[id]?.waiter.take() }
            waiter?.resume(returning: nil)
        }
    }

    private static func conclude(_ request: inout Request) {
        guard request.outcome == nil, let expected = request.expectedAnswers, request.denials >= expected
        else { return }
        request.outcome = .notFound
    }

    private func change(_ id: Int32, _ body: (inout Request) -> Void) {
        let settled: (waiter: CheckedContinuation<Outcome?, Never>?, outcome: Outcome)? = self.state.withLock { state in
            guard var request = state.requests[id] else { return nil }
            body(&request)
            defer { state.requests[id] = request }
            return request.outcome.map { (request.waiter.take(), $0) }
        }
        settled?.waiter?.resume(returning: settled?.outcome)
    }
}
