import BusCore
import Foundation
import RedisTestSupport
import Testing

@testable import RedisBus

/// What real servers refuse, with the words of the table, was not executed.
@Suite("What real servers refuse", .serialized, .timeLimit(.minutes(1)))
struct RedisErrorsOfServersTests {
    @Test func withoutTheRightToTheChannelOrTheCommand() async throws {
        let server = try await RedisServer.started()
        let admin = try RedisAdmin(server)
        let witness = try RefusalWitness(server)
        try admin.command("ACL", "SETUSER", "channel", "on", ">p", "+@all", "&other")
        try admin.command("ACL", "SETUSER", "command", "on", ">p", "+@all", "-publish", "&*")
        for user in ["channel", "command"] {
            let limited = try RedisAdmin(server)
            try limited.command("AUTH", user, "p")
            let error = try self.refusal(limited.command("PUBLISH", "room", "x"), "NOPERM", .unauthorized)
            #expect(RedisErrorTable.isDenial(error))
        }
        let limited = try RedisAdmin(server)
        try limited.command("AUTH", "channel", "p")
        try self.refusal(limited.command("SUBSCRIBE", "other", "room"), "NOPERM", .unauthorized)
        #expect(try admin.command("PUBSUB", "NUMSUB", "other").elements?.last == .integer(0))
        try witness.sawNothing(before: admin)
    }

    @Test func withoutOrWithTheWrongPassword() async throws {
        let server = try await RedisServer.started(password: "secret")
        let witness = try RefusalWitness(server, password: "secret")
        let stranger = try RedisAdmin(server)
        try self.refusal(stranger.command("PUBLISH", "room", "x"), "NOAUTH", .unauthorized)
        try self.refusal(stranger.command("AUTH", "wrong"), "WRONGPASS", .unauthorized)
        try self.refusal(stranger.command("PUBLISH", "room", "x"), "NOAUTH", .unauthorized)
        try stranger.command("AUTH", "secret")
        try witness.sawNothing(before: stranger)
    }

    @Test func whileAScriptRuns() async throws {
        let server = try await RedisServer.started(arguments: ["--busy-reply-threshold", "10"])
        let witness = try RefusalWitness(server)
        let admin = try RedisAdmin(server)
        let script = try RedisAdmin(server)
        try script.send(RESPValue.command(["EVAL", "while true do end", "0"].map { Array($0.utf8) }).encoded)
        try await wait(for: "the script runs") {
            if case .error = try admin.command("PING") { true } else { false }
        }
        try self.refusal(admin.command("PUBLISH", "room", "x"), "BUSY", .notSent)
        try self.refusal(admin.command("SUBSCRIBE", "another"), "BUSY", .notSent)
        #expect(try admin.command("SCRIPT", "KILL").text == "OK")
        try witness.sawNothing(before: admin)
    }

    @Test func beyondTheMemoryTheDiskOrTheReplicasThatAreWanted() async throws {
        let server = try await RedisServer.started(arguments: ["--dbfilename", "taken", "--save", "3600 1"])
        let admin = try RedisAdmin(server)
        try admin.command("CONFIG", "SET", "maxmemory", "1")
        try self.refusal(admin.command("SET", "key", "x"), "OOM", .overloaded)
        try admin.command("CONFIG", "SET", "maxmemory", "0")
        try admin.command("CONFIG", "SET", "min-replicas-to-write", "1")
        try self.refusal(admin.command("SET", "key", "x"), "NOREPLICAS", .notSent)
        try admin.command("CONFIG", "SET", "min-replicas-to-write", "0")
        try await self.breakSaving(of: admin)
        try self.refusal(admin.command("SET", "key", "x"), "MISCONF", .notSent)
        #expect(try admin.command("GET", "key") == .null)
        let witness = try RefusalWitness(server)
        try witness.sawNothing(before: admin)
    }

