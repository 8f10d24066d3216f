import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a node tells the others of its application about itself: that it lives, or that it is leaving.
///
/// Layout: version 1, kind, the node's id (16 bytes), its interval in milliseconds (4 bytes, big-endian), its name in UTF-8.
struct RedisPeerNote: Equatable {
    /// A node's id: random, new for each bus.
    struct NodeID: Hashable, Sendable {
        var high: UInt64
        var low: UInt64

        static func random() -> NodeID {
            NodeID(high: .random(in: .min ... .max), low: .random(in: .min ... .max))
        }
    }

    enum Kind: UInt8 {
        case alive = 1
        case leaving = 2
    }

    var kind: Kind
    var node: NodeID
    /// How long until the node's next note, in milliseconds.
    var interval: UInt32
    /// What operators know the node by.
    var name: String

    /// The host's name and the process's number.
    static var defaultName: String {
        "\(ProcessInfo.processInfo.hostName):\(ProcessInfo.processInfo.processIdentifier)"
    }

    private static let version: UInt8 = 1
    private static let maximumName = 256

    init(kind: Kind, node: NodeID, interval: TimeAmount, name: String) {
        self.kind = kind
        self.node = node
        self.interval = UInt32(clamping: interval.nanoseconds / 1_000_000)
        self.name = name
    }

    /// Reads a note; nil if it is none, or one of a version to come.
    init?(_ payload: ByteBuffer) {
        var payload = payload
        guard
            payload.readInteger(as: UInt8.self) == Self.version,
            let kind = payload.readInteger(as: UInt8.self).flatMap(Kind.init),
            let high = payload.readInteger(as: UInt64.self),
            let low = payload.readInteger(as: UInt64.self),
            let interval = payload.readInteger(as: UInt32.self),
            payload.readableBytes <= Self.maximumName,
            let name = String(validating: payload.readableBytesView, as: UTF8.self)
        else { return nil }
        self.kind = kind
        self.node = NodeID(high: high, low: low)
        self.interval = interval
        self.name = name
    }

    /// A name that fits, cut between characters: one that is no UTF-8 would make the note unreadable.
    private static func shortened(_ name: String) -> Substring {
        var count = 0
        let scalars = name.unicodeScalars.prefix { scalar in
            count += UTF8.width(scalar)
            return count <= Self.maximumName
        }
        return Substring(scalars)
    }

    /// The note as it is published.
    var payload: ByteBuffer {
        var payload = ByteBuffer()
        payload.writeInteger(Self.version)
        payload.writeInteger(self.kind.rawValue)
        payload.writeInteger(self.node.high)
        payload.writeInteger(self.node.low)
        payload.writeInteger(self.interval)
        payload.writeSubstring(Self.shortened(self.name))
        return payload
    }
}
