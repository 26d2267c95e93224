#!/usr/bin/env bash
# Kotlin and Swift, tested on a Debian machine with Rust: `test.sh [kotlin|swift|fresh|generate|bench|swift-bench]...`; without an argument
# the first three. Installs what is missing, says what it skips and why; under CI=true nothing may be skipped.
#
#   kotlin    builds the library, tests, stories, sample (JDK and Maven)
#   swift     the same in a Debian trixie of its own, kept in the cache folder (debootstrap, root, 3.3 GB)
#   fresh     generates the sources anew and compares them with those that are committed
#   generate  writes the sources anew; look at the difference before you keep it
#   bench     cost per call in Kotlin, after `kotlin`; `swift-bench` in Swift, after `swift`
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(dirname "$here")"
cache="${ACCOUNT_SECURITY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/account-security}"
target="${CARGO_TARGET_DIR:-$root/target}"
library="$target/bindings/native"
generated="$target/bindings/generated"
kotlin_generated="kotlin/account-security/src/main/generated/org/accountsecurity/account_security.kt"
swift_generated="swift/Sources/AccountSecurity/Generated/AccountSecurity.swift"
swift_header="swift/Sources/AccountSecurityFFI/include/AccountSecurityFFI/AccountSecurityFFI.h"

# PROFILE=dev is quicker to build and leaves copies of secrets on the stack: the tests of that fail then.
skipped=()
took=()

skip() { # name, reason
  if [ "${CI:-}" = "true" ]; then
    echo "FAILED: $1 would be skipped ($2), and CI skips nothing" >&2
    exit 1
  fi
  skipped+=("$1: $2")
}

have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

install() { # command, Debian package
  have "$1" && return 0
  have apt-get || return 1
  echo "installing $2 ..."
  as_root apt-get update -qq >/dev/null 2>&1 && as_root apt-get install -y -qq "$2" >/dev/null 2>&1 && have "$1"
}

timed() { # name, command...
  local name=$1 begin=$SECONDS
  shift
  "$@"
  took+=("$name: $((SECONDS - begin)) s")
}

# The library as phones get it, and one with another checksum.
build_library() {
  [ -z "${built:-}" ] || return 0
  built=yes
  timed "library" "$here/library.sh" "$library"
  if have readelf && [ -f "$library/libaccount_security_mobile.so" ]; then
    local alignment
    alignment=$(readelf -lW "$library/libaccount_security_mobile.so" | awk '$1 == "LOAD" { print $NF }' | sort -u)
    [ "$alignment" = "0x4000" ] || { echo "FAILED: LOAD segments are aligned to $alignment, not to 16 KB" >&2; exit 1; }
    local foreign
    foreign=$(nm -D --defined-only "$library/libaccount_security_mobile.so" | awk '{ print $3 }' | grep -c '^account_security_' || true)
    [ "$foreign" = "0" ] || { echo "FAILED: $foreign symbols of the C API in the mobile library" >&2; exit 1; }
    echo "library: $(stat -c %s "$library/libaccount_security_mobile.so") bytes, 16 KB pages, no C symbols"
  fi
  "$here/stale.sh" "$library" "$target/bindings/libstale.so"
}

# Into $generated. A dev library is enough: what is generated is the same.
generate() {
  timed "generator" env CARGO_TARGET_DIR="$target/bindings/generator" CARGO_PROFILE_DEV_DEBUG=0 \
    cargo build --locked --manifest-path "$here/uniffi-bindgen/Cargo.toml"
  # Symbols are stripped from the small library, and the generator reads them.
  (cd "$root" && cargo rustc --lib --crate-type cdylib --no-default-features --features uniffi,sqlite)
  local dev="$target/debug/libaccount_security.so" language
  rm -rf "$generated"
  for language in kotlin swift; do
    (cd "$root" && "$target/bindings/generator/debug/account-security-bindgen" generate --library "$dev" \
      --language "$language" --config "$here/uniffi.toml" --no-format --out-dir "$generated/$language")
  done
  # The generator leaves blanks at the ends of lines.
  find "$generated" -type f -exec sed -i 's/[ \t]*$//' {} +
}

pairs() {
  echo "$generated/kotlin/org/accountsecurity/account_security.kt $here/$kotlin_generated"
  echo "$generated/swift/AccountSecurity.swift $here/$swift_generated"
  echo "$generated/swift/AccountSecurityFFI.h $here/$swift_header"
}

write() {
  generate
  pairs | while read -r new committed; do cp "$new" "$committed"; done
}

fresh() {
  generate
  pairs | while read -r new committed; do
    diff -u "$committed" "$new" >&2 || { echo "FAILED: $committed is stale; run bindings/test.sh generate" >&2; exit 1; }
  done
  echo "the generated sources are fresh"
}

