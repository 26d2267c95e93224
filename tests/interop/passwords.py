"""Stored hashes, both ways: ours verify in argon2-cffi and libsodium, theirs verify in ours.

usage: passwords.py BINARY
"""

import itertools
import subprocess
import sys
from importlib.metadata import version

import argon2
import argon2.low_level
import nacl.exceptions
import nacl.pwhash

BINARY = sys.argv[1]
MATCH, MISMATCH, REFUSED = 0, 1, 4

# In normalisation form C, because the others hash what they are given.
PASSWORDS = [
    b"correct horse battery staple",
    "密码是马和电池".encode(),
    "Zoë Käse straße".encode(),
    "🔑🐎🔋 emoji".encode(),
    b"nul\0byte",
    b"\xff\xfe no text",
    b"x" * 1024,
]


def run(arguments, password):
    return subprocess.run([BINARY, *arguments], input=password, capture_output=True, check=False)


def verified(phc, password):
    return run(["password", "verify", "--phc", phc], password).returncode


def check(condition, what):
    if not condition:
        sys.exit(f"FAILED: {what}")
    check.count += 1


check.count = 0


def cffi_verifies(phc, password):
    try:
        return argon2.PasswordHasher().verify(phc, password)
    except argon2.exceptions.VerifyMismatchError:
        return False


def libsodium_verifies(phc, password):
    try:
        return nacl.pwhash.argon2id.verify(phc.encode(), password)
    except nacl.exceptions.InvalidkeyError:
        return False


def ours_in_theirs():
    for password in PASSWORDS:
        made = run(["password", "hash"], password)
        check(made.returncode == 0, f"hashing {password[:20]!r}: {made.stderr!r}")
        phc = made.stdout.decode().strip()
        check(phc.startswith("$argon2id$v=19$m=19456,t=2,p=1$"), f"a plain PHC string: {phc}")
        for name, verifies in [("argon2-cffi", cffi_verifies), ("libsodium", libsodium_verifies)]:
            check(verifies(phc, password), f"{name} refuses our hash of {password[:20]!r}: {phc}")
            check(not verifies(phc, password + b"!"), f"{name} takes another password for {phc}")
        check(verified(phc, password) == MATCH, f"we refuse our own {phc}")


def made_by_cffi():
    types = [argon2.Type.ID, argon2.Type.I, argon2.Type.D]
    costs = [(8, 1, 1), (64, 3, 2), (1024, 2, 4), (19456, 2, 1), (4099, 1, 3)]
    for (m_kib, t, p), type_, password in itertools.product(costs, types, PASSWORDS):
        hasher = argon2.PasswordHasher(time_cost=t, memory_cost=m_kib, parallelism=p, type=type_)
        yield password, hasher.hash(password)
    for salt_len, tag_len in [(8, 16), (16, 24), (32, 64), (64, 33)]:
        hasher = argon2.PasswordHasher(
            time_cost=1, memory_cost=64, parallelism=1, salt_len=salt_len, hash_len=tag_len
        )
        yield PASSWORDS[0], hasher.hash(PASSWORDS[0])
    for type_ in types:
        raw = argon2.low_level.hash_secret(
            PASSWORDS[0], b"somesaltsomesalt", 2, 256, 1, 32, type_, version=16
        ).decode()
        yield PASSWORDS[0], raw
        # As software older than the version field wrote it.
        yield PASSWORDS[0], raw.replace("$v=16", "")


def made_by_libsodium():
    sodium = nacl.pwhash
    for password in PASSWORDS:
        for module, t in [(sodium.argon2id, 1), (sodium.argon2id, 3), (sodium.argon2i, 3)]:
            made = module.str(password, opslimit=t, memlimit=8 * 1024 * 1024)
            yield password, made.rstrip(b"\0").decode()


def theirs_in_ours():
    for password, phc in itertools.chain(made_by_cffi(), made_by_libsodium()):
        check(verified(phc, password) == MATCH, f"we refuse {phc} for {password[:20]!r}")
        check(verified(phc, b"wrong") == MISMATCH, f"we take a wrong password for {phc}")


def damage_is_no_mismatch():
    phc = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(b"a")
    # Two characters less are no base64 of any length; one less may be a shorter hash.
    for damaged in [phc[:-2], phc + "=", phc.replace("m=64", "m=4294967295"), phc.replace("p=1", "p=0")]:
        check(verified(damaged, b"a") == REFUSED, f"not refused: {damaged}")


ours_in_theirs()
theirs_in_ours()
damage_is_no_mismatch()
print(f"passwords: {check.count} checks against argon2-cffi {version('argon2-cffi')} and libsodium")
