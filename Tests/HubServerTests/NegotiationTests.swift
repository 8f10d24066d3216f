import NIOCore
import Testing

@testable import HubServer

@Suite(.timeLimit(.minutes(1)))
struct NegotiationTests {
    @Test("A token survives its text form, which is 22 characters of base64url")
    func tokens() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<1_000 {
            let token = ConnectionToken(high: random.next(), low: random.next())
            #expect(token.text.utf8.count == 22)
            #expect(ConnectionToken(token.text) == token)
        }
        #expect(ConnectionToken(high: 0, low: 0).text == "AAAAAAAAAAAAAAAAAAAAAA")
        #expect(ConnectionToken(high: .max, low: .max).text == "_____________________w")
        let counting = ConnectionToken(high: 0x0001_0203_0405_0607, low: 0x0809_0A0B_0C0D_0E0F)
        #expect(counting.text == "AAECAwQFBgcICQoLDA0ODw")
        #expect(ConnectionToken.random() != ConnectionToken.random())
    }

    @Test(
        "Text that no token has is refused",
        arguments: [
            "", "AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAB", "AAAAAAAAAAAAAAAAAAAA+A",
            "ÄAAAAAAAAAAAAAAAAAAAA",
        ]
    )
    func malformedTokens(text: String) {
        #expect(ConnectionToken(text) == nil)
    }

    @Test("A token opens one connection, once, in time")
    func claims() {
        let table = NegotiatedConnections(lifetime: .seconds(15), capacity: 2)
        let start = NIODeadline.uptimeNanoseconds(1_000)
        let (first, second, id) = (ConnectionToken.random(), ConnectionToken.random(), ConnectionToken.random())
        #expect(table.add(token: first, connectionID: id, now: start))
        #expect(table.look(up: first, now: start) == .claimed(connectionID: id))
        #expect(table.claim(first, now: start) == .claimed(connectionID: id))
        #expect(table.claim(first, now: start) == .inUse)
        #expect(table.claim(second, now: start) == .unknown)
        table.release(first)
        #expect(table.claim(first, now: start) == .unknown)
        #expect(table.add(token: second, connectionID: id, now: start))
        #expect(table.claim(second, now: start + .seconds(15)) == .unknown)
    }

    @Test("Only so many may wait; those in use don't count, and those that expired don't either")
    func capacity() {
        let table = NegotiatedConnections(lifetime: .seconds(15), capacity: 2)
        let start = NIODeadline.uptimeNanoseconds(1_000)
        let tokens = (0..<4).map { _ in ConnectionToken.random() }
        #expect(table.add(token: tokens[0], connectionID: tokens[0], now: start))
        #expect(table.add(token: tokens[1], connectionID: tokens[1], now: start))
        #expect(!table.add(token: tokens[2], connectionID: tokens[2], now: start))
        _ = table.claim(tokens[0], now: start)
        #expect(table.add(token: tokens[2], connectionID: tokens[2], now: start + .seconds(1)))
        #expect(!table.add(token: tokens[3], connectionID: tokens[3], now: start + .seconds(14)))
        #expect(table.add(token: tokens[3], connectionID: tokens[3], now: start + .seconds(15)))
        #expect(table.claim(tokens[0], now: start + .seconds(99)) == .inUse)
    }

    @Test("The answers have ASP.NET Core's properties in its order")
    func answers() {
        let id = ConnectionToken(high: 0, low: 0)
        let token = ConnectionToken(high: .max, low: .max)
        let transports = #""availableTransports":[{"transport":"WebSockets","transferFormats":["Text","Binary"]}]}"#
        #expect(
            String(buffer: NegotiateAnswer.success(version: 0, connectionID: id, token: id))
                == #"{"negotiateVersion":0,"connectionId":"AAAAAAAAAAAAAAAAAAAAAA","# + transports
        )
        #expect(
            String(buffer: NegotiateAnswer.success(version: 1, connectionID: id, token: token))
                == #"{"negotiateVersion":1,"connectionId":"AAAAAAAAAAAAAAAAAAAAAA","#
                + #""connectionToken":"_____________________w","# + transports
        )
    }

    @Test("Versions above 1 are lowered to it, and what is no version is an error")
    func versions() {
        #expect(NegotiateAnswer.Version(parameter: nil) == .supported(0))
        #expect(NegotiateAnswer.Version(parameter: "0") == .supported(0))
        #expect(NegotiateAnswer.Version(parameter: "1") == .supported(1))
        #expect(NegotiateAnswer.Version(parameter: "7") == .supported(1))
        let notInteger = NegotiateAnswer.Version.refused("The client requested a non-integer protocol version.")
        for text in ["", "x", "1.0", "99999999999"] {
            #expect(NegotiateAnswer.Version(parameter: text) == notInteger)
        }
        let tooOld = "The client requested version '-1', but the server does not support this version."
        #expect(NegotiateAnswer.Version(parameter: "-1") == .refused(tooOld))
    }
}
