import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension HubServerError {
    /// Puts the reason why the server can't listen into words.
    ///
    /// - Parameters:
    ///   - error: What the operating system said.
    ///   - host: The configured host.
    ///   - port: The configured port.
    init(binding error: any Error, host: String, port: Int) {
        self.cause = error
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE:
            code = .portInUse
            message =
                "Port \(port) on \(host) is taken: another program listens there. "
                + "Stop that program, or choose another port; port 0 picks a free one."
        case EACCES, EPERM:
            code = .permissionDenied
            message =
                "This process may not listen on port \(port). Ports below 1024 need a privilege. "
                + "Choose a higher port, such as 8080."
        case EADDRNOTAVAIL:
            code = .addressNotAvailable
            message =
                "\(host) is not an address of this machine. "
                + "Use 127.0.0.1 for this machine alone, or 0.0.0.0 for all its networks."
        case nil where error is SocketAddressError:
            code = .addressNotAvailable
            message = "The host name \(host) is unknown. Give an address of this machine, such as 127.0.0.1."
        default:
            code = .cannotListen
            message = "The server can't listen on port \(port) of \(host): \(error)"
        }
    }
}
