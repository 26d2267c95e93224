#!/usr/bin/env bash
# Everything about the C API: header, examples, bad input, stories, valgrind, sanitizers. Installs what is missing on Debian,
# says what it skips and why, and how long each part takes. Under CI=true nothing may be skipped.
#
#     bindings/c/test.sh                # builds the development profile; PROFILE=release for the other
set -euo pipefail
cd "$(dirname "$0")"
here="$PWD"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
prefix="$work/prefix"
skipped=()
warnings=(-Wall -Wextra -Werror -pedantic -Wconversion)
posix=(-D_POSIX_C_SOURCE=200809L)
runner=(story/main.c story/steps.c story/steps_access.c story/steps_audit.c story/steps_contacts.c story/steps_desk.c
  story/steps_factors.c story/steps_freezes.c story/steps_passwords.c story/steps_payments.c story/args.c story/answers.c story/answers_flows.c story/answers_desk.c
  story/place.c story/out.c story/json.c)
tests=(tests/main.c tests/versions.c tests/bad_input.c tests/bad_input_of_flows.c tests/null_of_flows.c tests/answers.c tests/desk.c
  tests/options.c tests/call_backs.c tests/threads.c tests/secrets.c story/place.c)
# std's symbol cache would be reported as reachable memory.
export RUST_BACKTRACE=0

main() {
  part "tools" tools
  part "library" library
  part "header is fresh" fresh
  part "header alone" header_alone
  part "examples" examples
  part "bad input, call-backs, threads, copies of secrets" bad_input
  part "stories" stories
  part "pkg-config and CMake" packages
  part "valgrind" under_valgrind
  part "ASan and UBSan" sanitized
  report
}

part() { # name, function
  local began=$SECONDS
  echo "== $1"
  "$2"
  echo "   $((SECONDS - began)) s"
}

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
  "${as_root[@]}" apt-get update -qq >/dev/null 2>&1 || true
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$2" >/dev/null 2>&1
}

tools() {
  install gcc gcc && install g++ g++ || { echo "gcc and g++ are needed" >&2; exit 2; }
  install clang clang || skip "clang" "it could not be installed"
  install valgrind valgrind || true
  install cmake cmake || true
  install make make || true
  install pkg-config pkg-config || true
}

library() { (PROFILE="${PROFILE:-dev}" "$here/install.sh" "$prefix"); }

fresh() { "$here/header.sh" --check; }

header_alone() {
  local compiler
  # Twice, so that the guard is tried too.
  printf '#include "account_security.h"\n#include "account_security.h"\nint main(void) { return 0; }\n' > "$work/header.c"
  cp "$work/header.c" "$work/header.cpp"
  for compiler in gcc clang; do
    have "$compiler" || continue
    "$compiler" -std=c99 "${warnings[@]}" -I"$prefix/include" -fsyntax-only "$work/header.c"
    "$compiler" -std=c11 "${warnings[@]}" -Wc++-compat -I"$prefix/include" -fsyntax-only "$work/header.c"
  done
  for compiler in g++ clang++; do
    have "$compiler" || continue
    "$compiler" -std=c++17 "${warnings[@]}" -I"$prefix/include" -fsyntax-only "$work/header.cpp"
  done
  if have clang; then
    clang -std=c99 -Weverything -Werror -I"$prefix/include" -fsyntax-only "$work/header.c"
  fi
  attributes_warn
}

# NULL where it must not be, and a result that is not looked at, do not compile under -Werror; NULL where it may be does.
attributes_warn() {
  local body
  for body in 'account_security_free(NULL)' 'account_security_check_header()'; do
    printf '#include "account_security.h"\nvoid wrong(void);\nvoid wrong(void) { %s; }\n' "$body" > "$work/wrong.c"
    if gcc -Wall -Werror -I"$prefix/include" -c "$work/wrong.c" -o "$work/wrong.o" 2>/dev/null; then
      echo "the compiler does not warn of: $body" >&2
      exit 1
    fi
  done
  # An identity may be missing.
  cat > "$work/right.c" <<'END'
#include "account_security.h"
account_security_result right(const account_security *security, account_security_text text,
                              const account_security_lift_answer **answer);
account_security_result right(const account_security *security, account_security_text text,
                              const account_security_lift_answer **answer) {
  return account_security_lift(security, text, text, text, text, text, NULL, text, answer);
}
END
  gcc "${warnings[@]}" -I"$prefix/include" -c "$work/right.c" -o "$work/right.o"
  sed 's/NULL, text, answer/NULL, text, NULL/' "$work/right.c" > "$work/wrong.c"
  if gcc "${warnings[@]}" -Wno-unused-parameter -I"$prefix/include" -c "$work/wrong.c" -o "$work/wrong.o" 2>/dev/null; then
    echo "the compiler does not warn of an answer that is NULL" >&2
    exit 1
  fi
}

compile() { # compiler, output, arguments
  local compiler="$1" output="$2"
  shift 2
  "$compiler" "${warnings[@]}" -g -I"$prefix/include" "$@" -o "$work/$output" -L"$prefix/lib" -laccount_security \
    -lpthread -Wl,-rpath,"$prefix/lib"
}

