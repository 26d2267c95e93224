//! `account history`: every event, with the reasons of every flagged payment.

use std::collections::BTreeSet;

use account_security::account::{AccountRecord, Errand, Event, EventKind};
use account_security::freeze::{Authority, FreezePolicy, FreezeView, PendingPayments};
use account_security::risk::{Assessment, Outcome};
use account_security::types::{CaseRef, Money, RandomId, TxId};
use serde_json::{Value, json};

use super::{Desk, authority_of, denied};
use crate::args::LookArgs;
use crate::audit::verdict_text;
use crate::exit::{Exit, Failure, Outcome as Exited};

/// Events read at a time.
const EVENTS_PER_READ: usize = 512;

/// Who looks, and which freezes are above that rank.
struct Reader<'a> {
    rank: Authority,
    record: &'a AccountRecord,
    policy: &'a FreezePolicy,
    hidden: BTreeSet<RandomId>,
}

pub(super) fn run(look: &LookArgs, json: bool) -> Exited {
    let rank = authority_of(&look.authority)?;
    let desk = Desk::open(&look.one)?;
    let record = desk.service.record(&desk.account).map_err(|fault| denied(&desk.account, &fault))?;
    let settings = desk.service.settings();
    let mut reader = Reader { rank, record: &record, policy: &settings.freeze, hidden: BTreeSet::new() };
    let verdict = desk.service.verify_account(&desk.account).map_err(Failure::fault)?;
    if !json {
        crate::print(&format!("account {}; audit: {}\n", desk.account, verdict_text(&verdict)))?;
    }
    let mut next = 1;
    loop {
        let events = desk.service.history(&desk.account, next, EVENTS_PER_READ);
        let events = events.map_err(|fault| denied(&desk.account, &fault))?;
        let Some((last, _)) = events.last() else { break };
        next = last + 1;
        let tell = |(seq, event): &(u64, Event)| {
            let told = reader.told(&event.kind);
            if json { line_json(*seq, event, &told) } else { line(*seq, event, &told) }
        };
        let lines: String = events.iter().map(tell).collect();
        crate::print(&lines)?;
    }
    Ok(Exit::Ok)
}

impl Reader<'_> {
    /// The event in words; of a freeze above the rank, that it was placed and what became of it.
    fn told(&mut self, kind: &EventKind) -> String {
        let above = |what: String| format!("{what}; details are above your rank");
        match kind {
            EventKind::FreezePlaced { freeze, scopes, authority, .. } if self.is_above(*freeze, *authority) => {
                self.hidden.insert(*freeze);
                let names = scopes.names().collect::<Vec<_>>().join(", ");
                above(format!("FROZEN {freeze}: {names}, by {}", authority.name()))
            }
            EventKind::LiftRequested { freeze, .. } if self.hidden.contains(freeze) => {
                above(format!("lift of freeze {freeze} requested"))
            }
            EventKind::LiftWithdrawn { freeze, .. } if self.hidden.contains(freeze) => {
                above(format!("lift of freeze {freeze} withdrawn"))
            }
            EventKind::FreezeLifted { freeze, .. } if self.hidden.contains(freeze) => {
                above(format!("freeze {freeze} lifted"))
            }
            _ => told(kind),
        }
    }

    /// By the rule of the record, where it still knows the freeze; of an older one nobody knows whether it was neutral.
    fn is_above(&self, freeze: RandomId, authority: Authority) -> bool {
        match self.record.freezes.get(freeze) {
            Some(kept) => !matches!(kept.for_staff(self.rank, self.policy), Some(FreezeView::Full(_))),
            None => self.rank < authority,
        }
    }
}

fn line(seq: u64, event: &Event, told: &str) -> String {
    format!("{seq:>6}  {}  {told}\n", event.at)
}

fn line_json(seq: u64, event: &Event, told: &str) -> String {
    let mut line = json!({ "seq": seq, "at": event.at.to_string(), "event": event.kind.number(), "told": told });
    if let EventKind::PaymentAssessed { assessment, .. } = &event.kind {
        line["score"] = json!(assessment.score.0);
        line["outcome"] = json!(assessment.outcome.name());
        line["reasons"] = reasons_json(assessment);
    }
    format!("{line}\n")
}

