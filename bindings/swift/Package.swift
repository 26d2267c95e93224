// swift-tools-version: 6.0
// The manifest for work on this package: it links the library that `bindings/test.sh swift` built. What is released is written
// by `release.sh`, with the XCFramework and its checksum.
import Foundation
import PackageDescription

let libraryFolder = ProcessInfo.processInfo.environment["ACCOUNT_SECURITY_LIBRARY"] ?? ".build/native"
let linked: [LinkerSetting] = [
    .unsafeFlags([
        "-L", libraryFolder, "-laccount_security_mobile", "-Xlinker", "-rpath", "-Xlinker", libraryFolder,
    ])
]

let package = Package(
    name: "AccountSecurity",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [.library(name: "AccountSecurity", targets: ["AccountSecurity"])],
    targets: [
        .systemLibrary(name: "AccountSecurityFFI", path: "Sources/AccountSecurityFFI/include/AccountSecurityFFI"),
        .target(
            name: "AccountSecurity", dependencies: ["AccountSecurityFFI"],
            resources: [.copy("Resources/PrivacyInfo.xcprivacy")], linkerSettings: linked),
        .executableTarget(name: "Sample", dependencies: ["AccountSecurity"]),
        .executableTarget(name: "Bench", dependencies: ["AccountSecurity"]),
        .testTarget(name: "AccountSecurityTests", dependencies: ["AccountSecurity"]),
    ],
    swiftLanguageModes: [.v6]
)
