import Foundation

/// What a process reads of time.
public enum ProcessClock {
    /// Seconds of a clock that all processes of a machine share.
    public static var now: Double { Self.seconds(CLOCK_MONOTONIC) }

    /// The CPU time this process has used, in seconds, kernel included.
    public static var cpu: Double { Self.seconds(CLOCK_PROCESS_CPUTIME_ID) }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        precondition(clock_gettime(clock, &time) == 0, "The clock \(clock) cannot be read.")
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
