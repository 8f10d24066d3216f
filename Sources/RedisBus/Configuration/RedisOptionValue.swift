/// Reads the values of options.
///
/// The errors name the option and what it takes, never what was given.
enum RedisOptionValue {
    static func boolean(_ option: RedisOption, _ value: String) throws(RedisConfigurationError) -> Bool {
        switch value.lowercased() {
        case "true", "yes", "1", "on": return true
        case "false", "no", "0", "off": return false
        default: throw Self.invalid(option, "true or false")
        }
    }

    static func number(
        _ option: RedisOption,
        _ value: String,
        in range: ClosedRange<Int> = 1...Int(Int32.max)
    ) throws(RedisConfigurationError) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw Self.invalid(option, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    static func milliseconds(
        _ option: RedisOption,
        _ value: String,
        from least: Int = 1
    ) throws(RedisConfigurationError) -> Duration {
        .milliseconds(try Self.number(option, value, in: least...86_400_000))
    }

    /// Reads seconds with up to three decimals.
    static func seconds(_ option: RedisOption, _ value: String) throws(RedisConfigurationError) -> Duration {
        let parts = value.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : "0"
        guard let whole = parts.first.flatMap({ UInt32($0) }), whole <= 86_400,
            (1...3).contains(fraction.utf8.count),
            fraction.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
            let decimals = Int(fraction + String(repeating: "0", count: 3 - fraction.utf8.count))
        else { throw Self.invalid(option, "a number of seconds from 0.001 to 86400") }
        let milliseconds = Int(whole) * 1_000 + decimals
        guard (1...86_400_000).contains(milliseconds) else {
            throw Self.invalid(option, "a number of seconds from 0.001 to 86400")
        }
        return .milliseconds(milliseconds)
    }

    static func invalid(_ option: RedisOption, _ wanted: String) -> RedisConfigurationError {
        RedisConfigurationError(.invalidValue, option, "The value of \(option.rawValue) is not \(wanted).")
    }
}