kotlin() {
  install javac default-jdk-headless || { skip "Kotlin" "no JDK, and it could not be installed"; return 0; }
  install mvn maven || { skip "Kotlin" "no Maven, and it could not be installed"; return 0; }
  build_library
  # The name that JNA looks for on the class path.
  local folder="$here/kotlin/account-security/target/native/linux-x86-64"
  [ "$(uname -m)" = "x86_64" ] || folder="$here/kotlin/account-security/target/native/linux-$(uname -m)"
  mkdir -p "$folder"
  cp "$library/libaccount_security_mobile.so" "$folder/"
  (cd "$here/kotlin" && mvn -B -ntp verify "-Dstale.library=$target/bindings/libstale.so")
  android
}

bench() {
  (cd "$here/kotlin" && mvn -B -ntp -q -pl account-security test-compile exec:java \
    -Dexec.mainClass=org.accountsecurity.Bench -Dexec.classpathScope=test)
}

# The library for phones can be checked here, and linked only where the NDK or Xcode is.
android() {
  have rustup || { skip "Android and iOS targets" "no rustup"; return 0; }
  local phone
  for phone in aarch64-linux-android armv7-linux-androideabi x86_64-linux-android aarch64-apple-ios; do
    if rustup target add "$phone" >/dev/null 2>&1; then
      # Without SQLite, whose C source needs the target's own compiler.
      (cd "$root" && cargo check --target "$phone" --lib --no-default-features --features uniffi)
    else
      skip "$phone" "rustup has no such target here"
    fi
  done
}

swift() {
  local system="$cache/swift"
  # A link whose target stands inside that system.
  if [ ! -L "$system/usr/bin/swift" ] && [ ! -e "$system/usr/bin/swift" ]; then
    [ "$(id -u)" -eq 0 ] || { skip "Swift" "its Debian trixie needs root"; return 0; }
    install debootstrap debootstrap || { skip "Swift" "debootstrap could not be installed"; return 0; }
    timed "Swift's own Debian, once" install_swift "$system" || { skip "Swift" "could not be installed"; return 0; }
  fi
  build_library
  # Swift finds its own libraries through /proc. /dev is never bound: removing the folder would remove the machine's devices.
  [ -e "$system/proc/self" ] || as_root mount -t proc proc "$system/proc"
  rm -rf "$system/work/swift" "$system/work/native" "$system/work/stories"
  mkdir -p "$system/work"
  cp -r "$here/swift" "$system/work/swift"
  cp -r "$library" "$system/work/native"
  cp "$target/bindings/libstale.so" "$system/work/native/"
  mkdir "$system/work/stories"
  cp "$root"/tests/scenarios/*.json "$root"/tests/scenarios/*.jsonl "$system/work/stories/"
  in_swift "$system" swift build --build-tests -Xswiftc -warnings-as-errors
  in_swift "$system" swift test --skip-build -Xswiftc -warnings-as-errors
  in_swift "$system" swift run --skip-build Sample
  # Another version of the library ends the app at first use, which is all that Swift's generated code offers.
  if in_swift "$system" LD_PRELOAD=/work/native/libstale.so ./.build/debug/Sample >"$target/bindings/stale.log" 2>&1; then
    echo "FAILED: Swift worked with a stale library" >&2
    exit 1
  fi
  grep -q "API checksum mismatch" "$target/bindings/stale.log" || { cat "$target/bindings/stale.log" >&2; exit 1; }
  echo "a stale library is refused"
}

swift_bench() { in_swift "$cache/swift" swift run -c release Bench; }

in_swift() { # system, [NAME=value...] command...
  local system=$1
  shift
  as_root chroot "$system" /usr/bin/env -i -C /work/swift HOME=/root PATH=/usr/bin:/bin LC_ALL=C.UTF-8 \
    ACCOUNT_SECURITY_LIBRARY=/work/native ACCOUNT_SECURITY_STORIES=/work/stories "$@"
}

install_swift() { # folder
  mkdir -p "$(dirname "$1")"
  debootstrap --variant=minbase trixie "$1" >/dev/null || return 1
  cp -L /etc/resolv.conf "$1/etc/resolv.conf"
  [ -e "$1/proc/self" ] || mount -t proc proc "$1/proc" || return 1
  chroot "$1" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends swiftlang libc6-dev libstdc++-14-dev >/dev/null || return 1
}

[ $# -gt 0 ] || set -- fresh kotlin swift
for part in "$@"; do
  case "$part" in
    kotlin | swift | fresh | bench) timed "$part" "$part" ;;
    swift-bench) timed "$part" swift_bench ;;
    generate) timed generate write ;;
    *) echo "usage: bindings/test.sh [kotlin|swift|fresh|generate|bench|swift-bench]..." >&2; exit 2 ;;
  esac
done

echo
printf 'took %s\n' "${took[@]}"
for reason in "${skipped[@]:-}"; do
  [ -z "$reason" ] || echo "skipped: $reason"
done
[ "${#skipped[@]}" -gt 0 ] || echo "skipped: nothing"