examples() {
  compile gcc example_c -std=c99 example.c
  compile g++ example_cpp -std=c++17 example.cpp
  for example in example_c example_cpp; do
    "$work/$example" > "$work/$example.txt"
    tail -n 1 "$work/$example.txt" | grep -qx "the end"
  done
  cat "$work/example_c.txt"
  # The program in the README.
  sed -n '/^```c$/,/^```$/p' README.md | grep -v '^```' > "$work/readme.c"
  compile gcc readme -std=c99 "$work/readme.c"
  (cd "$work" && ./readme)
}

bad_input() {
  compile gcc tests -std=c99 "${posix[@]}" "${tests[@]}"
  "$work/tests"
  compile g++ throws -std=c++17 tests/throws.cpp
  "$work/throws"
  # A header of another interface: a higher minor number, which the library does not have.
  mkdir -p "$work/stale"
  sed 's/^#define ACCOUNT_SECURITY_VERSION [0-9]*/#define ACCOUNT_SECURITY_VERSION 999001000/' \
    "$prefix/include/account_security.h" > "$work/stale/account_security.h"
  gcc -std=c99 "${warnings[@]}" -I"$work/stale" tests/stale_header.c -o "$work/stale_header" -L"$prefix/lib" \
    -laccount_security -Wl,-rpath,"$prefix/lib"
  "$work/stale_header" && echo "a header of another version is noticed"
}

stories() {
  compile gcc story -std=c99 "${posix[@]}" "${runner[@]}"
  "$work/story" ../../tests/scenarios/*.json
}

packages() {
  readelf -d "$prefix/lib/libaccount_security.so" | grep -q "SONAME.*libaccount_security.so.[0-9]" || exit 1
  # Nothing of ours but the API leaves the library.
  if nm -D --defined-only "$prefix/lib/libaccount_security.so" | awk '{ print $3 }' | grep -v '^account_security_'; then
    echo "the shared library exports more than the API" >&2
    exit 1
  fi
  if have pkg-config; then
    export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
    # shellcheck disable=SC2046
    gcc -std=c99 example.c -o "$work/by_pkg_config" $(pkg-config --cflags --libs account_security)
    LD_LIBRARY_PATH="$prefix/lib" "$work/by_pkg_config" | tail -n 1 | grep -qx "the end"
  else
    skip "pkg-config" "it could not be installed"
  fi
  if have cmake && have make; then
    by_cmake
  else
    skip "CMake" "cmake or make could not be installed"
  fi
}

by_cmake() {
  local version
  version="$(PKG_CONFIG_PATH="$prefix/lib/pkgconfig" pkg-config --modversion account_security)"
  cmake -S tests -B "$work/cmake" -DCMAKE_PREFIX_PATH="$prefix" -DWANTED="${version%.*}" > "$work/cmake.log"
  cmake --build "$work/cmake" >> "$work/cmake.log"
  "$work/cmake/example_shared" | tail -n 1 | grep -qx "the end"
  "$work/cmake/example_static" | tail -n 1 | grep -qx "the end"
  # Another interface is not found.
  if cmake -S tests -B "$work/cmake_other" -DCMAKE_PREFIX_PATH="$prefix" -DWANTED=999.0 > /dev/null 2>&1; then
    echo "CMake took another version" >&2
    exit 1
  fi
}

under_valgrind() {
  if ! have valgrind; then
    skip "valgrind" "it could not be installed"
    return
  fi
  local check=(valgrind --quiet --num-callers=60 --leak-check=full --show-leak-kinds=definite,possible
    --errors-for-leak-kinds=definite,possible --suppressions=tests/valgrind.supp --error-exitcode=9)
  "${check[@]}" "$work/tests" no-search
  "${check[@]}" "$work/example_c" > /dev/null
  "${check[@]}" "$work/story" ../../tests/scenarios/*.json
}

sanitized() {
  local static=("$prefix/lib/libaccount_security.a" -lgcc_s -lutil -lrt -lpthread -lm -ldl)
  local flags=(-fsanitize=address,undefined -fno-sanitize-recover=all -g -I"$prefix/include")
  gcc -std=c99 "${posix[@]}" "${flags[@]}" "${tests[@]}" -o "$work/tests_asan" "${static[@]}"
  gcc -std=c99 "${posix[@]}" "${flags[@]}" "${runner[@]}" -o "$work/story_asan" "${static[@]}"
  g++ -std=c++17 "${flags[@]}" example.cpp -o "$work/example_asan" "${static[@]}"
  "$work/tests_asan" no-search
  "$work/story_asan" ../../tests/scenarios/*.json
  "$work/example_asan" > /dev/null
}

report() {
  for reason in "${skipped[@]:-}"; do
    [ -z "$reason" ] || echo "skipped: $reason"
  done
  [ "${#skipped[@]}" -gt 0 ] || echo "skipped: nothing"
  echo "C: all tests passed in $SECONDS s"
}

main
