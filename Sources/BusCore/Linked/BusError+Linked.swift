extension BusError {
    static var busClosed: BusError {
        BusError(.closed, "The bus has been closed; nothing was sent or registered.")
    }

    static func tooManyInFlight(publishes: Int, bytes: Int) -> BusError {
        BusError(
            .overloaded,
            "\(publishes) publishes (\(bytes) bytes) wait for the backend's answer, and no more may; nothing was sent. "
                + "Publish more slowly, or wait for outcomes before publishing on."
        )
    }

    static func partDown(_ part: BusLinkPart, reason: String?) -> BusError {
        let why = reason.map { " (\($0))" } ?? ""
        return BusError(
            .notSent,
            "The \(part.name) is not connected\(why); the message was not sent. It is safe to publish it again."
        )
    }

    static func partSuspect(_ part: BusLinkPart) -> BusError {
        BusError(
            .notSent,
            "The \(part.name) has stopped answering; the message was not sent. It is safe to publish it again."
        )
    }

    static func unanswered(within limit: Duration) -> BusError {
        BusError(
            .indeterminate,
            "The backend did not answer within \(limit); the message may or may not be delivered. It is not sent again."
        )
    }

    static func lostInFlight(_ cause: BusError) -> BusError {
        BusError(
            .indeterminate,
            "The connection was lost before the backend answered; the message may or may not be delivered. "
                + "It is not sent again.",
            cause: cause
        )
    }
}
