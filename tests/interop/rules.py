"""The published schema of rule files, against what the command itself reads.

    rules.py BINARY

Every preset must fit the schema, as JSON and as TOML, and a file that one of the two refuses for its shape the other
must refuse as well.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import jsonschema

BINARY = sys.argv[1]
PRESETS = ["wallet", "card_issuer", "merchant_acquirer", "mobile_lite", "psd2_tra"]

# Shape is wrong: both refuse.
WRONG = [
    {"limits": {"dya": "5.00 EUR"}},
    {"limits": {"day": 5}},
    {"limits": {"day": "5.00"}},
    {"limits": 7},
    {"group_cap_db": 0},
    {"group_cap_db": "five"},
    {"group_cap_db": 1.5},
    {"schema_version": 2},
    {"currency": "euro"},
    {"novelty": {"payee": {"mode": "off"}}},
    {"novelty": {"payee": {"points_db": 61}}},
    {"novelty": {"payee": {"points_db": 6, "min_outcome": "stop"}}},
    {"velocity": [{"measure": "counts", "window": "1h", "above": 1, "rule": {"points_db": 1}}]},
    {"velocity": [{"measure": "count", "window": "1w", "above": 1, "rule": {"points_db": 1}}]},
    {"pattern": {"card_testing_count": 16}},
    {"rule": [{"id": "r r", "group": "pattern", "points_db": 1, "when": []}]},
    {"rule": [{"id": "r", "group": "record", "points_db": 1, "when": []}]},
    {"rule": [{"id": "r", "group": "pattern", "points_db": 1, "when": [{"feature": "hours", "op": ">", "value": 3}]}]},
    {"rule": [{"id": "r", "group": "pattern", "points_db": 1, "when": [{"feature": "hour", "op": "=>", "value": 3}]}]},
    {"lists": {"deny_countries": ["kp"]}},
    {"lists": {"deny_payees": ["fp:12"]}},
]

# Good in both.
RIGHT = [
    {},
    {"currency": None, "limits": {"day_minor": None}},
    {"limits": {"day": "5.00 EUR", "class": [{"payee": "new", "kind": "cash_out", "day": "4.00 EUR"}]}},
    {"velocity": [{"measure": "sum", "window": "1d", "above": "5.00 EUR", "rule": {"points_db": 1}}]},
    {"rule": [{"id": "r", "group": "limit", "when": [{"feature": "is_new_payee", "op": "==", "value": True}]}]},
    {"rule": [{"id": "r", "group": "limit", "when": [{"feature": "silent_ms", "op": ">", "value": "90d"}]}]},
    {"pattern": {"dormant": {"points_db": 3}, "dormant_ms": "60d"}},
    {"lists": {"deny_payees": ["mule", "fp:00000000000000ff"]}},
]


def command(*arguments):
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, check=False)


def main():
    schema = json.loads(command("rules", "schema").stdout)
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    for preset in PRESETS:
        validator.validate(json.loads(command("rules", "show", preset, "--json").stdout))
        validator.validate(tomllib.loads(command("rules", "show", preset).stdout))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rules.json"
        for rules, expected in [(rules, False) for rules in WRONG] + [(rules, True) for rules in RIGHT]:
            file.write_text(json.dumps(rules))
            read = command("rules", "check", str(file)).returncode == 0
            fits = validator.is_valid(rules)
            assert (read, fits) == (expected, expected), f"read: {read}, fits the schema: {fits}: {rules}"
    print(f"rules: {len(PRESETS)} presets fit the schema in both formats; {len(WRONG)} wrong and {len(RIGHT)} right files agree")


main()
