#!/usr/bin/env bash
# Makes a library of "another version" for the tests: `stale.sh FOLDER_OF_THE_LIBRARY OUT.so`. One checksum differs, everything
# else is found in the real library. Needs a C compiler.
set -euo pipefail
folder="$(cd "$1" && pwd)"
echo 'unsigned short uniffi_account_security_checksum_func_native_version(void) { return 1; }' |
  cc -shared -fPIC -x c - -o "$2" -Wl,--no-as-needed "-L$folder" -laccount_security_mobile "-Wl,-rpath,$folder"
