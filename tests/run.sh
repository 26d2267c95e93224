#!/usr/bin/env bash
# Passes all tests on a fresh Debian machine with Rust: installs what is missing, says what it skips and why, and how long each
# part took. `tests/run.sh PART...` runs some parts alone. Under CI=true nothing may be skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

parts=(rust interop report c phones)
[ "$#" -eq 0 ] || parts=("$@")
skipped=()
times=()

skip() { # name, reason
  if [ "${CI:-}" = "true" ]; then
    echo "FAILED: $1 would be skipped ($2), and CI skips nothing" >&2
    exit 1
  fi
  skipped+=("$1: $2")
}

have() { command -v "$1" >/dev/null 2>&1; }

install() { # command, Debian package
  have "$1" && return 0
  have apt-get || return 1
  local as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
  echo "installing $2 ..."
  "${as_root[@]}" apt-get update -qq >/dev/null 2>&1 && "${as_root[@]}" apt-get install -y -qq "$2" >/dev/null 2>&1
}

# The core and everything in Rust, with real servers on loopback ports of their own, started and stopped by the tests;
# PostgreSQL refuses to run as root, so then it runs as `nobody`, by setpriv.
rust() {
  install redis-server redis-server || skip "Redis" "redis-server could not be installed"
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || install initdb postgresql || true
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || have initdb || skip "PostgreSQL" "postgresql could not be installed"
  cargo test --all-features
}

# Hashes, codes and QR pictures against other implementations, both ways.
interop() { bash tests/interop/run.sh; }

# The back-test's page as people see it, light, dark and on a phone.
report() {
  if install node nodejs && install npm npm && install chromium chromium; then
    sh tests/report/screenshot.sh
  else
    skip "the report in Chromium" "nodejs, npm or chromium could not be installed"
  fi
}

# The header, the examples, the stories; under valgrind and the sanitizers too.
c() { bash bindings/c/test.sh; }

# Kotlin and Swift: the same stories, the samples.
phones() { bash bindings/test.sh; }

if ! have cargo; then
  echo "Rust is needed: install it from https://rustup.rs" >&2
  exit 2
fi
# The core is pure Rust. Everything else needs a C compiler, because SQLite is built from its source.
if ! install cc build-essential; then
  skip "everything but the core" "no C compiler, and it could not be installed"
  cargo test --no-default-features
  parts=()
fi
for part in ${parts[@]+"${parts[@]}"}; do
  case "$part" in
    rust | interop | report | c | phones) ;;
    *)
      echo "no part $part; there are rust, interop, report, c and phones" >&2
      exit 2
      ;;
  esac
  echo
  echo "=== $part"
  since=$SECONDS
  "$part"
  times+=("$part $((SECONDS - since)) s")
done

echo
for reason in "${skipped[@]:-}"; do
  [ -z "$reason" ] || echo "skipped: $reason"
done
[ "${#skipped[@]}" -gt 0 ] || echo "skipped: nothing"
printf 'took: %s\n' ${times[@]+"${times[@]}"}
echo "all tests passed"
