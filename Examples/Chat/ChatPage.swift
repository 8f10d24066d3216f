import HubServer
import NIOCore

/// The files of the page, embedded in the program: a copied binary works alone, and without a network.
enum ChatPage {
    /// Serves the page at `/`.
    static func serve(from server: HubServer) {
        serve(PackageResources.index_html, as: "text/html", at: "/", from: server)
        serve(PackageResources.chat_css, as: "text/css", at: "/chat.css", from: server)
        serve(PackageResources.chat_js, as: "text/javascript", at: "/chat.js", from: server)
        serve(PackageResources.hub_connection_js, as: "text/javascript", at: "/hub-connection.js", from: server)
    }

    private static func serve(_ file: [UInt8], as type: String, at path: String, from server: HubServer) {
        let response = HubServerResponse(
            headers: [
                ("Content-Type", "\(type); charset=utf-8"),
                ("Cache-Control", "no-cache"),
                ("Content-Security-Policy", securityPolicy),
                ("X-Content-Type-Options", "nosniff"),
            ],
            body: ByteBuffer(bytes: file)
        )
        server.get(path) { _ in response }
    }

    /// Scripts and styles come from this server only, whatever a message holds.
    private static let securityPolicy = "default-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'"
}
