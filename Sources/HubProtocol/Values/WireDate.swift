import FoundationEssentials

/// Dates as text: ISO 8601 in UTC, `2017-04-11T00:00:00Z`, with a fraction only when there is one.
///
/// A `Date` near today resolves about 0.1 µs, so microseconds are written, without trailing zeros.
enum WireDate {
    /// Seconds from 1970 to the reference date of `Date`, 2001-01-01.
    private static let referenceSeconds: Int64 = 978_307_200
    private static let secondsPerDay: Int64 = 86_400
    /// 0001-01-01 and 10000-01-01, in seconds since 1970.
    private static let range: Range<Int64> = -62_135_596_800..<253_402_300_800

    /// The text for a date, or nil outside of the years 1 to 9999.
    static func format(_ date: Date) -> String? {
        let reference = date.timeIntervalSinceReferenceDate
        guard reference.isFinite, abs(reference) < 1e12 else { return nil }
        let whole = reference.rounded(.down)
        let micros = Int64(((reference - whole) * 1e6).rounded())
        let seconds = Int64(whole) + referenceSeconds + micros / 1_000_000
        guard range.contains(seconds) else { return nil }
        let days = floorDivide(seconds, secondsPerDay)
        let time = seconds - days * secondsPerDay
        let (year, month, day) = civil(days: days)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
            + "\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))"
            + "\(fraction(micros % 1_000_000))Z"
    }

    /// The date that a text means: date and time with `Z`, an offset or neither (UTC), or a date alone.
    static func parse(_ text: String) -> Date? {
        var reader = WireDateReader(Array(text.utf8))
        guard let days = reader.days() else { return nil }
        if reader.isAtEnd { return date(days: days, nanoseconds: 0, seconds: 0) }
        guard let (seconds, nanoseconds) = reader.time(), let offset = reader.offset(), reader.isAtEnd else {
            return nil
        }
        return date(days: days, nanoseconds: nanoseconds, seconds: seconds - offset)
    }

    private static func date(days: Int64, nanoseconds: Int64, seconds: Int64) -> Date {
        let whole = days * secondsPerDay + seconds - referenceSeconds
        return Date(timeIntervalSinceReferenceDate: Double(whole) + Double(nanoseconds) / 1e9)
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    private static func fraction(_ micros: Int64) -> String {
        guard micros > 0 else { return "" }
        var digits = padded(micros, 6)
        while digits.utf8.last == UInt8(ascii: "0") { digits.removeLast() }
        return "." + digits
    }

    static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : (value - divisor + 1) / divisor
    }

    /// Days since 1970 to a date of the Gregorian calendar, counting years from March so that leap days come last.
    private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
