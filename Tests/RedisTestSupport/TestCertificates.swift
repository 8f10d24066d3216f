import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Certificates of authorities, servers and clients for a test, made with the `openssl` command in a folder of their own.
///
/// The folder is removed with the last reference to this object.
package final class TestCertificates: Sendable {
    /// The files of a certificate and its private key.
    package struct Pair: Sendable {
        package let certificate: String
        package let key: String
    }

    /// A folder for files that belong to the test.
    package let folder: String

    /// Makes an empty folder.
    ///
    /// - Throws: ``RedisServerError`` that says how to install openssl, if it is missing.
    package init() throws {
        guard Self.openssl != nil else {
            throw RedisServerError(
                "openssl is not installed, and the tests of TLS need it. Install it with \"apt-get install openssl\"."
            )
        }
        self.folder = NSTemporaryDirectory() + "/hubs-tls-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.folder)
    }

    /// Makes an authority.
    ///
    /// - Parameter name: Its common name, and what its files are called.
    /// - Returns: Its files.
    /// - Throws: ``RedisServerError`` with what openssl said.
    package func authority(_ name: String) async throws -> Pair {
        let pair = try await self.pair(name)
        let extensions = try self.write(
            "\(name).ext",
            "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n"
        )
        try await self.request(pair, name)
        try await self.openssl(
            ["x509", "-req", "-in", self.path("\(name).csr"), "-signkey", pair.key, "-set_serial", "1"]
                + ["-extfile", extensions, "-days", "2", "-out", pair.certificate]
        )
        return pair
    }

    /// Makes a certificate for a server or a client.
    ///
    /// - Parameters:
    ///   - name: What its files are called, and its common name.
    ///   - authority: Who signs it.
    ///   - names: The names that it is for, such as `DNS:localhost` and `IP:127.0.0.1`.
    ///   - days: How long it is valid; -1 for one that expired yesterday.
    /// - Returns: Its files.
    /// - Throws: ``RedisServerError`` with what openssl said.
    package func certificate(
        _ name: String,
        signedBy authority: Pair,
        names: [String] = ["DNS:localhost", "IP:127.0.0.1"],
        days: Int = 2
    ) async throws -> Pair {
        let pair = try await self.pair(name)
        let extensions = try self.write(
            "\(name).ext",
            "basicConstraints=critical,CA:FALSE\nsubjectAltName=\(names.joined(separator: ","))\n"
        )
        try await self.request(pair, name)
        try await self.openssl(
            ["x509", "-req", "-in", self.path("\(name).csr"), "-CA", authority.certificate, "-CAkey", authority.key]
                + ["-set_serial", "\(Int.random(in: 2...1_000_000))", "-extfile", extensions, "-days", "\(days)"]
                + ["-out", pair.certificate]
        )
        return pair
    }

    /// Makes a copy of a private key that is protected by a passphrase.
    ///
    /// - Parameter key: The key's file.
    /// - Returns: The copy's path.
    /// - Throws: ``RedisServerError`` with what openssl said.
    package func protectedCopy(of key: String) async throws -> String {
        let copy = self.path("protected.key")
        try await self.openssl(["pkcs8", "-topk8", "-in", key, "-passout", "pass:open sesame", "-out", copy])
        return copy
    }

    /// Writes a file into the folder.
    ///
    /// - Parameters:
    ///   - name: The file's name.
    ///   - text: What it contains.
    /// - Returns: Its path.
    /// - Throws: What writing a file throws.
    @discardableResult
    package func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: self.path(name)))
        return self.path(name)
    }

    /// Puts another file's content into a file of the folder.
    ///
    /// - Parameters:
    ///   - source: The other file.
    ///   - name: The file's name.
    /// - Returns: Its path.
    /// - Throws: What reading and writing files throws.
    @discardableResult
    package func copy(_ source: String, to name: String) throws -> String {
        try Data(contentsOf: URL(fileURLWithPath: source)).write(to: URL(fileURLWithPath: self.path(name)))
        return self.path(name)
    }

    private func path(_ name: String) -> String {
        "\(self.folder)/\(name)"
    }

    /// Makes a private key, and says where its certificate will be.
    private func pair(_ name: String) async throws -> Pair {
        let pair = Pair(certificate: self.path("\(name).pem"), key: self.path("\(name).key"))
        try await self.openssl(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", pair.key])
        return pair
    }

    private func request(_ pair: Pair, _ name: String) async throws {
        try await self.openssl([
            "req", "-new", "-key", pair.key, "-subj", "/CN=\(name)", "-out", self.path("\(name).csr"),
        ])
    }

    private func openssl(_ arguments: [String]) async throws {
        let log = self.path("openssl.log")
        let status = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Self.run([Self.openssl ?? ""] + arguments, log: log))
            }
        }
        guard status == 0 else {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw RedisServerError("openssl \(arguments.joined(separator: " ")) failed:\n\(text)")
        }
    }

    /// Runs a command and waits for its end.
    ///
    /// Not with `Process`, which learns of the end by a descriptor that a server which starts meanwhile may inherit.
    ///
    /// - Parameters:
    ///   - command: The path of a program, and its arguments.
    ///   - log: The file that gets what it says.
    /// - Returns: The status of `waitpid`, 0 for success.
    private static func run(_ command: [String], log: String) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid: pid_t = 0
        guard posix_spawn(&pid, command[0], &actions, nil, &arguments, environ) == 0 else { return -1 }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) == -1 {
            guard errno == EINTR else { return -1 }
        }
        return status
    }

    private static let openssl: String? = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin:/usr/local/bin"
        return path.split(separator: ":").map { "\($0)/openssl" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()
}
