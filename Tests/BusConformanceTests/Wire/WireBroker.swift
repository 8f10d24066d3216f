import BusCore
import NIOCore

/// A backend on one event loop, with a wire that takes its time and counts its commands.
///
/// `@unchecked Sendable`: everything but `eventLoop` is touched on that loop only, where the buses call their links too.
final class WireBroker: @unchecked Sendable {
    private struct Member {
        var link: WireLink
        var channel: BusChannel
    }

    let eventLoop: any EventLoop
    var latency: TimeAmount = .zero
    /// Whether everything on the wire vanishes.
    private(set) var isSilent = false
    private(set) var subscribeCommands = 0
    private(set) var attempts = 0
    private var members: [BusChannel: [Member]] = [:]
    private var links: [WireLink] = []

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Does something when what was sent has arrived, if it does.
    func later(trips: Int64 = 1, _ body: @escaping @Sendable () -> Void) {
        guard !self.isSilent else { return }
        _ = self.eventLoop.scheduleTask(in: self.latency * trips) {
            if !self.isSilent { body() }
        }
    }

    func silence() {
        self.isSilent = true
    }

    /// Lets the wire carry again what is sent on new connections: the old ones have swallowed something.
    func heal() {
        self.latency = .zero
        guard self.isSilent else { return }
        self.isSilent = false
        self.kill()
    }

    func add(_ link: WireLink) {
        self.links.append(link)
    }

    func remove(_ link: WireLink) {
        self.links.removeAll { $0 === link }
        for channel in self.members.keys { self.members[channel]?.removeAll { $0.link === link } }
    }

    func countAttempt() {
        self.attempts += 1
    }

    func countSubscribe() {
        self.subscribeCommands += 1
    }

    func subscribe(_ link: WireLink, to channel: BusChannel, as name: BusChannel) {
        self.unsubscribe(link, from: channel)
        self.members[channel, default: []].append(Member(link: link, channel: name))
    }

    func unsubscribe(_ link: WireLink, from channel: BusChannel) {
        self.members[channel]?.removeAll { $0.link === link }
    }

    /// Passes a message on.
    ///
    /// - Returns: To how many nodes.
    func publish(_ payload: ByteBuffer, to channel: BusChannel) -> Int {
        let members = self.members[channel] ?? []
        self.later { for member in members { member.link.deliver(payload, on: member.channel) } }
        return members.count
    }

    /// Ends every connection.
    func kill() {
        for link in self.links { link.hangUp() }
    }
}