fn reasons_json(assessment: &Assessment) -> Value {
    let reason = |reason: &account_security::risk::Reason| {
        json!({
            "code": reason.code.name(), "iso20022": reason.code.iso20022(), "points": reason.points.0, "observed": reason.observed,
            "threshold": reason.threshold, "window_ms": reason.window_ms, "exact": reason.exact, "shadow": reason.shadow,
        })
    };
    assessment.reasons.iter().map(reason).collect()
}

fn told(kind: &EventKind) -> String {
    match kind {
        EventKind::PaymentAssessed { tx_id, money, assessment, .. } => payment(*tx_id, *money, assessment),
        EventKind::PaymentRefused { tx_id, money, reason, .. } => {
            format!("payment {} {money} refused: {}", short(tx_id.0), reason.name())
        }
        EventKind::PaymentReleased { tx_id, actor } => {
            let by = actor.as_ref().map_or_else(|| "the owner's proof".to_owned(), ToString::to_string);
            format!("payment {} passed after all: {by}", short(tx_id.0))
        }
        EventKind::PaymentStopped { tx_id, money, direction, reason, .. } => {
            format!("payment {} {money} ({}) refused: {}", short(tx_id.0), direction.name(), reason.name())
        }
        EventKind::PaymentLetPass { tx_id, actor, authority } => {
            format!("payment {} passed after all: {actor} ({})", short(tx_id.0), authority.name())
        }
        EventKind::PaymentLabelled { tx_id, label } => format!("payment {} turned out: {label:?}", short(tx_id.0)),
        EventKind::PayeeLearned { tx_id, label } => format!("payee learned from payment {}: {label:?}", short(tx_id.0)),
        EventKind::FreezePlaced { freeze, scopes, reason, authority, actor, case_ref, until, caused_by, pending } => {
            let pending = if *pending == PendingPayments::LetPendingFinish { ", pending payments finish" } else { "" };
            let names = scopes.names().collect::<Vec<_>>().join(", ");
            let until = until.map_or_else(|| "until lifted".to_owned(), |until| format!("until {until}"));
            let cause = caused_by.map_or_else(String::new, |tx| format!(", caused by payment {}", short(tx.0)));
            let (reason, authority, case) = (reason.name(), authority.name(), case_text(case_ref.as_ref()));
            format!("FROZEN {freeze}: {names}; {reason}, by {actor} ({authority}){case}, {until}{pending}{cause}")
        }
        EventKind::LiftRequested { freeze, actor, authority, dies_at } => {
            format!(
                "lift of freeze {freeze} requested by {actor} ({}), to be approved before {dies_at}",
                authority.name()
            )
        }
        EventKind::FreezeLifted { freeze, actor, authority, release } => {
            format!("freeze {freeze} lifted by {actor} ({}){}", authority.name(), case_text(release.as_ref()))
        }
        other => desk(other),
    }
}

/// What the desk did beside freezing.
fn desk(kind: &EventKind) -> String {
    match kind {
        EventKind::LiftWithdrawn { freeze, actor } => format!("lift of freeze {freeze} withdrawn: {actor} froze again"),
        EventKind::FreezesEnded { freezes } => {
            let names = freezes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            format!("ended by themselves: freeze {names}")
        }
        EventKind::PendingFinished { tx_id } => format!("pending payment {} told to finish", short(tx_id.0)),
        EventKind::IdentityChecked { errand, check, actor, authority } => {
            let result = if check.is_matched() { "matched" } else { "DID NOT MATCH" };
            let (method, evidence, authority) = (check.method.name(), short_hash(check.evidence.0), authority.name());
            format!(
                "identity checked by {actor} ({authority}), {method}: {result}; for {errand:?}, evidence {evidence}"
            )
        }
        EventKind::LockoutCleared { proof, actor, authority } => {
            format!("lock after wrong tries cleared by {actor} ({}): {}", authority.name(), proof.name())
        }
        EventKind::UnauthorisedReported { report, kind, reported_at, learned_at, tx_id, actor } => {
            let about = tx_id.map_or_else(String::new, |tx| format!(", payment {}", short(tx.0)));
            let kind = kind.name();
            format!("REPORTED {report}: {kind}{about}, told {reported_at}, learned {learned_at}, taken down by {actor}")
        }
        EventKind::ReportClosed { report, outcome, actor, authority } => {
            format!("report {report} closed by {actor} ({}): {}", authority.name(), outcome.name())
        }
        EventKind::RuleSnoozed { rule, until, actor, authority } => {
            let until = until.map_or_else(|| "woken".to_owned(), |until| format!("asleep until {until}"));
            format!("rule {rule:?} {until}, says {actor} ({})", authority.name())
        }
        EventKind::ClockSetBackRequested { request, clock, actor, authority } => {
            format!("asked to be set back to {clock} by {actor} ({}), request {request}", authority.name())
        }
        EventKind::ClockSetBack { request, from, to, actor, authority } => {
            let authority = authority.name();
            format!("CLOCK SET BACK from {from} to {to}, approved by {actor} ({authority}), request {request}")
        }
        other => security(other),
    }
}

