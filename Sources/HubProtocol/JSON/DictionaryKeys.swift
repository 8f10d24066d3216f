/// Tells the keys of a `Dictionary` from the names of properties: only the latter are changed to camelCase.
enum DictionaryKeys {
    /// Whether a coding key is the one that the standard library uses to code dictionaries.
    static func isDictionaryKey<Key: CodingKey>(_ type: Key.Type) -> Bool {
        ObjectIdentifier(type) == standard
    }

    /// The key type that `Dictionary` asks for.
    ///
    /// It has no public name, so a dictionary is made to show it.
    private static let standard: ObjectIdentifier? = {
        let probe = Probe()
        try? [String: Int]().encode(to: probe)
        return probe.key
    }()

    private final class Probe: Encoder {
        var key: ObjectIdentifier?
        var codingPath: [any CodingKey] { [] }
        var userInfo: [CodingUserInfoKey: Any] { [:] }

        func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
            key = ObjectIdentifier(type)
            // Not `container(keyedBy:)` of the node, which would ask for the key that is being found here.
            return KeyedEncodingContainer(JSONKeyedEncoding<Key>(JSONEncoderNode(JSONFragment()), isDictionary: false))
        }

        func unkeyedContainer() -> any UnkeyedEncodingContainer { JSONEncoderNode(JSONFragment()).unkeyedContainer() }

        func singleValueContainer() -> any SingleValueEncodingContainer { JSONEncoderNode(JSONFragment()) }
    }
}
