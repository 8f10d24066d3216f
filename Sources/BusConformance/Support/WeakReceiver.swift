/// Tells whether a receiver is still held by somebody.
struct WeakReceiver {
    weak var receiver: Recorder?
}
