import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Hands out TCP ports of 127.0.0.1 for the servers of tests.
///
/// They lie below the range from which the system takes the ports of outgoing connections. Otherwise a client that tries to
/// reach a killed server could be given the server's own port, and would be connected with itself.
package enum LoopbackPorts {
    private static let range = 12_000..<32_000
    private static let handedOut = Mutex<Set<Int>>([])

    /// Chooses a port on which nobody listened a moment ago, and which it has not handed out before.
    ///
    /// - Returns: The port. Another process may still take it first: see ``RedisServerError/isPortTaken``.
    /// - Throws: ``RedisServerError`` if none is found.
    package static func next() throws -> Int {
        for _ in 0..<1_000 {
            let port = Int.random(in: Self.range)
            let isNew = Self.handedOut.withLock { $0.insert(port).inserted }
            if isNew, Self.isFree(port) { return port }
        }
        throw RedisServerError("No free port was found on 127.0.0.1.")
    }

    /// The address of a port.
    static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return address
    }

    private static func isFree(_ port: Int) -> Bool {
        #if canImport(Glibc)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        defer { _ = close(descriptor) }
        var address = Self.address(port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
