//! Decisions, with their reasons. Where a rule of a standard or a measurement decided, it is named.
//!
//! **Milliseconds, not microseconds.** Every store keeps them exactly. A peer's audit log failed to verify because its
//! database rounded nanoseconds.
//!
//! **AES-256-GCM-SIV instead of XChaCha20-Poly1305.** A record is sealed on every payment. GCM-SIV stands a repeated nonce,
//! so a cell's version can be its nonce and no randomness is drawn; and on processors with AES instructions sealing a
//! kilobyte took about a fifth of the time of XChaCha20-Poly1305 when the two were compared. That comparison is not in the
//! benches; `benches/payments.rs` shows the whole path. Without AES instructions it is slower, still constant in time.
//!
//! **The record goes in and out of a decision by value.** Purity needs no reference, and copies of what does not change
//! were a sixth of a payment's cost.
//!
//! **Evidence in hundredths of a deciban.** Whole decibans tie thousands of payments; ranking them is what an analyst does.
//!
//! **Rules are conditions over a closed vocabulary, not a language.** Every word has a unit and a range, so a rule that
//! can never fire, or two conditions that exclude each other, are found when the file is read and not in production.
//! Where that is too little, an expression may stand: CEL's crate reads it, but only a part of the language is let in and
//! what runs is a short list of integer steps of our own. An expression without a value (a division by nothing) fires.
//!
//! **Rule files become one tree with places, whatever they were written in.** The policy is read from it by its own serde
//! vocabulary, so a key exists in one place of the code, and every fault (a misspelt key, a limit below a shorter one)
//! is told with line and column. Money in a file has a currency, always.
//!
//! **A trusted payee takes points away, never a floor.** PSD2 lets a customer trust a payee; it does not lift a limit, a
//! deny list or a freeze, and a rule that asked for a least outcome asked for it knowing that lists exist.
//!
//! **A class limit errs upwards.** What went to new payees is exact while sixteen events reach back far enough; beyond, the
//! whole account's spend stands for it and the reason says that it is a bound.
//!
//! **A payee's belief lives in its own cell and is an input.** So a decision touches one account's record, and labels that
//! come days late teach the payee without touching every account that ever paid it.
//!
//! **Only frauds change an account.** That a payment was genuine is no news about its owner; it teaches the payee.
//!
//! **A payment's commit id is its transaction id.** A repeat is answered with the first decision from the audit chain, even
//! when the record has long forgotten it, and the same id with another content is a conflict. Two things win over the
//! first decision, both on the safe side: a freeze placed since, because what was allowed and not yet made must not be made
//! now; and a lift, because what a freeze refused was never judged. What was held for its clock or currency is not
//! committed, so it can be sent again set right.
//!
//! **A password try is two commits.** It is counted as wrong, then hashed outside any lock, then forgiven if it was right.
//! One that could not be compared (no memory, a lost pepper) is taken back: nothing was learned from it.
//!
//! **Postcard behind a version byte.** Small, no reflection, maintained elsewhere; a version's layout is frozen by golden
//! files. Events carry their number and key id in a fixed header, so a verifier needs no decoder.
//!
//! **The store remembers which look-up key it belongs to.** With another one every account would look new; that is refused
//! at the door as a lost key.
//!
//! **totp-rs signs the codes this side shows, not the windows it checks.** It keys a fresh HMAC for each step and stops at
//! the first match. A window signed with one key state costs eight compressions for three steps instead of twelve, so
//! comparing every step every time is cheaper than its miss; totp-rs stays the oracle of the tests.
//!
//! **A device's clock is allowed for by two steps, never more.** Two codes in a row tell how far it is off; beyond two
//! steps the owner sets the clock. The typed codes are spent either way, because a code that was shown must never open.
//!
//! **Recovery codes are tags under a key of their own, not password hashes.** 120 bits cannot be guessed from a tag, and ten
//! slow hashes a try would be a lever to bring a server down. The set names its key, so a retired root key stays in the
//! ring until its sets are drawn anew.
//!
//! **Flows are written once, as `async` functions over a small trait.** On threads every future of the store is ready when
//! it is made, so one poll runs a flow from end to end; on tasks the store's futures wait and hashes go to threads of their
//! own. Two copies of a sign-in would drift apart.
//!
//! **Codes are decided twice.** The first decision only tells where a code would go; then the budgets that accounts share
//! are charged; the second decision counts, and only where its codes go to what was charged.
//!
//! **A ticket changes its name with every proof,** so that who learned a name before the proof cannot ride on it.
//!
//! **What can be asked by a name alone is decided twice,** on an account and on a cell of names without one. One of the two is
//! the name's own and is committed, the other is a stand-in of ours, as heavy, and is thrown away: so both kinds of names
//! run the same code over the same bytes, with three looks into the store and one commit. Cells live two days and go on
//! from one another, so that strangers never fill the store.
//!
//! **A record carries its profile unread.** It is most of the bytes, and nothing but a payment looks into it: a sign-in, a
//! code or a freeze copies it as bytes. Half of the time of such a command was reading and writing what it did not ask.
//!
//! **Pending payments are asked for, not kept.** A list of them in the record would have no bound. The freeze says what
//! becomes of them, and a payment that was accepted asks on the record that the freezes live in: "finish" is committed,
//! "hold" writes nothing however often it is asked. When it was accepted is read from the audit chain; what was held or
//! stepped up was accepted later, by nobody knows when, so no lenient freeze lets it by. Refunds pass the door (networks
//! impose them) and wait at the settlement while money in is closed.
//!
//! **A key of a freeze is used up for good.** The record keeps the last four ended freezes only; a late retry of an old
//! request, or a list run again a year later, would freeze anew. So the key is the commit id, and the store remembers it.
//!
//! **Freezes that end by themselves are told at the next look.** Nothing here has a clock. Every act on the freezes looks,
//! and `tell_freezes_ended` is for a backend that wants it on time and asks `next_end` when that is.
//!
//! **The cooling-off narrows the rules, it does not replace them.** Limits are laid over the rule set in force, each
//! payment's `policy_hash` says so, and what is left is told like any other limit.
//!
//! **Deadlines of the law are computed, never stored.** A report keeps two times to the millisecond; a holiday announced
//! later moves the deadline and not the record.
//!
//! **The filter of breached passwords is read by position; mapping is a feature (`mmap`).** A mapped file that is cut ends
//! the process instead of giving a fault, so it is for servers that replace such files and never change them. Whoever maps
//! by other means hands the bytes over: any `AsRef<[u8]>` is a source.
//!
//! **zxcvbn stays.** An estimator of our own was tried: five times as quick, and held equal by tests. A kept crate that
//! others look after beats it where it is not what this project is for.
//!
//! **A fresh stored hash says how its text was normalised.** One without that mark is tried in form C and as typed.
//!
//! **A check-point commits to heads, and the heads are kept too.** A root alone shows that something changed, which it does
//! every second. With the list that it commits to, each chain is asked what it can answer for ever: whether at that event
//! it still has that MAC. RFC 6962's consistency proofs answer for one log that grows at its end; here a million chains grow
//! in their middle. A leaf holds the expiry of its cell, because a chain that had to be purged must not be missed.
//!
//! **Texts are sealed apart from their event.** So an event reads without a key but for what people typed, and erasing a
//! key erases that alone. By types, not by fields: whoever adds an event with a name in it is told by a test. The key is
//! random and lies in the record: derived from a root key it could not be forgotten for one person.
//!
//! **Audit epochs are a secret of their own.** A root key stays as long as a record names it, so a key derived from it can be
//! forgotten by nobody. A process is given the oldest epoch that it must prove, because a payment's repeat and a late label
//! are answered from an old event; what is older is denied, never decided anew.
//!
//! **A clock that ran ahead is set back by people, not by a rule.** From inside a record a leap of nine years looks like a
//! sleep of nine years, and a rule that sets back would hand whoever turns a clock forward and back fresh tries and limits.
//! So two of the desk say that the clock is right now, each by a clock of the same day, and the account's events must show
//! the leap: else it may be the desk's clock that is behind, and all that is closed would open early once it is right. Nothing that was counted is
//! forgotten: what the wrong clock wrote has happened now, what was over stays over, what the right clock froze stands again,
//! and the month's sums that the leap pushed out are read from the audit trail. The request lives in the trail and nowhere else.
//!
//! **Sealing anew is an event, at the record's own time.** A commit needs one, because its id lives there. It asks no clock,
//! so a walk over all accounts with a wrong one moves none of them.
