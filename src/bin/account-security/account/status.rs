//! `account status`: what is closed, why, until when, and who may open it and how.

use account_security::account::{AccountRecord, ContactChange, ContactStep, Door, FailureBudget, Proof};
use account_security::command::clock::CLOCK_AHEAD_MS_MIN;
use account_security::freeze::{self, Authority, Disclosure, Freeze, FreezePolicy, FreezeView, Lift};
use account_security::types::{CaseRef, Locale, SupportChannels, Timestamp};
use serde_json::{Value, json};

use super::{Desk, authority_of, denied};
use crate::args::LookArgs;
use crate::audit::verdict_text;
use crate::exit::{Exit, Failure, Outcome};

/// Who looks, and by what rule.
struct Reader<'a> {
    rank: Authority,
    policy: &'a FreezePolicy,
    now: Timestamp,
}

pub(super) fn run(look: &LookArgs, json: bool) -> Outcome {
    let rank = authority_of(&look.authority)?;
    let desk = Desk::open(&look.one)?;
    let record = desk.service.record(&desk.account).map_err(|fault| denied(&desk.account, &fault))?;
    let verdict = verdict_text(&desk.service.verify_account(&desk.account).map_err(Failure::fault)?);
    // Time never runs back behind what the account has seen.
    let now = desk.now.max(record.time_high);
    let settings = desk.service.settings();
    let reader = Reader { rank, policy: &settings.freeze, now };
    crate::print(&match json {
        true => format!("{}\n", status_json(&desk, &record, &reader, &verdict)),
        false => status_text(&desk, &record, &reader, &verdict),
    })?;
    Ok(Exit::Ok)
}

fn status_json(desk: &Desk, record: &AccountRecord, reader: &Reader<'_>, verdict: &str) -> Value {
    let now = reader.now;
    // At the door that closes first: somebody at the desk asks what the owner cannot do.
    let locked = |budget: FailureBudget| budget.blocked_until_at(Door::Elsewhere, now).map(|at| at.to_string());
    let freezes = |planned: bool| -> Vec<Value> {
        let wanted = record.freezes.iter().filter(|freeze| is_shown(freeze, planned, now));
        wanted.filter_map(|freeze| seen_json(freeze, reader)).collect()
    };
    json!({
        "account": desk.account.as_str(), "chain": chain(desk), "closed": freeze::closed(&record.freezes, now).names().collect::<Vec<_>>(),
        "freezes": freezes(false), "planned": freezes(true),
        "cooling_off_until": freeze::cooling_off(&record.freezes, now).map(|it| it.until.to_string()),
        "password_locked_until": locked(record.password_budget),
        "codes_locked_until": locked(record.second_factor_budget),
        "reset_locked_until": locked(record.reset.budget()),
        "has_password": record.password.is_some(), "has_totp": record.totp.active().is_some(),
        "open_reports": record.reports.iter().count(),
        "reports": record.reports.iter().map(|report| json!({
            "id": report.id.to_string(), "kind": report.kind.name(), "reported_at": report.reported_at.to_string(),
            "learned_at": report.learned_at.to_string(),
        })).collect::<Vec<_>>(),
        "contact_change": contact_change(record, now).map(|change| json!({
            "id": change.id().to_string(), "contact": change.kind().name(), "reported_lost": change.is_lost(),
            "waits_for": waits_for(change), "until": until(change).to_string(),
        })),
        "events": record.head.seq, "audit": verdict,
        "time_ahead": is_far_ahead(desk, record).then(|| record.time_high.to_string()),
    })
}

/// Whether two of the desk may set it back.
fn is_far_ahead(desk: &Desk, record: &AccountRecord) -> bool {
    record.time_high.ms_since(desk.now) >= CLOCK_AHEAD_MS_MIN
}

/// In force, or not begun yet.
fn is_shown(freeze: &Freeze, planned: bool, now: Timestamp) -> bool {
    !freeze.is_over(now) && freeze.is_in_force(now) != planned
}

/// What the audit commands call the account.
fn chain(desk: &Desk) -> String {
    desk.service.keyring().account_key(&desk.account).to_string()
}

/// The same fields for every reader; null where they are above the rank.
fn seen_json(freeze: &Freeze, reader: &Reader<'_>) -> Option<Value> {
    let mut told = freeze_json(freeze, reader.policy);
    match freeze.for_staff(reader.rank, reader.policy)? {
        FreezeView::Full(_) => told["above_rank"] = json!(false),
        FreezeView::Exists { .. } => {
            for hidden in ["reason", "actor", "case", "from", "until", "pending", "lift_requested", "why"] {
                told[hidden] = Value::Null;
            }
            told["above_rank"] = json!(true);
        }
    }
    Some(told)
}

