/// What the arguments of a command line ask for.
struct BusConformanceOptions {
    var ids: [String] = []
    var level: BusCheck.Level?
    var scale: Double?
    var seed: UInt64?
    var writesJSON = false
    var lists = false

    init(_ arguments: some Sequence<String>) throws(BusConformanceUsageError) {
        var rest = arguments.makeIterator()
        while let argument = rest.next() {
            switch argument {
            case "--json": self.writesJSON = true
            case "--list": self.lists = true
            case "--only": self.ids.append(try Self.id(rest.next()))
            case "--level": self.level = try Self.parse(argument, rest.next()) { BusCheck.Level(rawValue: $0) }
            case "--scale": self.scale = try Self.parse(argument, rest.next()) { Double($0) }
            case "--seed": self.seed = try Self.parse(argument, rest.next()) { UInt64($0) }
            default: throw BusConformanceUsageError("\(argument) is not an option")
            }
        }
    }

    var checks: [BusCheck] {
        BusCheck.all.filter { check in
            (self.ids.isEmpty || self.ids.contains(check.id)) && (self.level == nil || self.level == check.level)
        }
    }

    private static func id(_ text: String?) throws(BusConformanceUsageError) -> String {
        guard let text, BusCheck.named(text) != nil else {
            throw BusConformanceUsageError("--only needs the id of a check, not \(text ?? "nothing")")
        }
        return text
    }

    private static func parse<Value>(
        _ option: String,
        _ text: String?,
        _ parse: (String) -> Value?
    ) throws(BusConformanceUsageError) -> Value {
        guard let value = text.flatMap(parse) else {
            throw BusConformanceUsageError("\(option) does not take \(text ?? "nothing")")
        }
        return value
    }
}
