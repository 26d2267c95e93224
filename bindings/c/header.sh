#!/usr/bin/env bash
# Writes include/account_security.h from src/ffi/c; with `--check` says whether the committed one is fresh.
# cbindgen is kept in a cache outside the project: ${XDG_CACHE_HOME:-~/.cache}/account-security.
set -euo pipefail
cd "$(dirname "$0")/../.."

cbindgen_version=0.29.4
cache="${XDG_CACHE_HOME:-$HOME/.cache}/account-security/cbindgen-$cbindgen_version"

main() {
  local work
  work="$(mktemp -d)"
  # shellcheck disable=SC2064
  trap "rm -rf '$work'" EXIT
  [ -x "$cache/bin/cbindgen" ] || install_cbindgen
  settings > "$work/cbindgen.toml"
  "$cache/bin/cbindgen" --quiet --config "$work/cbindgen.toml" --output "$work/raw.h" src/ffi/c/mod.rs
  # Rust's own heading for what C reads at the top of the file, and empty lines that are left twice.
  awk '/^ \* # Safety/ { skip = 2; next } skip > 0 { skip--; if (skip == 1 || /header.s rules/) next }
    $0 == " *" && last == " *" { next } { last = $0; print }' \
    "$work/raw.h" > "$work/account_security.h"
  if [ "${1:-}" = "--check" ]; then
    diff -u include/account_security.h "$work/account_security.h" || {
      echo "include/account_security.h is stale: run bindings/c/header.sh" >&2
      exit 1
    }
  else
    cp "$work/account_security.h" include/account_security.h
  fi
}

install_cbindgen() {
  echo "installing cbindgen $cbindgen_version into a cache ..." >&2
  cargo install --quiet --locked --debug cbindgen --version "$cbindgen_version" --root "$cache"
}

# The settings with the package's version in them.
settings() {
  local version major minor patch number abi
  version="$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)"
  IFS=. read -r major minor patch <<< "$version"
  number=$((major * 1000000 + minor * 1000 + patch))
  abi=$((major > 0 ? major * 1000 : minor))
  sed -e "s/@MAJOR@/$major/; s/@MINOR@/$minor/; s/@PATCH@/$patch/; s/@NUMBER@/$number/; s/@ABI@/$abi/" \
    bindings/c/cbindgen.toml
}

main "$@"
