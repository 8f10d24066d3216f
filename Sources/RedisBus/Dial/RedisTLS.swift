import NIOCore
import NIOSSL
import Synchronization

/// Puts TLS into the connections of a bus.
///
/// The files of certificates and keys are read again for each connection, so that what is rotated is used. While the files
/// that are there now cannot be used (they may be half written), the ones that were read last are.
final class RedisTLS: Sendable {
    private struct State {
        var files: RedisTLSFiles
        var context: NIOSSLContext
        var problem: RedisConfigurationError?
    }

    private let configuration: RedisTLSConfiguration
    private let state: Mutex<State>

    /// Reads the files.
    ///
    /// - Throws: ``RedisConfigurationError`` that names the file that cannot be used.
    init(_ configuration: RedisTLSConfiguration) throws(RedisConfigurationError) {
        self.configuration = configuration
        let files = try RedisTLSFiles(configuration)
        self.state = Mutex(State(files: files, context: try files.context(configuration), problem: nil))
    }

    /// Adds what speaks TLS to a connection, before anything else; on its event loop.
    ///
    /// - Parameters:
    ///   - channel: The connection.
    ///   - endpoint: Where it goes to.
    ///   - deadline: When the handshake must be over.
    /// - Throws: What NIOSSL says to a name that cannot be one of a server.
    func addHandlers(to channel: any Channel, endpoint: RedisEndpoint, deadline: NIODeadline) throws {
        let (context, problem) = self.current()
        let name = self.serverName(of: endpoint)
        let ssl = try NIOSSLClientHandler(context: context, serverHostname: name)
        let failure = RedisTLSFailure(
            endpoint: endpoint,
            configuration: self.configuration,
            serverName: name,
            fileProblem: problem?.message
        )
        let errors = RedisTLSErrorHandler(ssl: ssl, failure: failure, deadline: deadline)
        try channel.pipeline.syncOperations.addHandlers(ssl, errors)
    }

    /// The name that the certificate must have; nil if it must have the address that the connection goes to.
    private func serverName(of endpoint: RedisEndpoint) -> String? {
        if let name = self.configuration.serverName { return name }
        guard case .tcp(let host, _) = endpoint, !RedisEndpoint.isAddress(host) else { return nil }
        return host
    }

    /// What the files hold now, or held last.
    private func current() -> (NIOSSLContext, RedisConfigurationError?) {
        self.state.withLock { state in
            guard RedisTLSFiles.areNamed(in: self.configuration) else { return (state.context, nil) }
            do throws(RedisConfigurationError) {
                let files = try RedisTLSFiles(self.configuration)
                if files != state.files {
                    state.context = try files.context(self.configuration)
                    state.files = files
                }
                state.problem = nil
            } catch {
                state.problem = error
            }
            return (state.context, state.problem)
        }
    }
}
