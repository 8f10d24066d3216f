// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

// What the fuzzer is to find its way through: the shim in C and the codec. dev/fuzz adds the address sanitizer.
let tracedC: [CSetting] = [.unsafeFlags(["-fsanitize=fuzzer-no-link"])]
let traced = settings + [.unsafeFlags(["-sanitize=fuzzer"])]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")

// Only links to the code under test: this package has none of its own but the driver.
let package = Package(
    name: "Fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(url: "https://github.com/apple/swift-nio", from: "2.101.2")],
    targets: [
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"]), .brew(["hiredis"])]),
        .target(
            name: "CHiredisShim",
            dependencies: ["CHiredis"],
            cSettings: tracedC,
            linkerSettings: [.linkedLibrary("hiredis")]
        ),
        .target(
            name: "RedisBus",
            dependencies: ["CHiredisShim", nioCore],
            sources: ["Codec"],
            swiftSettings: traced + [.strictMemorySafety()]
        ),
        .target(name: "RedisTestSupport", swiftSettings: settings),
        .target(name: "FuzzDriver"),
        .executableTarget(
            name: "CodecFuzz",
            dependencies: ["RedisBus", "RedisTestSupport", "FuzzDriver", nioCore],
            swiftSettings: traced,
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]
        ),
    ]
)
