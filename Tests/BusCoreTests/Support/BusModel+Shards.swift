import BusCore

/// What happens to a link whose shape changes.
extension BusModel {
    private static let maximumShards = 4

    /// Changes one thing.
    func changeShape() {
        let shards = self.link.shardsInUse
        switch Int.random(in: 0..<10, using: &self.random) {
        case 0..<4: self.move(self.anyChannel(), to: shards)
        case 4..<7: self.withdraw(self.anyChannel(), thenMoveTo: shards)
        case 7 where shards.count > 1: self.retire(shards)
        default: self.use(shards)
        }
    }

    private func move(_ channel: BusChannel, to shards: [Int]) {
        self.link.move(channel, to: self.any(of: shards))
        self.link.rearrange()
    }

    /// The broker ends a subscription, since another shard serves the channel by now; the link learns of that sooner or later.
    private func withdraw(_ channel: BusChannel, thenMoveTo shards: [Int]) {
        self.withdrawals += 1
        self.link.withdraw(channel, on: self.link.route(of: channel).subscribing)
        if Bool.random(using: &self.random) { self.move(channel, to: shards) }
    }

    private func retire(_ shards: [Int]) {
        let shard = self.any(of: shards)
        self.link.setRetired(shard, true)
        for channel in Self.channels where self.link.shard(of: channel) == shard {
            self.link.move(channel, to: self.any(of: shards.filter { $0 != shard }))
        }
        self.link.rearrange()
    }

    /// Takes another shard into use: one that was retired, or a new one.
    private func use(_ shards: [Int]) {
        if let retired = (0..<self.link.parts.count / 2).first(where: { !shards.contains($0) }) {
            self.link.setRetired(retired, false)
        } else if shards.count < BusModel.maximumShards {
            self.link.addShard()
        }
        self.move(self.anyChannel(), to: self.link.shardsInUse)
    }

    private func any(of shards: [Int]) -> Int { shards[Int.random(in: 0..<shards.count, using: &self.random)] }
}
