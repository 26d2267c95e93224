#!/usr/bin/env bash
# Builds the library for phones, for this machine or for a target: `library.sh OUT_FOLDER [RUST_TARGET] [KIND]`.
# KIND is cdylib (default) or staticlib (Apple). PROFILE names a Cargo profile (default `mobile`, small).
set -euo pipefail
out=${1:?usage: library.sh OUT_FOLDER [RUST_TARGET] [KIND]}
target=${2:-}
kind=${3:-cdylib}
profile=${PROFILE:-mobile}
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
mkdir -p "$out"
out="$(cd "$out" && pwd)"
cd "$root"

link=()
case "$kind:${target:-$(rustc -vV | sed -n 's/^host: //p')}" in
  # 16 KB pages: what Android asks for since 15. Cargo names no SONAME by itself.
  cdylib:*linux*) link=(-C link-arg=-Wl,-z,max-page-size=16384 -C link-arg=-Wl,-soname,libaccount_security_mobile.so) ;;
  cdylib:*apple*) link=(-C link-arg=-Wl,-install_name,@rpath/libaccount_security_mobile.dylib) ;;
esac
# SQLite without what no statement of ours uses: full-text search, spatial indices, JSON, statistics, extensions. 0.4 MB less.
export LIBSQLITE3_FLAGS="${LIBSQLITE3_FLAGS:--USQLITE_ENABLE_FTS3 -USQLITE_ENABLE_FTS3_PARENTHESIS -USQLITE_ENABLE_FTS5 \
  -USQLITE_ENABLE_RTREE -USQLITE_ENABLE_DBSTAT_VTAB -USQLITE_ENABLE_STAT4 -USQLITE_SOUNDEX -USQLITE_ENABLE_COLUMN_METADATA \
  -USQLITE_ENABLE_LOAD_EXTENSION -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_OMIT_JSON -DSQLITE_OMIT_DEPRECATED \
  -DSQLITE_OMIT_SHARED_CACHE -DSQLITE_OMIT_GET_TABLE -DSQLITE_OMIT_COMPLETE -DSQLITE_DQS=0}"
# Exactly one shell in it: no C symbols. It is a program's part of its own, and so chooses its allocator: one that wipes.
cargo rustc --lib --crate-type "$kind" --profile "$profile" --no-default-features --features uniffi,sqlite \
  ${target:+--target "$target"} -- --cfg account_security_wipes_freed_memory ${link[@]+"${link[@]}"}

folder=${CARGO_TARGET_DIR:-$root/target}/${target:+$target/}$([ "$profile" = dev ] && echo debug || echo "$profile")
for built in libaccount_security.so libaccount_security.dylib account_security.dll libaccount_security.a; do
  [ -f "$folder/$built" ] || continue
  case "$kind:$built" in cdylib:*.a | staticlib:*.so | staticlib:*.dylib) continue ;; esac
  cp "$folder/$built" "$out/${built/account_security/account_security_mobile}"
  echo "$out/${built/account_security/account_security_mobile}"
done
