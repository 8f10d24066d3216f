/// A moment as people write it, in UTC.
struct UTCTime: CustomStringConvertible {
    private let seconds: Int

    /// Makes one of the seconds since 1970.
    init(_ seconds: Int) {
        self.seconds = seconds
    }

    /// Such as `2026-01-31 23:59:59 UTC`.
    var description: String {
        let day = (Double(self.seconds) / 86_400).rounded(.down)
        // Years far away are nobody's expiry; they need not be exact, and must not overflow.
        guard abs(day) < 4_000_000 else { return "a very distant day" }
        let (year, month, dayOfMonth) = Self.date(Int(day))
        let second = self.seconds - Int(day) * 86_400
        let time = [second / 3600, second / 60 % 60, second % 60].map(Self.twoDigits).joined(separator: ":")
        return "\(year)-\(Self.twoDigits(month))-\(Self.twoDigits(dayOfMonth)) \(time) UTC"
    }

    /// The date of a number of days since 1970, in the Gregorian calendar.
    ///
    /// Counts in eras of 400 years that begin on a first of March, so that the leap day comes last.
    private static func date(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1
        let calendarMonth = month < 10 ? month + 3 : month - 9
        return (era * 400 + yearOfEra + (calendarMonth <= 2 ? 1 : 0), calendarMonth, dayOfMonth)
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
