/// Any value of the wire, unchanged: whole numbers stay whole, members keep their order.
///
/// For methods that pass on what they do not understand. JSON has no binary values: ``binary(_:)`` is written as base64
/// text there, and read back as ``string(_:)``. Values nested deeper than 64 levels are refused both ways.
public enum HubValue: Sendable, Hashable {
    /// No value.
    case null
    /// True or false.
    case bool(Bool)
    /// A whole number that fits 64 bits with sign.
    case int(Int64)
    /// A whole number greater than `Int64.max`; smaller ones are ``int(_:)``.
    case unsigned(UInt64)
    /// Any other number.
    case double(Double)
    /// A text.
    case string(String)
    /// Bytes.
    case binary([UInt8])
    /// Values in order.
    case array([HubValue])
    /// Named values in order.
    case object(HubObject)
}

extension HubValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Creates ``null``.
    ///
    /// - Parameter nilLiteral: Nothing.
    public init(nilLiteral: ()) { self = .null }

    /// Creates a ``bool(_:)``.
    ///
    /// - Parameter value: The value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// Creates an ``int(_:)``.
    ///
    /// - Parameter value: The value.
    public init(integerLiteral value: Int64) { self = .int(value) }

    /// Creates a ``double(_:)``.
    ///
    /// - Parameter value: The value.
    public init(floatLiteral value: Double) { self = .double(value) }

    /// Creates a ``string(_:)``.
    ///
    /// - Parameter value: The value.
    public init(stringLiteral value: String) { self = .string(value) }

    /// Creates an ``array(_:)``.
    ///
    /// - Parameter elements: The values in order.
    public init(arrayLiteral elements: HubValue...) { self = .array(elements) }

    /// Creates an ``object(_:)`` with the members in the order of the literal.
    ///
    /// - Parameter elements: Names and values.
    public init(dictionaryLiteral elements: (String, HubValue)...) {
        self = .object(HubObject(elements.map { HubObject.Member(name: $0.0, value: $0.1) }))
    }
}