    @Test func onAReplica() async throws {
        let primary = try await RedisServer.started(.tcp, arguments: ["--repl-diskless-sync-delay", "0"])
        let replica = try await RedisServer.started(
            .tcp,
            arguments: ["--replicaof", "127.0.0.1 \(primary.port ?? 0)", "--replica-serve-stale-data", "no"]
        )
        let admin = try RedisAdmin(replica)
        try await wait(for: "the replica is in sync") {
            try admin.command("INFO", "replication").properties["master_link_status"] == "up"
        }
        try self.refusal(admin.command("SET", "key", "x"), "READONLY", .notSent)
        #expect(try admin.command("GET", "key") == .null)
        await primary.kill9()
        try await wait(for: "the replica has noticed") {
            try admin.command("INFO", "replication").properties["master_link_status"] == "down"
        }
        try self.refusal(admin.command("GET", "key"), "MASTERDOWN", .notSent)
    }

    @Test func inACluster() async throws {
        let lonely = try await RedisServer.started(
            .tcp,
            arguments: ["--cluster-enabled", "yes", "--cluster-port", "\(try LoopbackPorts.next())"]
        )
        let admin = try RedisAdmin(lonely)
        try self.refusal(admin.command("SPUBLISH", "room", "x"), "CLUSTERDOWN", .notSent)
        try self.refusal(admin.command("SSUBSCRIBE", "room"), "CLUSTERDOWN", .notSent)
        let cluster = try await RedisClusterDeployment.started(primaries: 3, replicas: 0)
        let owner = try await cluster.owner(of: cluster.slot(of: "room"))
        let other = try RedisAdmin(#require(cluster.nodes.first { $0 !== owner }))
        let witness = try RefusalWitness(owner, verb: "SSUBSCRIBE")
        try self.refusal(other.command("SPUBLISH", "room", "x"), "MOVED", .notSent)
        try self.refusal(other.command("SSUBSCRIBE", "room"), "MOVED", .notSent)
        try witness.sawNothing(before: RedisAdmin(owner), verb: "SPUBLISH")
    }

    @Test func beyondTheNumberOfClients() async throws {
        let server = try await RedisServer.started(arguments: ["--maxclients", "2"])
        let admin = try RedisAdmin(server)
        let witness = try RefusalWitness(server)
        try self.refusal(RedisAdmin(server).reply(), "ERR max number of clients", .notSent)
        try witness.sawNothing(before: admin)
    }

    @Test func whatTheyDoNotUnderstand() async throws {
        let server = try await RedisServer.started(
            arguments: ["--rename-command", "SPUBLISH", "", "--proto-max-bulk-len", "1mb"]
        )
        let admin = try RedisAdmin(server)
        let witness = try RefusalWitness(server)
        try self.refusal(admin.command("SPUBLISH", "room", "x"), "ERR unknown command", .refused)
        try self.refusal(admin.command("PUBLISH", "room"), "ERR wrong number of arguments", .refused)
        try self.refusal(self.subscribedOnes(server), "ERR Can't execute", .refused)
        let large = try RedisAdmin(server)
        try large.send(Array("*3\r\n$7\r\nPUBLISH\r\n$4\r\nroom\r\n$1048577\r\n".utf8))
        try self.refusal(large.reply(), "ERR Protocol error: invalid bulk length", .payloadTooLarge)
        try witness.sawNothing(before: admin)
    }

    /// Checks an error and returns its text.
    @discardableResult
    private func refusal(_ reply: RESPValue, _ start: String, _ code: BusError.Code) throws -> String {
        guard case .error = reply, let text = reply.text else {
            Issue.record("\(start) was expected, and the server answered \(reply)")
            return ""
        }
        #expect(text.hasPrefix(start))
        #expect(RedisErrorTable.code(for: text) == code)
        return text
    }

    /// What a connection that subscribes hears if it publishes.
    private func subscribedOnes(_ server: RedisServer) throws -> RESPValue {
        let subscriber = try RedisAdmin(server)
        try subscriber.command("SUBSCRIBE", "another")
        return try subscriber.command("PUBLISH", "room", "x")
    }

    /// Has the server fail to save: a folder is where its file should be.
    private func breakSaving(of admin: RedisAdmin) async throws {
        let folder = try #require(try admin.command("CONFIG", "GET", "dir").fields["dir"])
        try FileManager.default.createDirectory(atPath: folder + "/taken/x", withIntermediateDirectories: true)
        try await wait(for: "saving fails") {
            try admin.command("BGSAVE")
            return try admin.command("INFO", "persistence").properties["rdb_last_bgsave_status"] == "err"
        }
    }
}
