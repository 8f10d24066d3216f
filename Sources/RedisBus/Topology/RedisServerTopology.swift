import BusCore
import NIOCore

/// One server, or several of which the first that is a primary is used.
final class RedisServerTopology: RedisLinkTopology {
    let parts = RedisServerTopology.pair
    private let endpoints: [RedisEndpoint]
    private let eventLoop: any EventLoop
    private var link: RedisLink?
    /// Counts the candidates that were tried; the present one follows from it.
    private var generation = 0

    init(_ endpoints: [RedisEndpoint], eventLoop: any EventLoop) {
        self.endpoints = endpoints
        self.eventLoop = eventLoop
    }

    func route(of channel: ByteBuffer) -> BusRoute { BusRoute(publishing: 0, subscribing: 1) }

    func start(_ link: RedisLink) { self.link = link }

    func stop() { self.link = nil }

    func locate(_ part: Int) -> EventLoopFuture<RedisPlace> {
        let endpoint = self.endpoints[self.generation % self.endpoints.count]
        return self.eventLoop.makeSucceededFuture(RedisPlace(endpoint: endpoint, generation: self.generation))
    }

    /// Goes on to the next candidate when the present one does not serve either part.
    func failed(_ part: Int, at place: RedisPlace, wasReady: Bool) {
        guard self.endpoints.count > 1, !wasReady, place.generation == self.generation, let link = self.link else {
            return
        }
        guard !link.isReady(1 - part) else { return }
        self.generation += 1
        link.leave(allBefore: self.generation, "Another of the configured servers is tried.")
    }

    func poll() {}
}
