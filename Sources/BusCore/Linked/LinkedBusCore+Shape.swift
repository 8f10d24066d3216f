import NIOCore

/// What follows when the backend's shape changes: parts come and go, and channels move from one to another.
extension LinkedBusCore {
    /// Takes the link's present parts and routes.
    mutating func rearrange() {
        guard let parts = self.link?.parts else { return }
        precondition(parts.count >= self.linkParts.count, "A link may retire parts, not take them away.")
        precondition(parts.count <= RequestToken.maximumParts, "A link has at most 256 parts.")
        let before = self.linkParts
        self.linkParts = parts
        self.singleRoute = Self.singleRoute(of: parts)
        for _ in before.count..<parts.count { self.addPart() }
        self.moveChannels()
        for part in parts.indices {
            let wasInUse = part < before.count && !before[part].isRetired
            switch (wasInUse, parts[part].isRetired) {
            case (true, true): self.retire(part)
            case (false, false): self.perform(self.parts[part].start(self.executor.now), on: part)
            case (true, false), (false, true): break
            }
        }
    }

    private mutating func addPart() {
        self.parts.append(PartMachine(self.configuration))
        self.windows.append(PublishWindow())
        self.table.addPart()
    }

    private mutating func retire(_ part: Int) {
        self.replace(part, BusError(.linkFailed, "The \(self.linkParts[part].name) is not needed any more."))
        self.parts[part].close()
    }

    /// Moves every channel whose part has changed.
    private mutating func moveChannels() {
        for slot in self.table.entries.indices {
            guard let entry = self.table.entries[slot] else { continue }
            let part = self.route(of: entry.channel).subscribing
            guard part != entry.part else { continue }
            for subscription in self.table.move(slot, to: part) { subscription.channelInterrupted() }
        }
    }

    /// The backend has ended a subscription by itself.
    mutating func withdrawn(_ channel: BusChannel, _ part: Int) {
        guard let slot = self.table.slot(of: channel), self.table.entries[slot]?.part == part else { return }
        for subscription in self.table.withdraw(slot) { subscription.channelInterrupted() }
    }
}
