import NIOCore
import NIOHTTP1
import Testing

@testable import HubServer

@Suite(.timeLimit(.minutes(1)))
struct RequestTests {
    @Test("A target is taken apart and decoded")
    func targets() {
        #expect(RequestTarget("/")?.path == "/")
        #expect(RequestTarget("/chat/")?.path == "/chat")
        #expect(RequestTarget("/a%20b+c")?.path == "/a b+c")
        #expect(RequestTarget("http://host:80/chat?x=1")?.path == "/chat")
        #expect(RequestTarget("http://host")?.path == "/")
        let target = RequestTarget("/chat?ID=a%3Db&user=J%C3%B6rg+M&flag&=x&id=second")
        #expect(target?["id"] == "a=b")
        #expect(target?["user"] == "Jörg M")
        #expect(target?["flag"] == "")
        #expect(target?["none"] == nil)
    }

    @Test(
        "A malformed target is refused",
        arguments: ["*", "chat", "/%", "/%1", "/%zz", "/%FF", "/?a=%C3", "ftp://host/", ""]
    )
    func malformedTargets(text: String) {
        #expect(RequestTarget(text) == nil)
    }

    @Test(
        "A page of this host may connect, behind TLS or not",
        arguments: [
            ("http://example.com", "example.com"), ("https://example.com", "example.com"),
            ("https://example.com", "example.com:443"), ("http://example.com:80", "EXAMPLE.com"),
            ("http://example.com:8080", "example.com:8080"), ("http://[::1]:8080", "[::1]:8080"),
            ("https://[::1]", "[::1]"),
        ]
    )
    func sameHost(origin: String, host: String) {
        #expect(OriginPolicy().verdict(on: ["Origin": origin, "Host": host]) == .sameHost)
    }

    @Test(
        "A page of another host may not",
        arguments: [
            ("http://evil.example", "example.com"), ("http://example.com:8081", "example.com:8080"),
            ("http://example.com", "example.com:8080"), ("null", "example.com"), ("", "example.com"),
            ("file://", "example.com"), ("http://example.com.evil.example", "example.com"),
            ("http://example.com@evil.example", "example.com"), ("http://example.com/path", "example.com"),
            ("https://example.com", "example.com:80"), ("http://example.com:99999", "example.com"),
        ]
    )
    func otherHost(origin: String, host: String) {
        #expect(OriginPolicy().verdict(on: ["Origin": origin, "Host": host]) == .refused)
    }

    @Test("Programs that are no browsers send no Origin, and may connect")
    func noOrigin() {
        #expect(OriginPolicy().verdict(on: ["Host": "example.com"]) == .sameHost)
    }

    @Test("Configured pages may connect; two origins, or none of them, may not")
    func configured() throws {
        let policy = OriginPolicy(allowed: [try #require(WebOrigin("https://app.example"))])
        #expect(
            policy.verdict(on: ["Origin": "https://app.example", "Host": "h"]) == .configured("https://app.example")
        )
        #expect(policy.verdict(on: ["Origin": "http://app.example", "Host": "h"]) == .refused)
        let twice: HTTPHeaders = ["Origin": "https://app.example", "origin": "https://app.example", "Host": "h"]
        #expect(policy.verdict(on: twice) == .refused)
        #expect(policy.verdict(on: ["Origin": "http://h", "Host": "h", "host": "h"]) == .refused)
    }

    @Test("Text in the JSON of health is escaped")
    func json() {
        var json = JSONText()
        json.object { json in
            json.member("a", "x\"\\\n\u{1}é")
            json.member("b", String?.none)
            json.key("c")
            json.object { $0.member("d", 1) }
            json.member("e", true)
        }
        #expect(String(buffer: json.buffer) == #"{"a":"x\"\\\u000a\u0001é","b":null,"c":{"d":1},"e":true}"#)
    }
}
