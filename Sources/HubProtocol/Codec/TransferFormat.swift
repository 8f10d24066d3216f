/// What a transport carries: UTF-8 text, or any bytes.
///
/// A codec names the format its messages need; a transport that offers only ``text`` cannot carry a binary codec.
public enum TransferFormat: Sendable, Hashable {
    /// UTF-8 text; a WebSocket sends it in text frames.
    case text
    /// Any bytes; a WebSocket sends them in binary frames.
    case binary
}
