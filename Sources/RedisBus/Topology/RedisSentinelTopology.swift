import BusCore
import Logging
import NIOCore

/// A primary that sentinels watch: they say where it is, and when that changes.
///
/// All sentinels are asked at once, and the answer with the highest epoch counts, so that one that was cut off and is behind does
/// not lead astray. Source: "Guidelines for Redis clients with support for Redis Sentinel".
final class RedisSentinelTopology: RedisLinkTopology {
    let parts = RedisSentinelTopology.pair
    private let service: String
    private let open: RedisSentinelWatcher.Opener
    private let addressMap: (RedisEndpoint) -> RedisEndpoint
    private let eventLoop: any EventLoop
    private let logger: Logger
    /// After the first answer, how long others are waited for.
    private static let grace = TimeAmount.milliseconds(200)
    private static let maximumSentinels = 32

    private var link: RedisLink?
    private var watchers: [RedisEndpoint: RedisSentinelWatcher] = [:]
    private var primary: RedisSentinelAnswer?
    private var generation = 0
    /// Whether the primary last known could not be reached, so that an answer of a lower epoch may be right: sentinels that
    /// were set up anew count from the beginning.
    private var isDoubtful = false
    private var survey: Survey?
    private var waiting: [EventLoopPromise<RedisPlace>] = []

    /// One round of questions.
    private struct Survey {
        let number: Int
        var unanswered: Int
        var answers: [RedisSentinelAnswer] = []
        var errors: [String] = []
    }
    private var surveys = 0

    init(
        service: String,
        configuration: RedisBusConfiguration,
        eventLoop: any EventLoop,
        logger: Logger,
        open: @escaping RedisSentinelWatcher.Opener
    ) {
        self.service = service
        self.open = open
        self.eventLoop = eventLoop
        self.logger = logger
        self.addressMap = configuration.addressMap ?? { $0 }
        for endpoint in configuration.endpoints { self.watch(endpoint) }
    }

    func route(of channel: ByteBuffer) -> BusRoute { BusRoute(publishing: 0, subscribing: 1) }

    func start(_ link: RedisLink) { self.link = link }

    func stop() {
        self.link = nil
        for watcher in self.watchers.values { watcher.close() }
        self.watchers = [:]
        self.fail(BusError(.closed, "The bus has been closed."))
    }

    func locate(_ part: Int) -> EventLoopFuture<RedisPlace> {
        let promise = self.eventLoop.makePromise(of: RedisPlace.self)
        self.waiting.append(promise)
        self.startSurvey()
        return promise.futureResult
    }

    func failed(_ part: Int, at place: RedisPlace, wasReady: Bool) {
        if !wasReady, place.generation == self.generation { self.isDoubtful = true }
    }

    func poll() { self.startSurvey() }

    // MARK: Surveys

    private func watch(_ endpoint: RedisEndpoint) {
        guard self.watchers[endpoint] == nil, self.watchers.count < Self.maximumSentinels else { return }
        self.watchers[endpoint] = RedisSentinelWatcher(endpoint, open: self.open) { [weak self] in
            self?.startSurvey(again: true)
        }
    }

    /// Asks every sentinel.
    ///
    /// - Parameter again: Whether to ask even if a round is under way, since something has changed.
    private func startSurvey(again: Bool = false) {
        guard self.link != nil, self.survey == nil || again else { return }
        self.surveys += 1
        let number = self.surveys
        self.survey = Survey(number: number, unanswered: self.watchers.count)
        for watcher in self.watchers.values {
            watcher.ask(["SENTINEL", "MASTER", self.service]) { [weak self] answer in
                self?.take(answer, from: watcher.endpoint, number)
            }
            watcher.ask(["SENTINEL", "SENTINELS", self.service]) { [weak self] answer in
                guard case .success(let reply) = answer, let self, self.link != nil else { return }
                for endpoint in RedisSentinelAnswer.sentinels(reply) { self.watch(self.addressMap(endpoint)) }
            }
        }
    }

    private func take(_ result: Result<RedisReply, BusError>, from sentinel: RedisEndpoint, _ number: Int) {
        guard self.survey?.number == number else { return }
        self.survey?.unanswered -= 1
        switch result {
        case .success(.error(let text)): self.survey?.errors.append("\(sentinel) says \"\(text.prefix(200))\"")
        case .failure(let error): self.survey?.errors.append(error.message)
        case .success(let reply):
            guard var answer = RedisSentinelAnswer(reply) else {
                self.survey?.errors.append("\(sentinel) gave an answer that makes no sense. Is it a sentinel?")
                break
            }
            answer.primary = self.addressMap(answer.primary)
            self.survey?.answers.append(answer)
            if self.survey?.answers.count == 1 { self.closeSoon(number) }
        }
        if self.survey?.unanswered == 0 { self.closeSurvey(number) }
    }

    private func closeSoon(_ number: Int) {
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.eventLoop.scheduleTask(in: Self.grace) { bound.value.closeSurvey(number) }
    }

    private func closeSurvey(_ number: Int) {
        guard let survey = self.survey, survey.number == number else { return }
        self.survey = nil
        let best = RedisSentinelAnswer.best(of: survey.answers)
        if let best, self.isDoubtful || best.epoch >= self.primary?.epoch ?? 0 {
            self.take(best)
        } else if self.primary == nil {
            return self.fail(self.unknownError(survey))
        }
        self.answerWaiting()
    }

    private func take(_ answer: RedisSentinelAnswer) {
        let before = self.primary
        self.primary = answer
        self.isDoubtful = false
        guard let before, before.primary != answer.primary else { return }
        self.generation += 1
        self.logger.info(
            "The sentinels name another primary.",
            metadata: ["redis.primary": "\(answer.primary)", "redis.previous": "\(before.primary)"]
        )
        self.link?.leave(allBefore: self.generation, "The primary is \(answer.primary) now.")
    }

    /// Without any answer the primary last known is tried; whether it still is one, it says itself.
    private func answerWaiting() {
        guard let primary = self.primary else { return }
        let place = RedisPlace(endpoint: primary.primary, generation: self.generation)
        let waiting = self.waiting
        self.waiting = []
        for promise in waiting { promise.succeed(place) }
    }

    private func fail(_ error: BusError) {
        let waiting = self.waiting
        self.waiting = []
        for promise in waiting { promise.fail(error) }
    }

    private func unknownError(_ survey: Survey) -> BusError {
        BusError(
            .linkFailed,
            "No sentinel names the primary of the service \"\(self.service)\": \(survey.errors.sorted().joined(separator: "; "))."
        )
    }
}
