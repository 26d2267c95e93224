#!/usr/bin/env bash
# Builds the C library and installs it: headers, shared and static library, pkg-config file, CMake package.
#
#     bindings/c/install.sh /usr/local                 # release, with SQLite and rule files
#     PROFILE=dev FEATURES=capi bindings/c/install.sh /tmp/prefix
#
# Needs Rust and a C compiler on Linux. The shared library carries the SONAME libaccount_security.so.MAJOR (0.MINOR while the
# major number is 0), so that programs find the interface that they were built against and no other.
set -euo pipefail

prefix="${1:?usage: install.sh PREFIX}"
profile="${PROFILE:-release}"
features="${FEATURES:-capi,rules,sqlite}"
mkdir -p "$prefix"
prefix="$(cd "$prefix" && pwd)"
cd "$(dirname "$0")/../.."

version="$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)"
IFS=. read -r major minor _ <<< "$version"
interface="$major"
[ "$major" != 0 ] || interface="0.$minor"
soname="libaccount_security.so.$interface"

main() {
  local built
  built="${CARGO_TARGET_DIR:-target}/$([ "$profile" = dev ] && echo debug || echo "$profile")"
  # Each kind alone: several at once spoil link-time optimisation, and Rust users build neither.
  echo "building the static library ($profile, $features): some minutes the first time ..."
  build staticlib
  echo "building the shared library ..."
  build cdylib -- -C "link-arg=-Wl,-soname,$soname"
  install -d "$prefix/include" "$prefix/lib/pkgconfig" "$prefix/lib/cmake/AccountSecurity"
  install -m 644 include/account_security.h "$prefix/include/"
  install -m 644 "$built/libaccount_security.a" "$prefix/lib/"
  install -m 755 "$built/libaccount_security.so" "$prefix/lib/libaccount_security.so.$version"
  ln -sf "libaccount_security.so.$version" "$prefix/lib/$soname"
  ln -sf "$soname" "$prefix/lib/libaccount_security.so"
  fill bindings/c/account_security.pc.in > "$prefix/lib/pkgconfig/account_security.pc"
  fill bindings/c/AccountSecurityConfig.cmake.in > "$prefix/lib/cmake/AccountSecurity/AccountSecurityConfig.cmake"
  fill bindings/c/AccountSecurityConfigVersion.cmake.in \
    > "$prefix/lib/cmake/AccountSecurity/AccountSecurityConfigVersion.cmake"
  echo "installed account_security $version ($features, $profile) into $prefix"
}

build() { # crate type, more arguments
  local kind="$1"
  shift
  cargo rustc --quiet --lib --profile "$profile" --crate-type "$kind" --no-default-features --features "$features" "$@"
}

fill() {
  sed -e "s|@PREFIX@|$prefix|g; s|@VERSION@|$version|g; s|@SONAME@|$soname|g; s|@INTERFACE@|$interface|g" "$1"
}

main
