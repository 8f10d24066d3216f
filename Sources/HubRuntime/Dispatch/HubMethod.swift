package import HubProtocol

/// One registered method: decodes its arguments, runs, and says how it ended.
package struct HubMethod<H: Hub>: Sendable {
    package typealias Body = @Sendable (H, HubCall, RawHubArguments) async throws -> OutgoingOutcome

    package let name: String
    package let body: Body
}
