"""TOTP, both ways: our codes are theirs, theirs verify in ours, and key URIs are read on either side.

usage: totp.py BINARY [--oathtool]
"""

import datetime
import hashlib
import itertools
import json
import subprocess
import sys

import pyotp

BINARY = sys.argv[1]
OATHTOOL = "--oathtool" in sys.argv[2:]
MATCH, MISMATCH = 0, 1

ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha512": hashlib.sha512}
# The first step, the edges of a step, RFC 6238 appendix B, 2^31 and beyond.
TIMES = [0, 29, 30, 59, 1111111109, 1234567890, 2000000000, 2147483648, 20000000000]


def run(arguments, text):
    return subprocess.run([BINARY, *arguments], input=text.encode(), capture_output=True, check=False)


def check(condition, what):
    if not condition:
        sys.exit(f"FAILED: {what}")
    check.count += 1


check.count = 0


def by_oathtool(secret, algorithm, digits, period, at):
    now = datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
    arguments = ["oathtool", f"--totp={algorithm}", "-d", str(digits), "-s", f"{period}s", "--now", now, "-b", secret]
    return subprocess.run(arguments, capture_output=True, check=True).stdout.decode().strip()


def other_code(code):
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def codes(algorithm, digits, period):
    made = run(
        ["--json", "totp", "new", "--issuer", "Example Pay", "--account", "alice@example.com",
         "--algorithm", algorithm, "--digits", str(digits), "--period", str(period)], "",
    )
    check(made.returncode == 0, f"making a secret: {made.stderr!r}")
    answer = json.loads(made.stdout)
    uri, secret = answer["uri"], answer["secret"]
    theirs = pyotp.TOTP(secret, digits=digits, digest=ALGORITHMS[algorithm], interval=period)
    read = pyotp.parse_uri(uri)
    check((read.issuer, read.name) == ("Example Pay", "alice@example.com"), f"pyotp reads other names in {uri}")
    their_uri = theirs.provisioning_uri(name="bob@example.com", issuer_name="Their Bank")
    numbers = ["--algorithm", algorithm, "--digits", str(digits), "--period", str(period)]
    for at in TIMES:
        where = f"{algorithm} {digits} digits {period} s at {at}"
        ours = run(["totp", "code", *numbers, "--at", str(at)], secret).stdout.decode().strip()
        check(ours == theirs.at(at), f"pyotp has another code: {where}")
        check(read.at(at) == ours, f"pyotp reads another key from our URI: {where}")
        from_uri = run(["totp", "code", "--at", str(at)], their_uri).stdout.decode().strip()
        check(from_uri == ours, f"we read another key from pyotp's URI: {where}")
        if OATHTOOL:
            check(by_oathtool(secret, algorithm, digits, period, at) == ours, f"oathtool has another code: {where}")
        for typed, expected in [(theirs.at(at), MATCH), (other_code(ours), MISMATCH)]:
            said = run(["totp", "verify", *numbers, "--window", "0", "--at", str(at)], f"{secret}\n{typed}\n")
            check(said.returncode == expected, f"verify says {said.returncode}: {where}")


for algorithm, digits, period in itertools.product(ALGORITHMS, [6, 8], [30, 60]):
    codes(algorithm, digits, period)
print(f"totp: {check.count} checks against pyotp{' and oathtool' if OATHTOOL else ''}")
