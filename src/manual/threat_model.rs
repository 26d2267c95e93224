//! Who attacks, what is promised, what is not, and what is left to the caller.
//!
//! # What is guarded
//! Money and accounts: passwords, second factors, codes, freezes, limits, and the proof of what was decided.
//!
//! # Who attacks, and what stops them
//! | attacker | can | is stopped by |
//! |---|---|---|
//! | a guesser on the network | try passwords and codes from many places at once | one failure budget per account, counted by a committed write before the answer; tries carried over resends |
//! | a phisher in the middle | relay a code for another payment | the code's tag covers account, purpose, destination, amount and payee |
//! | someone who reads an old message or screen | use a code again | single use by compare-and-swap; a TOTP step is spent with every step before it |
//! | a reader of the database | learn secrets | sealed records, keyed look-up keys, keyed tags of codes, argon2id with pepper |
//! | a writer of the database | change, swap or cut rows | AEAD bound to account and version; a MAC chain whose head is in the sealed record |
//! | a dishonest agent | unfreeze a friend's account | ranks, dual control, release references, every act in the chain; no call gives out a secret |
//! | a broken or lying clock | revive codes, end freezes | time never runs back behind the record; a leap of more than ten years is refused |
//! | hostile bytes | crash, exhaust memory | strict bounded parsers, ceilings before allocation, no panic outside tests |
//!
//! # What is not promised
//! - Who holds the audit key can forge the chain. A roll-back of record and events together (an old backup) looks intact
//!   from inside; only a copy of the heads kept elsewhere shows it.
//! - Who owns the running process owns its keys.
//! - A clock that is wrong by hours, but forward, moves the account's time forward with it. Feed it from one trusted source.
//! - Whether an account exists shows to someone who can lock it out; flows that must hide this limit tries per source too.
//! - The hash function's inner state and the strength estimator's copies of a password are not wiped.
//!
//! # What the caller must do
//! - Authenticate who calls: authority, actor and step-up are arguments, and the caller vouches for them.
//! - Keep keys in a vault, the look-up key for the life of the store, and old keys as long as records name them.
//! - Treat every error as "denied", and tell customers only the public outcome.
//! - Drain the outbox and drop repeats by id.
