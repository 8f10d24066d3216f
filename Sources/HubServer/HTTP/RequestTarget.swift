import HubRuntime
import NIOCore

/// The target of a request in parts: a percent-decoded path and query (RFC 9112 section 3.2, RFC 3986).
struct RequestTarget: Equatable {
    /// Percent-decoded, without a slash at the end unless it is the root.
    var path: String
    /// Percent-decoded, in their order; `+` stands for a space.
    var query: [(name: String, value: String)]

    /// Reads a target in origin or absolute form.
    ///
    /// Nil if it isn't one, or if what it encodes isn't UTF-8.
    ///
    /// - Parameter text: The target as it stands in the request line.
    init?(_ text: String) {
        var rest = Substring(text)
        if !rest.hasPrefix("/") {
            guard let origin = Self.afterAuthority(rest) else { return nil }
            rest = origin
        }
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard var path = Self.decoded(parts[0], plusIsSpace: false) else { return nil }
        if path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path.isEmpty ? "/" : path
        self.query = []
        guard parts.count > 1 else { return }
        for field in parts[1].split(separator: "&") {
            let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(pair[0], plusIsSpace: true) else { return nil }
            guard let value = Self.decoded(pair.count > 1 ? pair[1] : "", plusIsSpace: true) else { return nil }
            query.append((name, value))
        }
    }

    /// The value of the first query parameter of a name, without regard to ASCII case, as ASP.NET Core reads it.
    subscript(name: String) -> String? {
        query.first { ASCIICase.equal($0.name, name) }?.value
    }

    static func == (left: Self, right: Self) -> Bool {
        left.path == right.path && left.query.elementsEqual(right.query, by: ==)
    }

    /// What follows `http://host:port`.
    private static func afterAuthority(_ text: Substring) -> Substring? {
        for scheme in ["http://", "https://"] where ASCIICase.equal(String(text.prefix(scheme.count)), scheme) {
            let authority = text.dropFirst(scheme.count)
            return authority[(authority.firstIndex { $0 == "/" || $0 == "?" } ?? authority.endIndex)...]
        }
        return nil
    }

    private static func decoded(_ text: Substring, plusIsSpace: Bool) -> String? {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(hexadecimal) else { return nil }
                guard let low = iterator.next().flatMap(hexadecimal) else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace:
                bytes.append(UInt8(ascii: " "))
            default:
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}
