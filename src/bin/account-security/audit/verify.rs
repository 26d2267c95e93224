//! `audit verify`: every chain of a database, from its first event to the head in its record.
//!
//! With `--since`, each chain must also go on from where a check-point saw it. The worst verdict decides how the command
//! ends: altered before truncated before undecided. An altered event is proof that somebody rewrote what happened, and the
//! other verdicts are not worth more than the parts that were not rewritten; a missing end is proof that something is gone;
//! what cannot be told proves nothing yet, and often has a harmless cause. A check-point whose files are damaged keeps none
//! of the chains from being verified in itself, or whoever altered an event would only have to spoil them.

use std::path::Path;

use account_security::account::Verdict;
use account_security::account::checkpoint::{CellHead, CheckpointError, CheckpointPublicKey};
use account_security::service::Service;
use account_security::store::{SqliteStore, Store};
use account_security::types::{StoreKey, Timestamp, hex};
use indicatif::ProgressBar;
use serde_json::{Value, json};

use super::heads::{Heads, beside, undecided};
use crate::args::{DatabaseArgs, SinceArgs};
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::system_time;

/// Keys read at a time.
const KEYS_PER_READ: usize = 1_024;
/// Broken chains told one by one; all are counted.
const TOLD_MAX: usize = 50;

/// What is found of the chains.
#[derive(Default)]
struct Tally {
    chains: u64,
    events: u64,
    broken: Vec<(StoreKey, Verdict)>,
    broken_count: u64,
    worst: Option<Exit>,
    /// Why a check-point that was asked for could not be read or relied on.
    unseen: Option<Failure>,
    /// What was made of the check-point's signature.
    signature: Option<Signature>,
}

/// Of a check-point.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Signature {
    None,
    Fits,
    /// There is one, and no public key was given.
    Unchecked,
}

/// What a check-point saw. Files that turn out damaged end its part, and no more: an altered event is named all the same.
struct Seen {
    heads: Option<Heads>,
    signature: Option<Signature>,
    failure: Option<Failure>,
    /// Found by heads alone, which count once the whole file is the check-point's.
    rolled_back: Vec<(StoreKey, Verdict)>,
    rolled_back_count: u64,
}

/// Runs the command.
pub(super) fn run(database: &DatabaseArgs, since: &SinceArgs, json: bool) -> Outcome {
    let service = crate::database::open_to_verify(database)?;
    let seen = match since.since.as_deref().map(|path| open(&service, path, since)).transpose() {
        Err(failure) if failure.exit == Exit::Usage => return Err(failure),
        Err(failure) => Seen::failed(failure),
        Ok(None) => Seen::of(None, None),
        Ok(Some((heads, signature))) => Seen::of(Some(heads), Some(signature)),
    };
    let tally = verify_all(&service, seen)?;
    crate::print(&if json { tally.to_json() } else { tally.to_text() })?;
    if let Some(failure) = &tally.unseen {
        crate::say(&failure.message);
    }
    Ok(tally.worst.max(tally.unseen.as_ref().map(|failure| failure.exit)).unwrap_or(Exit::Ok))
}

/// The check-point is of this store, and signed where a public key is given.
fn open(service: &Service<SqliteStore>, path: &Path, since: &SinceArgs) -> Result<(Heads, Signature), Failure> {
    let heads = Heads::open(path, &since.heads.clone().unwrap_or_else(|| beside(path)))?;
    if heads.checkpoint().checkpoint.store != service.keyring().lookup_fingerprint() {
        return Err(undecided(path, CheckpointError::OtherStore));
    }
    let mut signature = if heads.checkpoint().signature.is_some() { Signature::Unchecked } else { Signature::None };
    if let Some(text) = &since.public_key {
        let public =
            public_key(text).ok_or_else(|| Failure::usage("--public-key: an Ed25519 public key, 64 hex digits"))?;
        heads.checkpoint().verify(&public).map_err(|error| undecided(path, error))?;
        signature = Signature::Fits;
    }
    Ok((heads, signature))
}

fn public_key(text: &str) -> Option<CheckpointPublicKey> {
    CheckpointPublicKey::from_bytes(&hex::array(text)?).ok()
}

fn verify_all(service: &Service<SqliteStore>, mut seen: Seen) -> Result<Tally, Failure> {
    let (bar, now, mut tally) = (ProgressBar::new_spinner(), system_time(), Tally::default());
    let mut after = None;
    loop {
        let keys = service.store().keys(after, KEYS_PER_READ).map_err(Failure::fault)?;
        for key in &keys {
            gone_before(service, &mut seen, Some(*key), now, &mut tally)?;
            let verdict = match seen.peek() {
                Some(head) if head.key == *key => {
                    seen.take();
                    service.verify_since(&head, now)
                }
                _ => service.verify_cell(*key),
            };
            tally.chains += 1;
            seen.sort_out(*key, verdict.map_err(Failure::fault)?, &mut tally);
        }
        bar.set_message(format!("{} chains", tally.chains));
        bar.tick();
        match keys.last() {
            Some(last) => after = Some(*last),
            None => break,
        }
    }
    gone_before(service, &mut seen, None, now, &mut tally)?;
    bar.finish_and_clear();
    seen.end(&mut tally);
    Ok(tally)
}