fn freeze_json(freeze: &Freeze, policy: &FreezePolicy) -> Value {
    let lift = match &freeze.lift {
        Lift::Requested { by, at, .. } => json!({
            "by": by.as_str(), "at": at.to_string(), "approve_before": at.plus_ms(policy.lift_request_ttl_ms).to_string(),
        }),
        Lift::Standing | Lift::Lifted { .. } => Value::Null,
    };
    json!({
        "id": freeze.id.to_string(), "scopes": freeze.scopes.names().collect::<Vec<_>>(),
        "reason": freeze.reason.name(), "authority": freeze.authority.name(), "actor": freeze.actor.as_str(),
        "case": freeze.case_ref.as_ref().map(CaseRef::as_str), "from": freeze.from.to_string(),
        "until": freeze.ends_at().map(|until| until.to_string()),
        "told": freeze.disclosure == Disclosure::Tell, "pending": freeze.pending.name(), "lift_requested": lift,
        "why": freeze.reason.for_agent(Locale::En), "who_may_lift": freeze.how_to_lift(policy, Locale::En),
        "customer_text": freeze.for_customer(Locale::En, &SupportChannels::default()),
    })
}

fn status_text(desk: &Desk, record: &AccountRecord, reader: &Reader<'_>, verdict: &str) -> String {
    let mut text = format!("account {}, chain {}\n", desk.account, chain(desk));
    if is_far_ahead(desk, record) {
        text.push_str(&format!(
            "its time is {}, AHEAD of this clock: a wrong clock decided on it. Where this one is right, \
             `account request-clock-set-back` sets it back\n",
            record.time_high
        ));
    }
    text.push_str(&closed_text(record, reader));
    text.push_str(&locked_text(record, reader.now));
    for report in record.reports.iter() {
        text.push_str(&format!(
            "open report {}: {}, told {}, learned {}; `account close-report` with this id\n",
            report.id,
            report.kind.name(),
            report.reported_at,
            report.learned_at
        ));
    }
    if let Some(change) = contact_change(record, reader.now) {
        text.push_str(&contact_text(change));
    }
    text + &format!("audit: {verdict}\n")
}

/// What is closed, by which freezes, and what is limited still.
fn closed_text(record: &AccountRecord, reader: &Reader<'_>) -> String {
    let now = reader.now;
    let closed = freeze::closed(&record.freezes, now);
    let mut text = match closed.is_empty() {
        true => "nothing is closed\n".to_owned(),
        false => format!("closed: {}\n", closed.names().collect::<Vec<_>>().join(", ")),
    };
    for freeze in record.freezes.iter().filter(|freeze| is_shown(freeze, false, now)) {
        text.push_str(&seen_text(freeze, reader));
    }
    for freeze in record.freezes.iter().filter(|freeze| is_shown(freeze, true, now)) {
        let is_full = matches!(freeze.for_staff(reader.rank, reader.policy), Some(FreezeView::Full(_)));
        let from = if is_full { format!(" before {}", freeze.from) } else { " yet".to_owned() };
        text.push_str(&format!("planned, not in force{from}:\n{}", seen_text(freeze, reader)));
    }
    if let Some(cooling_off) = freeze::cooling_off(&record.freezes, now) {
        let (closed, limited) = (cooling_off.closed, cooling_off.limited);
        text.push_str(&format!(
            "cooling off after the lift of the owner's freeze, {}: closed {closed}, small limits {limited}; nobody lifts it\n",
            until_text(Some(cooling_off.until), now)
        ));
    }
    text
}

/// What wrong tries have locked, and what opens it.
fn locked_text(record: &AccountRecord, now: Timestamp) -> String {
    let budgets = [
        ("password", record.password_budget, Proof::Password),
        ("codes", record.second_factor_budget, Proof::SecondFactor),
        ("reset", record.reset.budget(), Proof::Password),
    ];
    let told = |(what, budget, proof): (&str, FailureBudget, Proof)| match budget.blocked_until_at(Door::Elsewhere, now)
    {
        Some(Timestamp::MAX) => format!(
            "{what}: locked after too many wrong tries, until recovery or an identity check: \
             `account clear-lockout --proof {}`\n",
            proof.name()
        ),
        Some(until) => format!(
            "{what}: locked {} after wrong tries; trying earlier does not make it longer\n",
            until_text(Some(until), now)
        ),
        None => String::new(),
    };
    budgets.map(told).concat()
}

