import Foundation

/// How a server hears that it has been measured: the one that started it closes its standard input.
public enum StandardInput {
    /// Waits, on a thread that does nothing else, until standard input ends.
    public static func ended() async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                while let bytes = try? FileHandle.standardInput.read(upToCount: 1), !bytes.isEmpty {}
                continuation.resume()
            }
        }
    }
}
