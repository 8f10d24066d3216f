import BusCore
import Testing

@testable import RedisBus

@Suite("What Redis' errors mean", .timeLimit(.minutes(1)))
struct RedisErrorTableTests {
    @Test(arguments: [
        ("NOPERM No permissions to access a channel", BusError.Code.unauthorized),
        ("NOAUTH Authentication required.", .unauthorized),
        ("OOM command not allowed when used memory > 'maxmemory'.", .overloaded),
        ("LOADING Redis is loading the dataset in memory", .notSent),
        ("READONLY You can't write against a read only replica.", .notSent),
        ("MASTERDOWN Link with MASTER is down", .notSent),
        ("ERR max number of clients reached", .notSent),
        ("ERR Protocol error: invalid bulk length", .payloadTooLarge),
        ("ERR unknown command 'PUBLISH'", .refused),
        ("ERR something a proxy made up", .indeterminate),
        ("EXTRAORDINARY", .indeterminate),
        ("", .indeterminate),
        ("ERR", .indeterminate),
    ])
    func hasACode(_ text: String, _ code: BusError.Code) {
        #expect(RedisErrorTable.code(for: text) == code)
        let error = RedisErrorTable.error(for: text, command: "PUBLISH")
        #expect(error.code == code)
        #expect(error.message.contains(text))
    }
}
