#!/usr/bin/env bash
# How well the engine finds fraud, beside a logistic regression and a random forest trained for the same week.
#
#     benches/risk/quality.sh FILE
#
# FILE: labelled card payments (tx_id,datetime,customer_id,terminal_id,amount,fraud,scenario; CSV, plain or .gz) that
# reach from April to 2018-06-17, such as the simulated data of the Fraud Detection Handbook. Everything of ours is fitted
# before June and scores the week of 2018-06-11 once, with labels seven days late. Exit 1 when a bar is missed there.
set -euo pipefail

[ "$#" -eq 1 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
file=$(realpath -e "$1")
cd "$(dirname "$0")/../.."
target="${CARGO_TARGET_DIR:-target}"
venv="$target/quality-venv"
scores=$(mktemp)
trap 'rm -f "$scores"' EXIT

cargo build --quiet --release --features cli
"$target/release/account-security" screen "$file" \
  --map at=datetime,account=customer_id,payee=terminal_id,label=fraud --currency EUR \
  --label-delay 7d --fit-until 2018-06-01 --scores "$scores" >/dev/null

[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r benches/risk/quality/requirements.txt
"$venv/bin/python" benches/risk/quality/table.py "$file" "$scores"
