import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A blocking connection for single commands, which shares no code with the product.
struct RedisAdminConnection: ~Copyable {
    private let descriptor: Int32
    private var received: [UInt8] = []

    /// Connects; each read and write ends after five seconds.
    init(_ address: RedisServer.Address) throws {
        switch address {
        case .unixSocket(let path):
            self.descriptor = socket(AF_UNIX, Int32(Self.stream), 0)
            try Self.connectUnix(self.descriptor, path)
        case .tcp(let port):
            self.descriptor = socket(AF_INET, Int32(Self.stream), 0)
            try Self.connectTCP(self.descriptor, port)
        }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(self.descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        _ = close(self.descriptor)
    }

    /// Sends a command and returns the reply.
    mutating func command(_ parts: [[UInt8]]) throws -> RESPValue {
        try self.send(RESPValue.command(parts).encoded)
        return try self.reply()
    }

    /// Sends any bytes.
    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Self.send(self.descriptor, $0)
            }
            guard count > 0 else { throw Self.failure("send") }
            sent += count
        }
    }

    /// Returns what the server says next.
    mutating func reply() throws -> RESPValue {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            if let reply = try RESPParser.parse(self.received) {
                self.received.removeFirst(reply.count)
                return reply.value
            }
            let count = recv(self.descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw Self.failure("recv") }
            self.received += buffer[..<count]
        }
    }

    #if canImport(Glibc)
        private static let stream = SOCK_STREAM.rawValue
        private static let noSignal = Int32(MSG_NOSIGNAL)
    #else
        private static let stream = SOCK_STREAM
        private static let noSignal: Int32 = 0
    #endif

    private static func send(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.send(descriptor, bytes.baseAddress, bytes.count, Self.noSignal)
        #else
            Darwin.send(descriptor, bytes.baseAddress, bytes.count, Self.noSignal)
        #endif
    }

    private static func failure(_ call: String) -> RedisServerError {
        RedisServerError("\(call) failed: \(String(cString: strerror(errno)))")
    }

    private static func connectUnix(_ descriptor: Int32, _ path: String) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw Self.failure("connect") }
    }

    private static func connectTCP(_ descriptor: Int32, _ port: Int) throws {
        var address = LoopbackPorts.address(port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Self.failure("connect") }
    }
}
