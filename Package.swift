// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// Libraries also spell every unsafe expression (SE-0458), so that `unsafe` stays in the files that wrap C.
let librarySettings = settings + [.strictMemorySafety()]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let bits: Target.Dependency = .product(name: "BitCollections", package: "swift-collections")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")

let package = Package(
    name: "swift-hubs",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "BusCore", targets: ["BusCore"]),
        .library(name: "InMemoryBus", targets: ["InMemoryBus"]),
        .library(name: "RedisBus", targets: ["RedisBus"]),
        .library(name: "BusConformance", targets: ["BusConformance"]),
        .library(name: "BusConformanceProxy", targets: ["BusConformanceProxy"]),
        .library(name: "BusConformanceTesting", targets: ["BusConformanceTesting"]),
        .library(name: "HubProtocol", targets: ["HubProtocol"]),
        .library(name: "HubRuntime", targets: ["HubRuntime"]),
        .library(name: "HubServer", targets: ["HubServer"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The contract of a bus, and what makes one of a link.
        .target(name: "BusCore", dependencies: [nioCore, logging, deque, heap, bits], swiftSettings: librarySettings),
        .target(
            name: "InMemoryBus",
            dependencies: ["BusCore", nioCore, logging, deque],
            swiftSettings: librarySettings
        ),

        .testTarget(
            name: "BusCoreTests",
            dependencies: ["BusCore", nioCore, logging, deque, bits],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InMemoryBusTests",
            dependencies: [
                "BusCore", "InMemoryBus", "InMemoryTestSupport", "BusConformance", "BusConformanceTesting", nioCore,
                logging,
            ],
            swiftSettings: settings
        ),

        // The conformance kit, for authors of buses. Only one of its products needs Swift Testing, only one sockets.
        .target(name: "BusConformance", dependencies: ["BusCore", nioCore], swiftSettings: librarySettings),
        .target(
            name: "BusConformanceProxy",
            dependencies: [nioCore, nioPosix, deque],
            swiftSettings: librarySettings
        ),
        .target(name: "BusConformanceTesting", dependencies: ["BusConformance"], swiftSettings: librarySettings),
        .target(
            name: "InMemoryTestSupport",
            dependencies: ["BusCore", "BusConformance", "BusConformanceProxy", "InMemoryBus", nioCore, logging],
            path: "Tests/InMemoryTestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "BusConformanceTests",
            dependencies: [
                "BusCore", "BusConformance", "BusConformanceProxy", "BusConformanceTesting", "InMemoryBus",
                "InMemoryTestSupport", nioCore, nioPosix, logging,
            ],
            swiftSettings: settings
        ),

        // The hub protocol: values, no I/O.
        .target(name: "HubProtocol", dependencies: [nioCore], swiftSettings: librarySettings),
        .testTarget(name: "HubProtocolTests", dependencies: ["HubProtocol", nioCore], swiftSettings: settings),

        // Hubs: connections, groups, delivery, and the backplane over a bus.
        .target(
            name: "HubRuntime",
            dependencies: ["BusCore", "HubProtocol", nioCore, logging, deque],
            swiftSettings: librarySettings
        ),
        .target(
            name: "HubRuntimeTestSupport",
            dependencies: ["BusCore", "HubProtocol", "HubRuntime", nioCore, nioEmbedded, logging],
            path: "Tests/HubRuntimeTestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "HubRuntimeTests",
            dependencies: [
                "BusCore", "HubProtocol", "HubRuntime", "HubRuntimeTestSupport", "InMemoryBus", nioCore, nioEmbedded,
                logging,
            ],
            swiftSettings: settings
        ),

        // HTTP and WebSockets for hubs.
        .target(
            name: "HubServer",
            dependencies: [
                "BusCore", "HubRuntime", nioCore, nioPosix, nioHTTP1, nioWebSocket, unixSignals, logging,
            ],
            swiftSettings: librarySettings
        ),
        .testTarget(
            name: "HubServerTests",
            dependencies: [
                "BusCore", "HubRuntime", "HubServer", "InMemoryBus", nioCore, nioPosix, nioHTTP1, nioEmbedded,
            ],
            swiftSettings: settings
        ),

        // Redis. libhiredis is found by the system's compiler; only this product needs it.
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"]), .brew(["hiredis"])]),
        .target(name: "CHiredisShim", dependencies: ["CHiredis"], linkerSettings: [.linkedLibrary("hiredis")]),
        .target(
            name: "RedisBus",
            dependencies: ["BusCore", "CHiredisShim", nioCore, nioPosix, nioSSL, nioTLS, logging, deque],
            swiftSettings: librarySettings
        ),
        .target(name: "RedisTestSupport", path: "Tests/RedisTestSupport", swiftSettings: settings),
        .testTarget(
            name: "RedisBusTests",
            dependencies: ["BusCore", "RedisBus", "RedisTestSupport", "CHiredis", nioCore, nioPosix, nioSSL, logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "BusCore", "HubRuntime", "HubRuntimeTestSupport", "RedisBus", "RedisTestSupport", nioCore, logging,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "RedisConformanceSupport",
            dependencies: [
                "BusConformance", "BusConformanceProxy", "BusCore", "RedisBus", "RedisTestSupport", nioCore, logging,
            ],
            path: "Tests/RedisConformanceSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "RedisConformanceTests",
            dependencies: [
                "BusConformance", "BusConformanceTesting", "RedisConformanceSupport", "RedisTestSupport", nioCore,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "RedisConformanceRunner",
            dependencies: [
                "BusConformance", "RedisBus", "RedisConformanceSupport", "RedisTestSupport", argumentParser,
            ],
            path: "Tests/RedisConformanceRunner",
            swiftSettings: settings
        ),
        .testTarget(
            name: "RedisChaosTests",
            dependencies: ["BusConformance", "RedisConformanceSupport"],
            swiftSettings: settings
        ),

        // The example that dev/run starts. Its page is embedded in the program.
        .executableTarget(
            name: "Chat",
            dependencies: [
                "BusCore", "HubProtocol", "HubRuntime", "HubServer", "InMemoryBus", "RedisBus", argumentParser, nioCore,
                logging,
            ],
            path: "Examples/Chat",
            resources: [.embedInCode("Resources")],
            swiftSettings: settings
        ),
    ]
)

// dev/test and CI set this: a warning in this package, and not in those it depends on, is an error.
if Context.environment["HUBS_WARNINGS_AS_ERRORS"] != nil {
    for target in package.targets where target.swiftSettings != nil {
        target.swiftSettings?.append(.treatAllWarnings(as: .error))
    }
}
