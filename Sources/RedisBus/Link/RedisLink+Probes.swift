import BusCore
import NIOCore

/// Probes: a message on each publishing part that has to arrive on the subscribing part which belongs to it.
extension RedisLink {
    func probe(token: UInt64) {
        var round = RedisProbeRound(token: token)
        for part in self.open.indices where self.open[part].publisher?.isReady == true {
            self.sendProbe(token, on: part, &round)
        }
        for part in self.open.indices where self.open[part].subscriber?.isReady == true && !round.awaits(part) {
            self.open[part].subscriber?.write { $0.ping(token, writer: &$1) }
        }
        self.probe = round
    }

    private func sendProbe(_ token: UInt64, on part: Int, _ round: inout RedisProbeRound) {
        let target = self.subscribingPart(for: part)
        let subscriber = self.open[target].subscriber.flatMap { $0.isReady ? $0 : nil }
        if let channel = subscriber?.role.probeTarget {
            let probe = RedisProbe(token: token, part: part)
            self.open[part].publisher?.write { $0.probe(probe, on: channel, writer: &$1) }
            round.sent(by: part, to: target)
        } else {
            self.open[part].publisher?.write { $0.ping(token, writer: &$1) }
        }
    }

    /// The part that receives what a part publishes.
    private func subscribingPart(for publishing: Int) -> Int {
        switch self.configuration.topology {
        case .server, .sentinel: 1
        case .cluster(.classic): 0
        case .cluster(.sharded): publishing + 1
        }
    }

    /// Chooses another channel for probes where a shard has given up the former one.
    func renewProbeChannels() {
        for part in self.open.indices where self.open[part].subscriber?.role.hasLostProbes == true {
            let channel = self.topology.probeChannel(self.names.probeStem, of: part)
            self.open[part].subscriber?.write { $0.receiveProbes(on: channel, writer: &$1) }
            self.open[part].subscriber?.flush()
        }
    }

    /// A probe has come back.
    func received(_ probe: RedisProbe, on part: Int) {
        guard self.probe?.token == probe.token else { return }
        if self.probe?.received(from: probe.part, on: part) == true { self.events?.probed(part, token: probe.token) }
    }

    /// What a publishing part was to carry will not come.
    func probeStrayed(from part: Int) {
        guard let token = self.probe?.token else { return }
        for target in self.probe?.lost(part) ?? [] { self.events?.probed(target, token: token) }
    }
}
