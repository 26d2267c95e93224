#!/bin/sh
# Looks at the back-test's page in headless Chromium, light and dark, wide and narrow: it must draw, log no error, load
# nothing from outside and not scroll sideways. Pictures are left in the folder given.
#   tests/report/screenshot.sh [FOLDER] [PAGE.html]
# Needs Node; installs Debian's chromium and playwright-core (the driver only, no browser) where they are absent.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:-$root/target/report}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
page=${2:-$folder/report.html}

if [ $# -lt 2 ]; then
    cargo build --quiet --manifest-path "$root/Cargo.toml" --features cli
    "${CARGO_TARGET_DIR:-$root/target}/debug/account-security" backtest "$root/tests/data/sample.csv" \
        --rules wallet --rules "$root/tests/report/proposed.toml" --report "$page" --force >/dev/null
fi
command -v chromium >/dev/null || apt-get install -y --no-install-recommends chromium fonts-dejavu-core >/dev/null
[ -d "$folder/node_modules/playwright-core" ] ||
    npm install --prefix "$folder" --no-save --no-fund --no-audit --silent playwright-core@1.65.1
cp "$root/tests/report/screenshot.mjs" "$folder/screenshot.mjs"
node "$folder/screenshot.mjs" "$page" "$folder"
