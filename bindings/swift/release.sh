#!/usr/bin/env bash
# Packs a release for Apple's platforms (macOS with Xcode only): an XCFramework, its checksum, and the manifest that names both.
#   release.sh OUT_FOLDER URL_OF_THE_ZIP
set -euo pipefail
out=${1:?usage: release.sh OUT_FOLDER URL_OF_THE_ZIP}
url=${2:?usage: release.sh OUT_FOLDER URL_OF_THE_ZIP}
[ "$(uname -s)" = "Darwin" ] || { echo "an XCFramework can only be made on macOS" >&2; exit 2; }
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
mkdir -p "$out" && out="$(cd "$out" && pwd)"
export IPHONEOS_DEPLOYMENT_TARGET=15.0 MACOSX_DEPLOYMENT_TARGET=12.0

slice() { # name, Rust targets...
  local name=$1 libraries=() target
  shift
  for target in "$@"; do
    rustup target add "$target"
    "$here/../library.sh" "$out/build/$target" "$target" staticlib
    libraries+=("$out/build/$target/libaccount_security_mobile.a")
  done
  mkdir -p "$out/build/$name"
  lipo -create "${libraries[@]}" -output "$out/build/$name/libaccount_security_mobile.a"
}
slice ios aarch64-apple-ios
slice simulator aarch64-apple-ios-sim x86_64-apple-ios
slice macos aarch64-apple-darwin x86_64-apple-darwin

# The header and its module map stand in a folder of their own, so that two such libraries fit into one app.
headers="$here/Sources/AccountSecurityFFI/include"
framework="$out/AccountSecurityFFI.xcframework"
rm -rf "$framework"
xcodebuild -create-xcframework \
  -library "$out/build/ios/libaccount_security_mobile.a" -headers "$headers" \
  -library "$out/build/simulator/libaccount_security_mobile.a" -headers "$headers" \
  -library "$out/build/macos/libaccount_security_mobile.a" -headers "$headers" \
  -output "$framework"
(cd "$out" && rm -f AccountSecurityFFI.xcframework.zip && ditto -c -k --keepParent AccountSecurityFFI.xcframework AccountSecurityFFI.xcframework.zip)
checksum=$(swift package compute-checksum "$out/AccountSecurityFFI.xcframework.zip")

mkdir -p "$out/package"
cp -R "$here/Sources" "$out/package/"
rm -rf "$out/package/Sources/AccountSecurityFFI" "$out/package/Sources/Sample"
cat >"$out/package/Package.swift" <<MANIFEST
// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "AccountSecurity",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [.library(name: "AccountSecurity", targets: ["AccountSecurity"])],
    targets: [
        .binaryTarget(name: "AccountSecurityFFI", url: "$url", checksum: "$checksum"),
        .target(
            name: "AccountSecurity", dependencies: ["AccountSecurityFFI"],
            resources: [.copy("Resources/PrivacyInfo.xcprivacy")]),
    ],
    swiftLanguageModes: [.v6]
)
MANIFEST
echo "$checksum"
