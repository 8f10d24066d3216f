// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

func hubs(_ product: String) -> Target.Dependency { .product(name: product, package: "swift-hubs") }

// Programs that are measured, what they are measured against, and `Bench`, which runs them. `dev/bench` starts it.
let package = Package(
    name: "hubs-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "swift-hubs", path: ".."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // What the programs share: clocks, arguments, the line each of them reports with.
        .target(name: "Measuring", swiftSettings: settings),
        .target(name: "CMeasuring"),

        // Runs the programs in turns and prints the tables.
        .executableTarget(name: "Bench", dependencies: ["Measuring"], swiftSettings: settings),

        // Redis, between two processes.
        .executableTarget(
            name: "RedisPublisher",
            dependencies: ["Measuring", hubs("BusCore"), hubs("RedisBus"), nioCore, logging],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "RedisSubscriber",
            dependencies: ["Measuring", hubs("BusCore"), hubs("RedisBus"), nioCore, logging],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "CRedisPublisher",
            dependencies: ["CMeasuring"],
            linkerSettings: [.linkedLibrary("hiredis")]
        ),
        .executableTarget(
            name: "CRedisSubscriber",
            dependencies: ["CMeasuring"],
            linkerSettings: [.linkedLibrary("hiredis")]
        ),

        // One process.
        .executableTarget(
            name: "InProcess",
            dependencies: ["Measuring", hubs("BusCore"), hubs("InMemoryBus"), nioCore, logging],
            swiftSettings: settings
        ),

        // WebSocket servers, and the load for both.
        .executableTarget(
            name: "HubFanOut",
            dependencies: [
                "Measuring", hubs("InMemoryBus"), hubs("HubRuntime"), hubs("HubServer"), nioCore, nioPosix, logging,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "PlainFanOut",
            dependencies: [
                "Measuring", nioCore, nioPosix,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(name: "CLoadGenerator", dependencies: ["CMeasuring"]),
    ]
)
