import BusCore
import NIOCore

/// Publishes and subscriptions whose slot moves from one shard to another.
extension RedisLink {
    /// How often one publish may be sent from shard to shard before it is given up.
    private static let maximumHops = 5

    func publishInSlot(
        _ payload: ByteBuffer,
        to channel: BusChannel,
        token: UInt64,
        on part: Int
    ) -> BusLinkPublishAnswer {
        let slot = RedisKeySlot.of(prefix: self.names.prefix, channel.bytes)
        let publish = RedisRedirections.Publish(
            part: part,
            token: token,
            channel: channel,
            payload: payload,
            slot: slot
        )
        if self.redirections?.holds(slot) == true {
            self.redirections?.hold(publish)
        } else {
            self.send(publish, on: part)
        }
        return .pending
    }

    private func send(_ publish: RedisRedirections.Publish, on part: Int) {
        self.open[part].publisher?.write { role, writer in
            role.publish(publish.payload, to: publish.channel.bytes, token: publish.token, writer: &writer)
        }
        self.redirections?.sent(publish, on: part)
    }

    /// The oldest publish on a part was answered.
    func answered(_ error: String?, on part: Int) {
        let moved = error.flatMap { text in
            self.open[part].place.flatMap { RedisMoved(text, from: $0.endpoint) }
        }
        if let moved { self.topology.moved(moved) }
        let answer: RedisRedirections.Answer = moved != nil ? .moved : error != nil ? .refused : .accepted
        guard let answered = self.redirections?.answered(on: part, answer) else { return }
        if moved == nil, let publish = answered.publish { self.tell(publish, error) }
        self.refuse(answered.overtaken, .slotUnserved)
        self.release(answered.released, from: part)
    }

    private func refuse(_ publishes: [RedisRedirections.Publish], _ error: BusError) {
        for publish in publishes { self.events?.publishRefused(publish.token, error: error, on: publish.part) }
    }

    /// Slots may have other shards now: publishes of theirs wait until the former shard has answered for what it has.
    func reroutePublishes() {
        self.redirections?.rerouted { self.topology.route(of: $0.channel.bytes).publishing }
    }

    private func tell(_ publish: RedisRedirections.Publish, _ error: String?) {
        if let error {
            let error = RedisErrorTable.error(for: error, command: "SPUBLISH")
            self.events?.publishRefused(publish.token, error: error, on: publish.part)
        } else {
            self.events?.published(publish.token, receivers: nil, on: publish.part)
        }
    }

    /// Sends what was held to the shard that serves its slot now.
    private func release(_ publishes: [RedisRedirections.Publish], from part: Int) {
        guard !publishes.isEmpty else { return }
        for var publish in publishes {
            let target = self.topology.route(of: publish.channel.bytes).publishing
            publish.hops += 1
            let isReady = target < self.open.count && self.open[target].publisher?.isReady == true
            if isReady, target != part, publish.hops <= Self.maximumHops {
                self.send(publish, on: target)
            } else {
                self.events?.publishRefused(publish.token, error: .slotUnserved, on: publish.part)
            }
        }
        self.events?.readCompleted()
        self.flush()
    }

    func publisherEnded(_ part: Int) {
        self.probeStrayed(from: part)
        guard let lost = self.redirections?.lost(part) else { return }
        self.refuse(lost.abandoned, .lostOnItsWay)
        self.refuse(lost.overtaken, .slotUnserved)
        if !lost.abandoned.isEmpty || !lost.overtaken.isEmpty { self.events?.readCompleted() }
        self.release(lost.released, from: part)
    }

    func subscriptionsMoved(_ tokens: [UInt64], _ error: String, on part: Int) {
        for token in tokens {
            self.events?.refused(token, error: RedisErrorTable.error(for: error, command: "SSUBSCRIBE"))
        }
        if let place = self.open[part].place, let moved = RedisMoved(error, from: place.endpoint) {
            self.topology.moved(moved)
        }
    }
}

extension BusError {
    fileprivate static var slotUnserved: BusError {
        BusError(
            .notSent,
            "The channel's slot is moving between shards of the Redis Cluster, and its new shard cannot be reached yet; "
                + "the message was not sent. It is safe to publish it again."
        )
    }

    fileprivate static var lostOnItsWay: BusError {
        BusError(
            .indeterminate,
            "The channel's slot has moved, and the connection to its new shard was lost before Redis answered; "
                + "whether the message was published is unknown."
        )
    }
}
