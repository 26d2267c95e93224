#!/usr/bin/env bash
# Holds the command line against other implementations, both ways: argon2-cffi and libsodium for stored hashes, pyotp and
# oathtool for TOTP, zbarimg for QR codes, jsonschema for rule files.
#
#     tests/interop/run.sh [BINARY]
#
# Installs what is missing where it may; names what it skips. Under CI=true nothing may be skipped.
set -euo pipefail
cd "$(dirname "$0")/../.."

target="${CARGO_TARGET_DIR:-target}"
binary="${1:-$target/debug/account-security}"
venv="$target/interop-venv"

skip() { # name, reason
  if [ "${CI:-}" = "true" ]; then
    echo "FAILED: $1 would be skipped ($2), and CI skips nothing" >&2
    exit 1
  fi
  echo "skipped: $1: $2"
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

# The versions are fixed, so that a red run means that something here changed.
python_packages() {
  "$venv/bin/python" -c 'import argon2, jsonschema, nacl, pyotp' 2>/dev/null && return 0
  python3 -m venv "$venv" 2>/dev/null || { install pip3 python3-venv && python3 -m venv "$venv"; } || return 1
  "$venv/bin/pip" install --quiet --disable-pip-version-check \
    argon2-cffi==25.1.0 jsonschema==4.25.1 PyNaCl==1.6.2 pyotp==2.9.0
}

passwords() { "$venv/bin/python" tests/interop/passwords.py "$binary"; }

totp() { "$venv/bin/python" tests/interop/totp.py "$binary" "$@"; }

rules() { "$venv/bin/python" tests/interop/rules.py "$binary"; }

qr_codes() { sh tests/interop/qr.sh "$binary"; }

[ -x "$binary" ] || { echo "no command at $binary; build it with: cargo build --features cli" >&2; exit 2; }

if install python3 python3 && python_packages; then
  passwords
  rules
  if install oathtool oathtool; then
    totp --oathtool
  else
    totp
    skip "oathtool" "it is not there and could not be installed"
  fi
else
  skip "argon2-cffi, libsodium, pyotp, jsonschema" "Python or its packages could not be installed"
fi

if [ -e tests/interop/qr.sh ]; then
  if install zbarimg zbar-tools && install rsvg-convert librsvg2-bin && have python3; then
    qr_codes
  else
    skip "zbarimg" "zbar-tools or librsvg2-bin could not be installed"
  fi
fi