/// Chains that a check-point saw and the store has no more, up to the next one that is there.
fn gone_before(
    service: &Service<SqliteStore>,
    seen: &mut Seen,
    next: Option<StoreKey>,
    now: Timestamp,
    tally: &mut Tally,
) -> Result<(), Failure> {
    while let Some(head) = seen.peek().filter(|head| next.is_none_or(|next| head.key < next)) {
        seen.take();
        let verdict = service.verify_since(&head, now).map_err(Failure::fault)?;
        if !matches!(verdict, Verdict::Intact { .. }) {
            tally.chains += 1;
            seen.sort_out(head.key, verdict, tally);
        }
    }
    Ok(())
}

impl Seen {
    const fn of(heads: Option<Heads>, signature: Option<Signature>) -> Self {
        Self { heads, signature, failure: None, rolled_back: Vec::new(), rolled_back_count: 0 }
    }

    fn failed(failure: Failure) -> Self {
        Self { failure: Some(failure), ..Self::of(None, None) }
    }

    /// The next head, without taking it.
    fn peek(&mut self) -> Option<CellHead> {
        match self.heads.as_mut()?.peek() {
            Ok(head) => head,
            Err(failure) => {
                (self.heads, self.failure) = (None, Some(failure));
                None
            }
        }
    }

    fn take(&mut self) {
        if let Some(heads) = &mut self.heads {
            heads.take();
        }
    }

    fn sort_out(&mut self, key: StoreKey, verdict: Verdict, tally: &mut Tally) {
        match verdict {
            Verdict::RolledBack { .. } => {
                self.rolled_back_count += 1;
                if self.rolled_back.len() < TOLD_MAX {
                    self.rolled_back.push((key, verdict));
                }
            }
            verdict => tally.add(key, verdict),
        }
    }

    /// What the heads alone found counts if they are the ones that the check-point commits to.
    fn end(self, tally: &mut Tally) {
        let Self { heads, signature, failure, rolled_back, rolled_back_count } = self;
        tally.signature = signature;
        tally.unseen = failure.or_else(|| heads.and_then(|heads| heads.end().err()));
        if tally.unseen.is_none() {
            let told = u64::try_from(rolled_back.len()).unwrap_or(u64::MAX);
            rolled_back.into_iter().for_each(|(key, verdict)| tally.add(key, verdict));
            tally.broken_count += rolled_back_count.saturating_sub(told);
        }
    }
}

impl Tally {
    fn add(&mut self, key: StoreKey, verdict: Verdict) {
        match verdict {
            Verdict::Intact { events } => self.events += events,
            broken => {
                self.broken_count += 1;
                self.worst = self.worst.max(exit_of(&broken));
                if self.broken.len() < TOLD_MAX {
                    self.broken.push((key, broken));
                }
            }
        }
    }

    fn to_text(&self) -> String {
        if self.broken_count == 0 && self.unseen.is_some() {
            return format!(
                "NOT DECIDED: nothing is broken in {} chains, but the check-point could not be read\n",
                self.chains
            );
        }
        let unchecked = match self.signature {
            Some(Signature::Unchecked) => {
                "the check-point is signed, and its signature was NOT checked: give --public-key\n"
            }
            _ => "",
        };
        if self.broken_count == 0 {
            return format!("intact: {} events in {} chains\n{unchecked}", self.events, self.chains);
        }
        let mut text = format!("NOT INTACT: {} of {} chains\n{unchecked}", self.broken_count, self.chains);
        for (key, verdict) in &self.broken {
            text.push_str(&format!("  {key}: {}\n", verdict_text(verdict)));
        }
        text
    }

    fn to_json(&self) -> String {
        let broken: Vec<Value> = self.broken.iter().map(|(key, verdict)| verdict_json(*key, verdict)).collect();
        let answer = json!({
            "intact": self.broken_count == 0 && self.unseen.is_none(), "chains": self.chains, "events_intact": self.events,
            "broken_count": self.broken_count, "broken": broken,
            "signature": self.signature.map(|signature| match signature {
                Signature::None => "none",
                Signature::Fits => "fits",
                Signature::Unchecked => "unchecked",
            }),
        });
        format!("{answer}\n")
    }
}

/// How a chain's verdict ends the command, ordered by weight.
const fn exit_of(verdict: &Verdict) -> Option<Exit> {
    match verdict {
        Verdict::Intact { .. } => None,
        Verdict::CannotTell { .. } => Some(Exit::CannotTell),
        Verdict::Truncated { .. } | Verdict::RolledBack { .. } => Some(Exit::Truncated),
        Verdict::Altered { .. } => Some(Exit::Altered),
    }
}

/// The verdict in words.
pub(crate) fn verdict_text(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Intact { events } => format!("intact, {events} events"),
        Verdict::Altered { seq } => format!("altered: event {seq} is the first that is not as it was written"),
        Verdict::Truncated { have, want } => format!("truncated: {have} of {want} events are there"),
        Verdict::RolledBack { have, had } => {
            format!(
                "rolled back: the check-point saw {had} events, and the {have} that are there do not go on from them"
            )
        }
        Verdict::CannotTell { why } => format!("cannot tell: {why}"),
    }
}

fn verdict_json(key: StoreKey, verdict: &Verdict) -> Value {
    let key = key.to_string();
    match verdict {
        Verdict::Intact { events } => json!({ "chain": key, "verdict": "intact", "events": events }),
        Verdict::Altered { seq } => json!({ "chain": key, "verdict": "altered", "event": seq }),
        Verdict::Truncated { have, want } => {
            json!({ "chain": key, "verdict": "truncated", "have": have, "want": want })
        }
        Verdict::RolledBack { have, had } => {
            json!({ "chain": key, "verdict": "rolled_back", "have": have, "had": had })
        }
        Verdict::CannotTell { why } => json!({ "chain": key, "verdict": "cannot_tell", "why": why }),
    }
}
