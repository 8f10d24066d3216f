import NIOCore

/// The shared state of each event loop of a server.
struct ServerLoops: Sendable {
    private let loops: [ObjectIdentifier: NIOLoopBoundBox<ServerLoop>]

    /// - Parameter group: The loops that serve connections.
    init(_ group: any EventLoopGroup) {
        var loops: [ObjectIdentifier: NIOLoopBoundBox<ServerLoop>] = [:]
        for eventLoop in group.makeIterator() {
            loops[ObjectIdentifier(eventLoop)] = .makeBoxSendingValue(
                ServerLoop(eventLoop: eventLoop),
                eventLoop: eventLoop
            )
        }
        self.loops = loops
    }

    /// The state of the loop that this is called on.
    ///
    /// - Parameter eventLoop: The current loop.
    subscript(eventLoop: any EventLoop) -> ServerLoop {
        loops[ObjectIdentifier(eventLoop)]?.value ?? ServerLoop(eventLoop: eventLoop)
    }

    /// Runs something on every loop, and waits until all have run it.
    ///
    /// - Parameter body: What to run, on the loop.
    func each(_ body: @escaping @Sendable (ServerLoop) -> Void) async {
        for loop in loops.values {
            try? await loop.eventLoop.submit { body(loop.value) }.get()
        }
    }
}
