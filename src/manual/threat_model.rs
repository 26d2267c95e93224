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
//! | the same, or a reader of an export | learn whom an account pays, by trying account numbers | a mask that takes the look-up key to make, over payee and content of every payment in the audit trail; not hidden is which labelled payments went to one payee |
//! | a writer of the database | change, swap or cut rows | AEAD bound to account and version; a MAC chain whose head is in the sealed record |
//! | a stranger at the door | learn who has an account, lock the owner out, have messages sent | one shape of refusal; the same work for every name; known devices and resets with budgets of their own; send budgets with a brake |
//! | a thief with the password | reach the second factor | a ticket that changes its name with every proof; one budget over all second factors, of which a right code forgives its own kind only |
//! | a thief in a session, without a factor | use up the owner's codes, lock the owner's second factors | messages and a lock of their own for what takes the password |
//! | a thief with the phone or the mail | move the account to a new number | both contacts in order, another proof first, a day of cooling-off, a cancel handle in every warning |
//! | a dishonest agent | unfreeze a friend's account | ranks, dual control, release references, a typed identity check where the owner's own will is undone, every act and every failed check in the chain; no call gives out a secret |
//! | a broken or lying clock | revive codes, end freezes | time never runs back behind the record; a leap of more than ten years is refused; a shorter one is set back by two of the desk, and wins back neither tries nor limits ([`clock`](crate::command::clock)) |
//! | hostile bytes | crash, exhaust memory | strict bounded parsers, ceilings before allocation, no panic outside tests |
//!
//! # What is not promised
//! - Who holds the audit key can forge the chain. A roll-back of record and events together (an old backup) looks intact
//!   from inside; only a check-point kept elsewhere shows it (below).
//! - Who owns the running process owns its keys.
//! - A clock that is wrong by hours, but forward, moves the account's time forward with it. Feed it from one trusted source.
//!   Two of the desk set back what runs an hour ahead or more. Not set back are payees, whose doubt fades only once time has
//!   caught up; the counts of names without an account; the time a password was set; and steps of an authenticator that were
//!   spent ahead of time, since no code is good twice.
//! - Whether an account exists is hidden in words, bytes, looks into the store and time, as far as a hundred thousand samples
//!   of each kind tell in one process. Not hidden is:
//!   - the processor itself: it runs faster what it runs more often (80 ns where three names in four had an account);
//!   - the first try in a cell that nobody tried since the day before: its look finds nothing;
//!   - the first reset of a day for a name whose budgets are all fresh: 25 looks instead of 13;
//!   - a reset by a contact that the account does not have;
//!   - a reset by a contact whose own number or prefix has used its messages up;
//!   - the first five wrong cancel handles while a contact is being changed: they are written down;
//!   - age: counts of names without an account are forgotten after two days.
//! - Nor is it hidden from somebody who tries very many names in turn. There is room for the counts of 131 072 names
//!   without an account ([`decoy`](crate::account::decoy)); a new one pushes out the one not tried for longest, and no
//!   account is ever pushed out. Whoever goes round that many names sees, at about seven tries a name, that the ones
//!   which block have an account. The library does not see who asks: limit tries of passwords and resets per source
//!   and in total, which is what makes a million tries in two days stand out.
//! - A stranger can keep the reset of an account shut that he knows by name, and cheaply. Five asks in a day do it, whether
//!   their messages go out or not: the next is heard a day after the last. So does a guess an hour, in silence, after a dozen
//!   to begin with; guesses at codes that were never sent count too, since they have to for names without an account. A
//!   thousand accounts take 24 000 guesses a day. Meanwhile an owner who forgot the password has the desk
//!   ([`ClearLockout`](crate::command::ClearLockout)) and nothing else; who knows it signs in, which opens the reset, and
//!   known devices stay open. That guesses count only at codes that were sent would not help: the asks would be left, which
//!   are the cheaper. So limit asks and guesses, per source and in total, before they get here, and put a riddle in front.
//! - Whoever sits in a session, or holds one contact of a reset, can make the owner's sign-in wait: wrong second factors
//!   there block it too, an hour at a time, until the 44 that may be tried without the password are used up, in 34 hours.
//!   NIST bounds all wrong tries in a row, and the RTS ask for a block after five, so both doors share one row and its waits.
//!   The lock of such tries keeps nobody out who signs in; but signing in lifts it, and the waits can begin again. The
//!   owner is told at the tenth try of each row: close the session, change the password.
//! - A thief with password and phone guesses at the authenticator at three in a million each (with the usual window). Nine
//!   go unheard; a whole sign-in by the phone forgives these after a day of rest only, and until then the first one after
//!   each such sign-in blocks for a quarter of an hour and is told to the owner. That is nine a day unheard, or one chance in
//!   a hundred in a year. An owner who mistypes now and then starts anew with a right code of the authenticator, or a day
//!   later.
//! - What anybody can ask for is braked in a country where strangers sign up without end: resets and confirmations wait
//!   there, at most an hour after the last. Codes to confirmed contacts do not.
//! - Messages that tell the owner of a change are not held to the send budgets: an owner must hear of a thief whatever was
//!   sent before. Whoever controls an account and a number can have the company pay for such texts; watch their rate.
//! - A customer with an unlocked phone and everything on it stolen is guarded by cooling-off, freeze and hotline only.
//! - The hash function's inner state and the strength estimator's copies of a password are not wiped.
//!
//! # At the desk
//! - A deceived agent is the usual way in. What undoes the owner's own freeze, clears a lock or replaces a lost contact
//!   demands a check with method, result and the hash of the evidence; a check that did not match is written down as well.
//!   The library cannot see whether the evidence is any good: keep it, and have somebody look at samples.
//! - Neutral freezes hide from the customer in every text, not in [`Effect::PendingPayments`](crate::command::Effect): that
//!   one is for whatever settles payments, and must not reach a screen of the customer's.
//! - A payment held by a neutral freeze looks like a fault that lasts. Someone patient may guess; the law asks for the same
//!   words, not for a fault that is repaired in time.
//! # The audit trail, by what the attacker holds
//! | attacker holds | can | is shown by |
//! |---|---|---|
//! | the database, no key | change, cut, swap, delete events or records | `verify`: altered, truncated, or a record that does not open |
//! | the same | take a payment's event, a label's or a settlement's out of the look-up by commit id | `verify`: altered |
//! | the database and an old backup | put one account back, record and events together | a [check-point](crate::account::checkpoint): rolled back |
//! | the same, and the heads file | make the file agree | its root, which is in the check-point |
//! | and the place where check-points are kept | replace the check-point | its signature, by a key that is held elsewhere |
//! | today's root keys, no epochs | rewrite every event since the beginning | a check-point from before; nothing else |
//! | today's keys, with [epochs](crate::account::epoch) | rewrite from the oldest epoch the process held; end a chain early, or begin it anew | a check-point from before; older events cannot be changed one by one |
//!
//! Outside the chain, and shown by nothing: the look-up by commit id where an event does not say its own (freezes with a key,
//! payments refused for a freeze), so a repeat of these may be done anew, or a list of freezes be answered with another freeze
//! of the same account; and what waits in the outbox. A message that was taken away is never sent, and nobody misses it:
//! whoever writes to the database can keep a warning from its reader. Hold what the courier sent against the events where
//! that matters.
//!
//! A check-point shows what happened to chains that it saw: an account that was made and removed between two of them was
//! never there. Take one as often as that matters. It is made from the sealed records, so who owns the process that makes it
//! decides what it says. [Free texts](crate::account::free_text) that were erased are gone from the store; a backup of the
//! record still opens them, so backups must be as old as the erasure may be late.
//!
//! # What the caller must do
//! - Authenticate who calls: authority, actor and step-up are arguments, and the caller vouches for them.
//! - Keep keys in a vault, the look-up key for the life of the store, and old keys as long as records name them
//!   ([`rotate_keys`](crate::service::Service::rotate_keys) counts). Wipe an epoch's key wherever it lay when it is over.
//! - Treat every error as "denied", and tell customers only the public outcome.
//! - Drain the outbox and drop repeats by id.
