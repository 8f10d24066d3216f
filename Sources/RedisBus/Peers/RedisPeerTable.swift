import NIOCore

/// The other nodes of the application, and which of them ought to be heard and are not.
///
/// A value. A node is missed when three of its notes are overdue, and presumed gone for good a minute later. While this node's
/// own way is interrupted nobody is missed.
struct RedisPeerTable {
    private struct Peer {
        var name: String
        var interval: TimeAmount
        var heard: NIODeadline
    }

    private var peers: [RedisPeerNote.NodeID: Peer] = [:]
    private let own: RedisPeerNote.NodeID
    private let base: TimeAmount
    private static let presumedGone = TimeAmount.seconds(60)
    /// More nodes than this make each of them speak more rarely, so that the notes of many nodes stay few.
    private static let talkative: Int64 = 50
    private static let maximumPeers = 10_000

    init(own: RedisPeerNote.NodeID, interval: TimeAmount) {
        self.own = own
        self.base = interval
    }

    var count: Int { self.peers.count }

    /// How long this node waits between its notes.
    var interval: TimeAmount {
        .nanoseconds(self.base.nanoseconds / Self.talkative * Swift.max(Self.talkative, Int64(self.peers.count) + 1))
    }

    /// Takes a note.
    mutating func heard(_ note: RedisPeerNote, _ now: NIODeadline) {
        guard note.node != self.own else { return }
        switch note.kind {
        case .leaving:
            self.peers[note.node] = nil
        case .alive:
            guard self.peers[note.node] != nil || self.peers.count < Self.maximumPeers else { return }
            let interval = TimeAmount.milliseconds(Int64(Swift.min(Swift.max(note.interval, 10), 3_600_000)))
            self.peers[note.node] = Peer(name: note.name, interval: interval, heard: now)
        }
    }

    /// This node could not hear anything until now: everybody's time starts anew.
    mutating func excuse(_ now: NIODeadline) {
        for node in self.peers.keys { self.peers[node]?.heard = now }
    }

    /// The names of those who ought to have been heard, sorted; forgets those who are presumed gone.
    mutating func silent(_ now: NIODeadline) -> [String] {
        var silent: [String] = []
        for (node, peer) in self.peers {
            let limit = peer.interval * 3 + .seconds(1)
            guard now - peer.heard > limit else { continue }
            if now - peer.heard > limit + Self.presumedGone {
                self.peers[node] = nil
            } else {
                silent.append(peer.name)
            }
        }
        return silent.sorted()
    }
}
