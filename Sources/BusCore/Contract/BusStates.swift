/// The states of a bus over time: the one it is in, then each later one.
///
/// Any number of tasks may read it, each with its own iterator. A reader that falls behind by more than 64 states loses the
/// oldest of them, never the newest. The sequence ends after `.closed`.
public struct BusStates: AsyncSequence, Sendable {
    /// The states of one bus.
    public typealias Element = BusState
    /// A sequence of states never fails.
    public typealias Failure = Never

    private let board: StateBoard

    package init(board: StateBoard) {
        self.board = board
    }

    /// Starts reading.
    ///
    /// - Returns: An iterator that gives the present state first.
    public func makeAsyncIterator() -> Iterator {
        Iterator(base: self.board.watch().makeAsyncIterator())
    }

    /// Reads the states of a bus.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate var base: AsyncStream<BusState>.Iterator

        /// Waits for the next state.
        ///
        /// - Returns: The state, or nil after `.closed` or when the task is cancelled.
        public mutating func next() async -> BusState? {
            await self.base.next(isolation: #isolation)
        }
    }
}
