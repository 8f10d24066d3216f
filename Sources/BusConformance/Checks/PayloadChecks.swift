import BusCore
import NIOCore

/// What happens to payloads on their way.
enum PayloadChecks {
    static let all: [BusCheck] = [
        BusCheck(
            10,
            "payload.fidelity",
            "Payloads of any bytes and any size up to the limit arrive unchanged.",
            fidelity
        ),
        BusCheck(
            46,
            "payload.no-aliasing",
            "Changing a buffer after publishing it, or a received one, is seen by nobody else.",
            noAliasing
        ),
    ]

    private static func fidelity(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let channel: BusChannel = "bytes"
        let received = PayloadReceiver()
        for bus in cluster.nodes { try await context.subscribe(received, to: [channel], on: bus) }
        for payload in Self.corpus(upTo: min(cluster[0].limits.maximumPayloadBytes, 16 * 1024 * 1024)) {
            received.forget()
            try await cluster[0].publish(payload, to: channel)
            let limit = context.bulk(context.bounds.deliver, payload.readableBytes / 10_000)
            guard let copies = await received.copies(2, within: limit) else {
                throw DeadlinePassed(what: "the delivery of \(payload.readableBytes) bytes on both nodes", limit: limit)
            }
            try context.expect(copies.allSatisfy { $0 == payload }, "\(payload.readableBytes) bytes arrived changed")
        }
    }

    private static func corpus(upTo limit: Int) -> [ByteBuffer] {
        var corpus = [
            ByteBuffer(),
            ByteBuffer(bytes: UInt8.min...UInt8.max),
            ByteBuffer(string: "\r\n"),
            ByteBuffer(bytes: [0, 0, 0]),
            ByteBuffer(bytes: [0xFF, 0xFE, 0xC0, 0x80]),
            ByteBuffer(string: "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n"),
            ByteBuffer(string: "+OK\r\n-ERR\r\n:1\r\n$-1\r\n"),
            ByteBuffer(string: "PUB a 1\r\nx\r\n{\"type\":1}\u{1E}"),
        ]
        var size = 1
        while size < limit {
            corpus.append(Self.pattern(size))
            if size > 16 { corpus.append(Self.pattern(size - 1)) }
            size *= 4
        }
        corpus.append(Self.pattern(limit))
        return corpus
    }

    /// A random block of a prime length, repeated: nothing in it falls on the boundary of a page or a read.
    private static func pattern(_ size: Int) -> ByteBuffer {
        var random = SeededGenerator(seed: UInt64(size))
        let block = ByteBuffer(bytes: (0..<min(size, 4_093)).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        var buffer = ByteBuffer()
        buffer.reserveCapacity(size + block.readableBytes)
        while buffer.readableBytes < size { buffer.writeImmutableBuffer(block) }
        return buffer.getSlice(at: buffer.readerIndex, length: size) ?? buffer
    }

    private static func noAliasing(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let channel: BusChannel = "shared-bytes"
        let vandal = PayloadReceiver(scribbles: true)
        let keepers = [PayloadReceiver(), PayloadReceiver()]
        try await context.subscribe(vandal, to: [channel], on: cluster[0])
        try await context.subscribe(keepers[0], to: [channel], on: cluster[0])
        try await context.subscribe(keepers[1], to: [channel], on: cluster[1])
        let original = ByteBuffer(bytes: Array(UInt8.min...UInt8.max) + Array(UInt8.min...UInt8.max))
        let bytes = Array(original.readableBytesView)
        let count = context.scaled(100, atLeast: 10)
        for _ in 0..<count {
            var mine = original
            let outcome = Observed<Bool>(false)
            cluster[0].submit(mine, to: channel) { _ in outcome.update { $0 = true } }
            mine.setRepeatingByte(0x2A, count: mine.readableBytes, at: mine.readerIndex)
            _ = await outcome.wait(within: context.bounds.publishDeadline) { $0 }
        }
        for keeper in keepers {
            guard let copies = await keeper.copies(count, within: context.bounds.deliver) else {
                throw DeadlinePassed(what: "the delivery of \(count) payloads", limit: context.bounds.deliver)
            }
            try context.expect(copies.allSatisfy { $0.readableBytesView.elementsEqual(bytes) }, "a payload was changed")
        }
        try context.expect(Array(original.readableBytesView) == bytes, "the publisher's own buffer was changed")
    }
}
