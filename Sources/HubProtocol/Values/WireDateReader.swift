/// Reads the parts of an ISO 8601 text from left to right.
struct WireDateReader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }

    private var next: UInt8? { isAtEnd ? nil : bytes[index] }

    /// `YYYY-MM-DD` as days since 1970.
    mutating func days() -> Int64? {
        guard let year = number(digits: 4), take("-"), let month = number(digits: 2), take("-"),
            let day = number(digits: 2), year > 0, (1...12).contains(month),
            day >= 1, day <= Self.length(ofMonth: month, year: year)
        else { return nil }
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// `Thh:mm`, `Thh:mm:ss` or `Thh:mm:ss.fff`.
    mutating func time() -> (seconds: Int64, nanoseconds: Int64)? {
        guard take("T") || take("t") || take(" "), let hour = number(digits: 2), take(":"),
            let minute = number(digits: 2), hour < 24, minute < 60
        else { return nil }
        guard take(":") else { return (hour * 3600 + minute * 60, 0) }
        guard let second = number(digits: 2), second < 60, let nanoseconds = fraction() else { return nil }
        return (hour * 3600 + minute * 60 + second, nanoseconds)
    }

    /// `Z`, `+hh:mm`, `-hh:mm` or nothing, in seconds east of UTC.
    mutating func offset() -> Int64? {
        if isAtEnd || take("Z") || take("z") { return 0 }
        let sign: Int64 = next == UInt8(ascii: "-") ? -1 : 1
        guard take("+") || take("-"), let hour = number(digits: 2), take(":"), let minute = number(digits: 2),
            hour < 24, minute < 60
        else { return nil }
        return sign * (hour * 3600 + minute * 60)
    }

    private mutating func fraction() -> Int64? {
        guard take(".") || take(",") else { return 0 }
        var nanoseconds: Int64 = 0
        var weight: Int64 = 100_000_000
        let start = index
        while let byte = next, JSONByte.isDigit(byte) {
            nanoseconds += Int64(byte - JSONByte.zero) * weight
            weight /= 10
            index += 1
        }
        return index > start ? nanoseconds : nil
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func number(digits: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let byte = next, JSONByte.isDigit(byte) else { return nil }
            value = value * 10 + Int64(byte - JSONByte.zero)
            index += 1
        }
        return value
    }

    private static func length(ofMonth month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
