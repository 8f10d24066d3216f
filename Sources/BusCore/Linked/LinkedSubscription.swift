import Synchronization

/// A subscription on a ``LinkedBus``.
final class LinkedSubscription: BusSubscription {
    private struct Progress {
        /// Channels that are not active now.
        var inactive: Int
        var failure: BusError?
        var waiters: [ActivationWaiter] = []
    }

    let channels: [BusChannel]
    let options: BusSubscriptionOptions
    let receiver: any BusReceiver
    private let driver: LinkedBusDriver
    private let progress: Mutex<Progress>
    private let cancellation = Atomic<Bool>(false)

    init(
        channels: [BusChannel],
        options: BusSubscriptionOptions,
        receiver: any BusReceiver,
        driver: LinkedBusDriver
    ) {
        self.channels = channels
        self.options = options
        self.receiver = receiver
        self.driver = driver
        self.progress = Mutex(Progress(inactive: channels.count))
    }

    var isCancelled: Bool { self.cancellation.load(ordering: .acquiring) }

    var isActive: Bool {
        !self.isCancelled && self.progress.withLock { $0.inactive == 0 && $0.failure == nil }
    }

    func active(within limit: Duration) async throws {
        try Task.checkCancellation()
        if self.isActive { return }
        let waiter = ActivationWaiter(limit: limit)
        self.driver.post(.awaitActivation(self, waiter))
        try await waiter.wait()
    }

    func cancel() {
        guard !self.cancellation.exchange(true, ordering: .acquiringAndReleasing) else { return }
        self.driver.post(.cancel(self))
    }

    func cancelled() async {
        await withCheckedContinuation { continuation in
            self.driver.post(.barrier({ continuation.resume() }))
        }
    }

    // MARK: What the driver tells

    /// Counts a channel as active, and lets everybody go on who waited for the last one.
    func channelActivated() {
        let waiters: [ActivationWaiter] = self.progress.withLock { progress in
            progress.inactive -= 1
            guard progress.inactive == 0, progress.failure == nil else { return [] }
            return Self.takeWaiters(&progress)
        }
        for waiter in waiters { waiter.finish(.success(())) }
    }

    /// Counts a channel as interrupted.
    func channelInterrupted() {
        self.progress.withLock { $0.inactive += 1 }
    }

    /// Fails everybody who waits, now and later.
    func fail(_ error: BusError) {
        let waiters: [ActivationWaiter] = self.progress.withLock { progress in
            if progress.failure == nil { progress.failure = error }
            return Self.takeWaiters(&progress)
        }
        for waiter in waiters { waiter.finish(.failure(error)) }
    }

    /// Registers somebody who waits.
    ///
    /// - Returns: Whether there is something left to wait for.
    func add(_ waiter: ActivationWaiter) -> Bool {
        let outcome: Result<Void, any Error>? = self.progress.withLock { progress in
            if let failure = progress.failure { return .failure(failure) }
            if progress.inactive == 0 { return .success(()) }
            progress.waiters.removeAll { $0.isFinished }
            progress.waiters.append(waiter)
            return nil
        }
        guard let outcome else { return true }
        waiter.finish(outcome)
        return false
    }

    private static func takeWaiters(_ progress: inout Progress) -> [ActivationWaiter] {
        let waiters = progress.waiters
        progress.waiters = []
        return waiters
    }
}
