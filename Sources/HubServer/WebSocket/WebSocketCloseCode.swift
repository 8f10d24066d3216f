/// The number in a Close frame that says why (RFC 6455 section 7.4).
struct WebSocketCloseCode: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt16

    init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    static let normal = Self(rawValue: 1000)
    static let goingAway = Self(rawValue: 1001)
    static let protocolError = Self(rawValue: 1002)
    static let invalidPayload = Self(rawValue: 1007)
    static let policyViolation = Self(rawValue: 1008)
    static let tooBig = Self(rawValue: 1009)
    static let internalError = Self(rawValue: 1011)

    /// Whether an endpoint may put this code in a Close frame (RFC 6455 section 7.4.2 and the IANA registry).
    ///
    /// 1004, 1005, 1006 and 1015 only ever stand for what an endpoint observed; 1016 to 2999 are not assigned.
    var isAllowedOnTheWire: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