/// A change that nobody went on with in time is none.
fn contact_change(record: &AccountRecord, now: Timestamp) -> Option<&ContactChange> {
    record.contact_change.as_ref().filter(|change| !change.is_expired(now))
}

fn contact_text(change: &ContactChange) -> String {
    let lost = if change.is_lost() { ", reported lost" } else { "" };
    let next = match change.step() {
        ContactStep::IdentityCheck => "; one agent runs `account check-identity` with this id",
        ContactStep::Approval => "; another agent runs `account approve-contact` with this id",
        ContactStep::ProveOld | ContactStep::ProveNew | ContactStep::CoolingOff { .. } => "",
    };
    let (kind, id, waits) = (change.kind().name(), change.id(), waits_for(change));
    let when = match change.step() {
        ContactStep::CoolingOff { until } => format!("at {until}, when it comes into force unless called off"),
        _ => format!("before {}", change.expires_at()),
    };
    format!("change of the {kind}{lost}, {id}: waits for {waits} {when}{next}\n")
}

/// When something happens: it comes into force, or it is dead.
fn until(change: &ContactChange) -> Timestamp {
    match change.step() {
        ContactStep::CoolingOff { until } => until,
        _ => change.expires_at(),
    }
}

fn waits_for(change: &ContactChange) -> &'static str {
    match change.step() {
        ContactStep::ProveOld => "the code sent to the contact in force",
        ContactStep::IdentityCheck => "an identity check",
        ContactStep::Approval => "another agent's approval",
        ContactStep::ProveNew => "the new contact's code",
        ContactStep::CoolingOff { .. } => "the end of the cooling-off",
    }
}

fn seen_text(freeze: &Freeze, reader: &Reader<'_>) -> String {
    match freeze.for_staff(reader.rank, reader.policy) {
        Some(FreezeView::Full(freeze)) => freeze_text(&freeze, reader.policy, reader.now),
        Some(FreezeView::Exists { id, authority, scopes }) => format!(
            "  freeze {id}: {}; ({}) details are above your rank: pass the case on\n    who may lift it: {}\n{}",
            scopes.names().collect::<Vec<_>>().join(", "),
            authority.name(),
            freeze.how_to_lift(reader.policy, Locale::En),
            say(freeze)
        ),
        None => String::new(),
    }
}

/// What the customer may be told of it.
fn say(freeze: &Freeze) -> String {
    let said = freeze.for_customer(Locale::En, &SupportChannels::default());
    match freeze.disclosure {
        Disclosure::Tell => format!("    tell the customer: {said}\n"),
        Disclosure::Neutral => format!("    NEUTRAL, telling of it may be an offence; say only: {said}\n"),
    }
}

fn freeze_text(freeze: &Freeze, policy: &FreezePolicy, now: Timestamp) -> String {
    let Freeze { id, reason, authority, actor, from, .. } = freeze;
    let case = freeze.case_ref.as_ref().map_or_else(String::new, |case| format!(", case {case}"));
    let scopes = freeze.scopes.names().collect::<Vec<_>>().join(", ");
    let (until, rank) = (until_text(freeze.ends_at(), now), authority.in_words(Locale::En));
    let mut text = format!("  freeze {id}: {scopes}; {}, by {actor} ({})", reason.name(), authority.name());
    text.push_str(&format!("{case}, from {from}, {until}\n"));
    text.push_str(&format!("    why: {}; on the authority of {rank}\n", reason.for_agent(Locale::En)));
    text.push_str(&format!("    who may lift it: {}\n", freeze.how_to_lift(policy, Locale::En)));
    if let Lift::Requested { by, at, .. } = &freeze.lift {
        let dies_at = at.plus_ms(policy.lift_request_ttl_ms);
        text.push_str(&match now < dies_at {
            true => format!(
                "    lift requested by {by} at {at}: somebody else runs `account approve-lift` with this id before {dies_at}\n"
            ),
            false => format!("    a lift requested by {by} at {at} was not approved in time; request it anew\n"),
        });
    }
    text + &say(freeze)
}

/// `until 2026-… (in 47 h)`.
fn until_text(until: Option<Timestamp>, now: Timestamp) -> String {
    let Some(until) = until else { return "until lifted".to_owned() };
    let minutes = until.ms_since(now) / 60_000;
    let left = if minutes < 120 { format!("{minutes} min") } else { format!("{} h", minutes / 60) };
    format!("until {until} (in {left})")
}