fn short_hash(hash: [u8; 32]) -> String {
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn security(kind: &EventKind) -> String {
    match kind {
        EventKind::CodeIssued { challenge, destination_masked, resend, .. } => {
            let what = if *resend { "sent again" } else { "sent" };
            format!("code {what} to {destination_masked} (challenge {})", challenge_text(*challenge))
        }
        EventKind::CodeAccepted { challenge, .. } => {
            format!("code accepted (challenge {})", challenge_text(*challenge))
        }
        EventKind::CodeRejected { challenge, because, budget } => {
            let failures = budget.failures_in_a_row();
            format!("code rejected: {because:?}, {failures} in a row (challenge {})", challenge_text(*challenge))
        }
        EventKind::CodeCancelled { challenge } => format!("code called off (challenge {})", challenge_text(*challenge)),
        EventKind::TotpEnrolled { .. } => "second factor: enrolment began".to_owned(),
        EventKind::TotpConfirmed { replaced, .. } => match replaced {
            Some(_) => "second factor replaced".to_owned(),
            None => "second factor added".to_owned(),
        },
        EventKind::TotpConfirmFailed { tries_left } => {
            format!("second factor: wrong confirming code, {tries_left} tries left")
        }
        EventKind::TotpAccepted { step } => format!("second factor accepted (step {step})"),
        EventKind::TotpRejected { because, budget } => {
            format!("second factor rejected: {because:?}, {} in a row", budget.failures_in_a_row())
        }
        EventKind::TotpRevoked { .. } => "second factor removed".to_owned(),
        EventKind::TotpResynced { offset_steps, allowed_for: true, .. } => {
            format!("second factor resynchronised: its clock is {offset_steps:+} steps off")
        }
        EventKind::TotpResynced { offset_steps, .. } => {
            format!("second factor not resynchronised: its clock is {offset_steps:+} steps off and must be set")
        }
        EventKind::RecoveryCodesIssued { generation } => format!("recovery codes drawn (generation {generation})"),
        EventKind::RecoveryCodeSpent { left, .. } => format!("recovery code spent, {left} left"),
        EventKind::RecoveryCodeRejected { because, budget } => {
            format!("recovery code rejected: {because:?}, {} in a row", budget.failures_in_a_row())
        }
        EventKind::PasswordSet { changed, .. } => if *changed { "password changed" } else { "password set" }.to_owned(),
        EventKind::FormerPasswordsLost { count } => format!("new password not compared with {count} former ones: lost"),
        EventKind::PasswordAttempted { budget, .. } => {
            format!("password tried, {} in a row if wrong", budget.failures_in_a_row())
        }
        EventKind::PasswordAccepted { .. } => "password accepted".to_owned(),
        EventKind::PasswordChangeRequired { actor, .. } => format!("password must be changed, says {actor}"),
        EventKind::SignedUp { .. } => "signed up".to_owned(),
        EventKind::ContactConfirmed { destination_masked, .. } => format!("contact confirmed: {destination_masked}"),
        EventKind::TicketOpened { errand, .. } => format!("began to prove, for {}", errand_text(*errand)),
        EventKind::ProofGiven { errand, proven } => format!("{} proofs, for {}", proven.count(), errand_text(*errand)),
        EventKind::StoppedByFreeze { errand } => format!("stopped by a freeze: {}", errand_text(*errand)),
        EventKind::SignedIn { .. } => "signed in".to_owned(),
        EventKind::DeviceRemembered { device, label } => format!("device known: {} ({device})", label.as_str()),
        EventKind::DeviceForgotten { device, because } => format!("device forgotten: {because:?} ({device})"),
        EventKind::DevicesForgotten { count, because } => format!("{count} devices forgotten: {because:?}"),
        EventKind::ResetAsked { sent: true } => "password reset asked for, code sent".to_owned(),
        EventKind::ResetAsked { sent: false } => "password reset asked for, no code sent".to_owned(),
        EventKind::ResetGuessed { budget } => {
            format!("guess at a password reset, {} in a row", budget.failures_in_a_row())
        }
        EventKind::PasswordUndecided { .. } => "password could not be compared; the try is taken back".to_owned(),
        other => contacts(other),
    }
}

fn contacts(kind: &EventKind) -> String {
    match kind {
        EventKind::ContactChangeBegun { change, kind, old_masked, new_masked, lost } => {
            let old = old_masked.as_deref().unwrap_or("none");
            let why = if *lost { ", reported lost" } else { "" };
            format!("change of {} {change} began: {old} to {new_masked}{why}", kind.name())
        }
        EventKind::OldContactProven { change } => format!("contact change {change}: the contact in force agreed"),
        EventKind::LostContactChecked { change, check, actor, authority, case_ref, dies_at } => {
            let case = case_text(case_ref.as_ref());
            let authority = authority.name();
            format!(
                "contact change {change}: checked by {actor} ({authority}), {check:?}{case}, to be approved before {dies_at}"
            )
        }
        EventKind::LostContactApproved { change, actor, authority } => {
            format!("contact change {change}: approved by {actor} ({})", authority.name())
        }
        EventKind::NewContactProven { change, until } => {
            format!("contact change {change}: the new contact answered; in force from {until} on unless called off")
        }
        EventKind::ContactChanged { kind, old_masked, new_masked, .. } => {
            format!("{} changed: {} to {new_masked}", kind.name(), old_masked.as_deref().unwrap_or("none"))
        }
        EventKind::ContactChangeCancelled { change, by, actor } => {
            let actor = actor.as_ref().map_or_else(String::new, |actor| format!(", {actor}"));
            format!("contact change {change} called off ({by:?}{actor})")
        }
        EventKind::CancelHandleRejected { change, count } => {
            format!("contact change {change}: wrong cancel handle, {count} so far")
        }
        EventKind::StepUpSpent { proven } => format!("step-up used, {} proofs", proven.count()),
        EventKind::Resealed { from, to } => format!("record sealed anew: key {} to key {}", from.0, to.0),
        EventKind::FreeTextErased { through_seq, actor, authority } => {
            format!("free texts erased up to event {through_seq}, by {actor} ({})", authority.name())
        }
        EventKind::ContactsReviewed => "registered contacts confirmed".to_owned(),
        EventKind::ReviewReminded { due_since } => format!("review of contacts reminded, due since {due_since}"),
        other => format!("event {}", other.number()),
    }
}

const fn errand_text(errand: Errand) -> &'static str {
    match errand {
        Errand::SignIn => "a sign-in",
        Errand::StepUp => "a step-up",
        Errand::Reset => "a password reset",
    }
}

fn payment(tx_id: TxId, money: Money, assessment: &Assessment) -> String {
    let outcome = assessment.outcome.name();
    let points = f64::from(assessment.score.0) / 100.0;
    let mut text = format!("payment {} {money}: {outcome} ({points:.1} dB)", short(tx_id.0));
    if assessment.outcome > Outcome::Allow {
        for reason in assessment.reasons.iter().filter(|reason| !reason.shadow) {
            let points = f64::from(reason.points.0) / 100.0;
            let (name, words) = (reason.code.name(), reason.in_words(money, None));
            text.push_str(&format!("\n          {points:>+6.1} dB {name:<20} {words}"));
        }
    }
    text
}

fn case_text(case: Option<&CaseRef>) -> String {
    case.map_or_else(String::new, |case| format!(", case {case}"))
}

fn challenge_text(id: RandomId) -> String {
    short(id.0)
}

/// The first eight hex digits name it well enough within one account.
fn short(id: [u8; 16]) -> String {
    id.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}
