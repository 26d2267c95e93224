//! What was written once opens for ever.
//!
//! `golden/v1` holds a sealed account with every part filled, a sealed payee, the cells that accounts share, one event of
//! every kind and one message of every kind, as version 1 wrote them under a fixed key ring. A released golden file is never
//! written again: a new format gets a folder of its own beside the old one. Before the first release,
//! `REGENERATE_GOLDEN=1 cargo test --test golden -- --ignored regenerate` does. Its payments are of before they were masked; one
//! under its mask stands in `src/account/event/mask.rs`.
//! `meaning.txt` says in words what the bytes mean; when a field only gets another name,
//! `REGENERATE_GOLDEN=meaning` writes it anew and leaves the bytes alone. `released` and
//! `keyless` write one account each that is younger than the rest: with payments that are masked and keep their zone, and
//! with a former password that nothing can be compared with any more; `released` the messages of kinds that came later, too.
//! `later` writes one whose clock was set back, with a payment that staff let pass and one that was refused.
//!
//! Two layers are held apart: `*.plain` is the format of a record, `*.cell` the same bytes sealed. Both directions are
//! checked: old bytes read as what they meant, and what is read writes the same bytes again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "golden/files.rs"]
mod files;
#[path = "golden/life.rs"]
mod life;
#[path = "golden/scene.rs"]
mod scene;
#[path = "golden/shared.rs"]
mod shared;
#[path = "support/mod.rs"]
mod support;

use account_security::account::checkpoint::{CheckpointBuilder, CheckpointFile, HEADS_HEADER, HeadsParser};
use account_security::account::{
    AccountRecord, Aggregate, CancelHandle, ContactKind, ContactStep, DecoyRecord, DeviceToken, Errand, Event,
    FormatError, PayeeRecord, SendBudgetRecord, TicketId, Verdict,
};
use account_security::command::{
    CancelContactChange, CodeAnswer, ConfirmTotp, ContactCancel, Effect, Notice, PaymentDecision, ProofStep,
    ProveStepUp, RecoveryAnswer, Refused, SignInStep, SpendRecoveryCode, TotpOutcome, TypedProof, VerifyCode,
    VerifyTotp,
};
use account_security::freeze::{Authority, FreezeReason, Lift, Scopes};
use account_security::password::Password;
use account_security::risk::{Assessment, Label};
use account_security::service::{LabelOutcome, PasswordOutcome, Service, ServiceError};
use account_security::store::{OutboxItem, StoredEvent, Versioned};
use account_security::totp::{RecoveryCode, TotpParameters, TotpSecret, code_at};
use account_security::types::time::DAY_MS;
use account_security::types::{Fingerprint, RandomId, Timestamp, TxId, TypedCode};
use account_security::verification::{Binding, ChallengeState, Purpose, VerifyOutcome};

use files::{expected, golden, write_expected};
use scene::{ALICE, BUDGETS, PASSWORD, PAYEE, at, payment_binding};
use support::acts::{history, payment};
use support::owner::{MAIL, NEW, OTHER, to};
use support::stores::Shared;
use support::{account, ring, service};

/// Every chain of events, the quiet account's too.
const EVENTS: [&str; 9] = [
    "account.events",
    "payee.events",
    "scope.events",
    "decoy.events",
    "quiet.events",
    "rotated.events",
    "released.events",
    "keyless.events",
    "later.events",
];

/// Where the scene ends; the golden cells have seen time up to here.
fn later() -> Timestamp {
    at(scene::END_MS + 1_000)
}

/// The golden cells in a fresh store.
fn restored() -> Service<Shared> {
    let service = service(&Shared::memory());
    let keys = service.keyring();
    let account_cell: Versioned = golden("account.cell");
    let payee_cell: Versioned = golden("payee.cell");
    files::put_in(
        service.store(),
        keys.account_key(&account(ALICE)),
        &account_cell,
        &golden::<Vec<_>>("account.events"),
    );
    files::put_in(
        service.store(),
        keys.payee_key(Fingerprint::of_payee(PAYEE)),
        &payee_cell,
        &golden::<Vec<_>>("payee.events"),
    );
    for (key, cell, events) in [
        (shared::scope_key(&service), "scope.cell", "scope.events"),
        (shared::decoy_key(&service), "decoy.cell", "decoy.events"),
    ] {
        files::put_in(service.store(), key, &golden(cell), &golden::<Vec<_>>(events));
    }
    service
}

fn totp_code(secret: &str, now: Timestamp) -> TypedCode {
    let secret = TotpSecret::parse_base32(secret).unwrap();
    TypedCode::parse(code_at(&secret, &TotpParameters::STANDARD, now).unwrap().code(), 6).unwrap()
}

#[test]
#[ignore = "writes into the source tree; run it before the first release, after changing a stored format"]
fn regenerate() {
    let what =
        std::env::var("REGENERATE_GOLDEN").expect("what to write: 1, `meaning`, `released`, `keyless` or `later`");
    let younger = match what.as_str() {
        "released" => scene::released().into_iter().chain(scene::younger()).collect(),
        "keyless" => scene::keyless(),
        "later" => scene::later(),
        _ => Vec::new(),
    };
    if !younger.is_empty() {
        return younger.iter().for_each(|(name, bytes)| files::write(name, bytes));
    }
    if what != "meaning" {
        let played = scene::play();
        played.files.iter().for_each(|(name, bytes)| files::write(name, bytes));
        write_expected(&played.expected);
    }
    files::write_text("meaning.txt", &meaning());
    audited().into_iter().for_each(|(name, text)| files::write_text(name, &text));
}

/// What auditors keep of the golden store: a check-point, its heads, and every event of the account and the payee.
fn audited() -> [(&'static str, String); 3] {
    let service = restored();
    let (mut tree, mut heads, mut lines) = (CheckpointBuilder::new(), HEADS_HEADER.to_owned(), String::new());
    let page = service.heads(None, 100).unwrap();
    assert_eq!((page.heads.len(), page.left_out.len()), (4, 0));
    for head in &page.heads {
        tree.push(head).unwrap();
        heads += &head.line();
        if head.expires_at.is_none() {
            let events = service.export(head.key, 1, 1_000).unwrap();
            lines.extend(events.into_iter().map(|line| line.text));
        }
    }
    let checkpoint = CheckpointFile::unsigned(tree.finish(service.keyring().lookup_fingerprint(), 0, later()));
    [("checkpoint.txt", checkpoint.to_text()), ("checkpoint.txt.heads", heads), ("export.jsonl", lines)]
}

#[test]
fn what_auditors_kept_is_written_the_same_again_and_still_proves_the_old_chains() {
    for (name, text) in audited() {
        assert!(text == files::read_text(name), "{name}");
    }
    let kept = CheckpointFile::parse(files::read_text("checkpoint.txt").as_bytes()).unwrap().checkpoint;
    let (mut parser, mut heads) = (HeadsParser::new(), Vec::new());
    parser.feed(files::read_text("checkpoint.txt.heads").as_bytes(), &mut |head| heads.push(head)).unwrap();
    assert_eq!(kept.finish(parser), Ok(()));
    let service = restored();
    assert!(heads.iter().all(|head| matches!(service.verify_since(head, later()).unwrap(), Verdict::Intact { .. })));
}

/// Every kind of event an account can have is among them.
#[test]
fn no_exported_line_holds_a_contact_a_secret_or_a_text_that_was_erased() {
    let lines = files::read_text("export.jsonl");
    let contacts = [support::acts::PHONE, NEW, MAIL, OTHER, scene::NEW_MAIL, "+8613800000000"];
    let secrets = ["payment code", "active secret", "pending secret", "recovery code", "device token", "cancel handle"];
    let erased = ["agent-2", "case 2026-77", "Library 3", "Anna's old phone"].map(str::to_owned);
    let typed_since = ["Anna's phone", "案号 2026-17", "dpo-5"];
    for word in contacts.into_iter().map(str::to_owned).chain(secrets.map(expected)).chain(erased) {
        let bare = word.trim_start_matches('+');
        assert!(!lines.contains(bare), "{word}");
    }
    assert!(typed_since.iter().all(|word| lines.contains(word)), "what was not erased is told");
    assert!(lines.contains("\"(erased)\"") && !lines.contains("\"(sealed)\""));
    for line in lines.lines() {
        let read: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(read["event"].is_string(), "{line}");
    }
}

#[test]
fn an_account_whose_payment_was_released_is_intact_and_goes_on() {
    let service = Service::new(Shared::memory(), ring(1, &[1]), support::settings()).unwrap();
    let quiet = service.keyring().account_key(&account(scene::QUIET));
    let events = golden::<Vec<StoredEvent>>("released.events");
    files::put_in(service.store(), quiet, &golden("released.cell"), &events);
    let count = u64::try_from(events.len()).unwrap();
    assert_eq!(service.verify_cell(quiet).unwrap(), Verdict::Intact { events: count });
    let profile = service.record(&account(scene::QUIET)).unwrap().profile.read().unwrap();
    assert_eq!((profile.payments(), count), (13, 14));
}

#[test]
fn an_account_with_a_former_password_that_is_lost_is_intact() {
    let service = Service::new(Shared::memory(), ring(1, &[1]), support::settings()).unwrap();
    let quiet = service.keyring().account_key(&account(scene::QUIET));
    let events = golden::<Vec<StoredEvent>>("keyless.events");
    files::put_in(service.store(), quiet, &golden("keyless.cell"), &events);
    let count = u64::try_from(events.len()).unwrap();
    assert_eq!(service.verify_cell(quiet).unwrap(), Verdict::Intact { events: count });
    let state = service.record(&account(scene::QUIET)).unwrap().password.unwrap();
    assert_eq!((state.last_hashes().count(), state.uncompared(5, service.keyring())), (2, 1));
}

#[test]
fn an_account_that_was_set_back_is_intact_and_goes_on() {
    let service = Service::new(Shared::memory(), ring(1, &[1]), support::settings()).unwrap();
    let quiet = service.keyring().account_key(&account(scene::QUIET));
    let events = golden::<Vec<StoredEvent>>("later.events");
    files::put_in(service.store(), quiet, &golden("later.cell"), &events);
    assert_eq!(service.verify_cell(quiet).unwrap(), Verdict::Intact { events: events.len() as u64 });
    let record = service.record(&account(scene::QUIET)).unwrap();
    assert_eq!(record.time_high, at(4 * DAY_MS));
    assert_eq!((record.profile.read().unwrap().payments(), events.len()), (2, 7));
}

#[test]
fn an_old_account_sealed_anew_opens_under_the_new_key() {
    let service = Service::new(Shared::memory(), ring(2, &[1, 2]), support::settings()).unwrap();
    let quiet = service.keyring().account_key(&account(scene::QUIET));
    files::put_in(service.store(), quiet, &golden("rotated.cell"), &golden::<Vec<_>>("rotated.events"));
    assert_eq!(service.verify_cell(quiet).unwrap(), Verdict::Intact { events: 2 });
    assert!(service.record(&account(scene::QUIET)).unwrap().password.is_some());
}

/// Every event and the record, in words. Secrets stay redacted; that they still fit is tested by using them.
fn meaning() -> String {
    let mut text = String::new();
    for name in EVENTS {
        for stored in golden::<Vec<StoredEvent>>(name) {
            text += &format!("{name} {}: {:?}\n", stored.seq, Event::decode(&stored.body).unwrap());
        }
    }
    for (number, effect) in messages().iter().enumerate() {
        text += &format!("outbox {number}: {} {effect:?}\n", scene::kind_of(effect));
    }
    let account = AccountRecord::decode(&golden::<Vec<u8>>("account.plain")).unwrap();
    let payee = PayeeRecord::decode(&golden::<Vec<u8>>("payee.plain")).unwrap();
    let scope = SendBudgetRecord::decode(&golden::<Vec<u8>>("scope.plain")).unwrap();
    let decoy = DecoyRecord::decode(&golden::<Vec<u8>>("decoy.plain")).unwrap();
    text + &format!("{account:#?}\n{payee:#?}\n{scope:#?}\n{decoy:#?}\n")
}

fn messages() -> Vec<Effect> {
    let store = files::Mailbox([golden::<Vec<OutboxItem>>("outbox"), golden("younger.outbox")].concat());
    let mailed = Service::new(store, ring(1, &[1]), support::settings()).unwrap();
    mailed.drain(100).unwrap().into_iter().map(|waiting| waiting.effect.unwrap()).collect()
}

#[test]
fn every_field_of_every_old_event_and_record_has_the_value_it_had() {
    let then = files::read_text("meaning.txt");
    for (line, (now, then)) in meaning().lines().zip(then.lines()).enumerate() {
        assert_eq!(now, then, "line {}", line + 1);
    }
    assert_eq!(meaning().lines().count(), then.lines().count());
}

#[test]
fn an_old_account_opens_and_every_part_of_it_means_what_it_meant() {
    let service = restored();
    let record = service.record(&account(ALICE)).unwrap();
    assert_eq!(record.time_high, at(scene::END_MS));
    assert_eq!(record.password_budget.failures_in_a_row(), BUDGETS.0);
    assert_eq!(record.second_factor_budget.failures_in_a_row(), BUDGETS.1);
    assert_eq!(record.reset.budget().failures_in_a_row(), BUDGETS.2);
    assert_eq!(record.security_changed_at, Some(at(scene::CONTACT_MS)));
    let password = record.password.unwrap();
    assert_eq!(password.changed_at(), at(0));
    assert_eq!(password.last_hashes().count(), 4, "the present and the three former hashes");
    assert!(record.totp.pending().is_some());
    assert_eq!(record.totp.active().map(|active| active.drift_steps()), Some(1));
    assert_eq!((record.recovery.generation(), record.recovery.left()), (2, 9));
    let challenge = record.challenges.of_purpose(Purpose::Payment).unwrap();
    assert_eq!((challenge.tries_left, challenge.sends, challenge.destination_masked.as_str()), (4, 2, "+86 ****5678"));
    assert!(matches!(challenge.state, ChallengeState::Open { .. }));
    let freezes: Vec<_> = record.freezes.in_force(later()).collect();
    assert_eq!(freezes.len(), 2);
    let court = freezes.iter().find(|freeze| freeze.authority == Authority::Court).unwrap();
    assert_eq!((court.reason, court.scopes), (FreezeReason::CourtOrder, Scopes::RECEIVE));
    assert!(matches!(court.lift, Lift::Requested { .. }));
    assert_eq!(record.profile.read().unwrap().payments(), 3);
}

#[test]
fn an_old_customer_has_the_same_contacts_device_ticket_and_change_under_way() {
    let (service, alice) = (restored(), account(ALICE));
    let record = service.record(&alice).unwrap();
    let in_force = |kind| record.contacts.confirmed(kind).unwrap().destination().expose();
    assert_eq!((in_force(ContactKind::Phone), in_force(ContactKind::Email)), (NEW, MAIL));
    let change = record.contact_change.as_ref().unwrap();
    assert_eq!(change.new_contact().destination().expose(), scene::NEW_MAIL);
    assert_eq!(change.step(), ContactStep::CoolingOff { until: at(scene::CONTACT_MS + DAY_MS) });
    assert!(record.review.confirmed_at.is_some() && record.review.confirmed_at < record.review.reminded_at);

    let token = DeviceToken::parse(&expected("device token")).unwrap();
    let device = record.devices.get(service.keyring().device_tag(&alice, &token)).unwrap();
    assert_eq!((device.label.as_str(), device.budget.failures_in_a_row()), ("Anna's phone", BUDGETS.3));
    let ticket = TicketId::from(expected("step-up ticket").parse_id());
    let proof = TypedProof::Totp(totp_code(&expected("active secret"), later()));
    let step = service.execute(&alice, &ProveStepUp { ticket, proof }, later()).unwrap();
    assert!(matches!(step, ProofStep::Complete { .. }), "{step:?}");

    let by = ContactCancel::Handle(CancelHandle::parse(&expected("cancel handle")).unwrap());
    let stopped = service.execute(&alice, &CancelContactChange { by }, later()).unwrap().unwrap();
    assert!(stopped.is_suspicious && stopped.kind == ContactKind::Email);
    let opened = service.record(&alice).unwrap().tickets.find(ticket, Errand::StepUp, later()).cloned();
    assert_eq!(opened, None, "what was proven is void with it");
}

#[test]
fn old_counts_of_messages_and_of_names_without_an_account_go_on() {
    let service = restored();
    service.swap_settings(shared::narrow());
    let (scope, decoy) = (shared::scope_key(&service), shared::decoy_key(&service));
    for (key, events) in [(scope, 10), (decoy, 7)] {
        assert_eq!(service.verify_cell(key).unwrap(), Verdict::Intact { events });
    }
    let plain = SendBudgetRecord::decode(&golden::<Vec<u8>>("scope.plain")).unwrap();
    let now = plain.time_high;
    assert_eq!((plain.budget.sent_in_hour(now), plain.budget.verified_in_hour(now)), (1, 1));
    let send = |number: u32| service.charge_send(&to(&format!("+8613900{number:06}")), None, now).unwrap();
    assert_eq!([send(1).is_ok(), send(2).is_ok(), send(3).is_ok()], [true, true, false], "one of three is used up");

    let plain = DecoyRecord::decode(&golden::<Vec<u8>>("decoy.plain")).unwrap();
    let counts = plain.counts(service.keyring().decoy(&shared::nobody()).tag);
    let failures = (counts.password.failures_in_a_row(), counts.reset.budget().failures_in_a_row());
    assert_eq!(failures, shared::DECOY_FAILURES);
    let now = plain.time_high;
    let wrong = Password::parse(b"wrong").unwrap();
    service.sign_in(&shared::nobody(), &wrong, None, now).unwrap();
    let step = service.sign_in(&shared::nobody(), &wrong, None, now).unwrap();
    assert!(matches!(step, SignInStep::Refused(Refused::Blocked { .. })), "the fifth blocked: {step:?}");
}

#[test]
fn an_old_password_code_and_authenticator_are_still_right() {
    let (service, alice) = (restored(), account(ALICE));
    let right = Password::parse(PASSWORD.as_bytes()).unwrap();
    assert!(matches!(service.verify_password(&alice, &right, later()).unwrap(), PasswordOutcome::Accepted { .. }));

    let code = TypedCode::parse(&expected("payment code"), 6).unwrap();
    let challenge = expected("payment challenge").parse_id();
    let verify = VerifyCode { challenge, purpose: Purpose::Payment, binding: Binding::None, code };
    let other = service.execute(&alice, &verify, later()).unwrap();
    assert_eq!(
        other,
        CodeAnswer::Tried(VerifyOutcome::WrongCode { tries_left: 3 }),
        "the right digits, not this payment"
    );
    let verify = VerifyCode { binding: payment_binding(), ..verify };
    assert_eq!(service.execute(&alice, &verify, later()).unwrap(), CodeAnswer::Tried(VerifyOutcome::Accepted));

    let now = later().plus_ms(60_000);
    let verify = VerifyTotp { code: totp_code(&expected("active secret"), now) };
    assert_eq!(service.execute(&alice, &verify, now).unwrap(), TotpOutcome::Accepted);
    let confirm = ConfirmTotp { code: totp_code(&expected("pending secret"), now) };
    assert_eq!(service.execute(&alice, &confirm, now).unwrap(), TotpOutcome::Accepted);
    let code = RecoveryCode::parse(&expected("recovery code")).unwrap();
    let spend = SpendRecoveryCode { code, sign_in: RandomId([3; 16]) };
    assert_eq!(service.execute(&alice, &spend, now).unwrap(), RecoveryAnswer::Accepted { left: 8 });
    assert!(matches!(service.verify_account(&alice).unwrap(), Verdict::Intact { .. }), "old links and new ones");
}

#[test]
fn an_old_payment_is_answered_with_its_first_decision_and_an_old_freeze_still_closes() {
    let (service, alice) = (restored(), account(ALICE));
    let first = first_assessment(&service);
    let again = service.assess(&alice, &payment("tx-1", at(scene::FIRST_PAYMENT_MS)), 480, later()).unwrap();
    assert_eq!(again, PaymentDecision::Assessed(first));
    let other = service.assess(&alice, &payment("tx-1", at(scene::FIRST_PAYMENT_MS + 1)), 480, later()).unwrap();
    assert_eq!(other, PaymentDecision::Conflict);
    let refused = service.assess(&alice, &scene::incoming("tx-new", later()), 480, later()).unwrap();
    assert_eq!(refused, PaymentDecision::Frozen);
    assert_eq!(service.restriction(&alice, later()).unwrap(), Scopes::SIGN_IN | Scopes::RECEIVE);
    assert_eq!(service.label(&alice, TxId::of("tx-1"), Label::Fraud, later()).unwrap(), LabelOutcome::Learned);
}

fn first_assessment(service: &Service<Shared>) -> Assessment {
    let judged = history(service, &account(ALICE)).into_iter().find_map(|(_, event)| match event.kind {
        account_security::account::EventKind::PaymentAssessed { assessment, .. } => Some(assessment),
        _ => None,
    });
    *judged.unwrap()
}

#[test]
fn an_old_payee_is_still_distrusted() {
    let service = restored();
    let belief = service.payee_belief(Fingerprint::of_payee(PAYEE)).unwrap();
    assert!(belief.is_some(), "the payee drew a fraud report");
    let plain = PayeeRecord::decode(&golden::<Vec<u8>>("payee.plain")).unwrap();
    assert_eq!((belief, plain.time_high, plain.head.seq), (plain.belief, at(140_000), 1));
    let key = service.keyring().payee_key(Fingerprint::of_payee(PAYEE));
    assert_eq!(service.verify_cell(key).unwrap(), Verdict::Intact { events: 1 });
}

#[test]
fn there_is_an_old_event_of_every_kind_and_the_chain_over_them_is_intact() {
    let service = restored();
    let events: Vec<StoredEvent> = golden("account.events");
    let count = u64::try_from(events.len()).unwrap();
    assert_eq!(service.verify_account(&account(ALICE)).unwrap(), Verdict::Intact { events: count });
    let decoded = EVENTS.iter().flat_map(|name| golden::<Vec<StoredEvent>>(name));
    let mut numbers: Vec<u16> = decoded.map(|stored| Event::decode(&stored.body).unwrap().kind.number()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers, catalogue(), "a new kind of event needs a golden one");
}

/// The numbers of all kinds of events, from the source itself: a list kept here could forget one.
fn catalogue() -> Vec<u16> {
    let lines = include_str!("../src/account/event/number.rs").lines().filter_map(|line| line.split_once(" = "));
    let mut numbers: Vec<u16> = lines.filter_map(|(_, number)| number.trim_end_matches(',').parse().ok()).collect();
    numbers.sort_unstable();
    assert!(numbers.len() >= 55 && numbers.is_sorted_by(|one, other| one < other), "{numbers:?}");
    numbers
}

#[test]
fn what_is_read_writes_the_same_bytes_again() {
    let service = restored();
    let plain: Vec<u8> = golden("account.plain");
    let record = service.record(&account(ALICE)).unwrap();
    assert_eq!(record.encode().unwrap(), plain, "the format of a record changed: that needs a new version byte");
    assert_eq!(AccountRecord::decode(&plain), Ok(record));
    let plain: Vec<u8> = golden("payee.plain");
    assert_eq!(PayeeRecord::decode(&plain).unwrap().encode().unwrap(), plain);
    let plain: Vec<u8> = golden("scope.plain");
    assert_eq!(SendBudgetRecord::decode(&plain).unwrap().encode().unwrap(), plain);
    let plain: Vec<u8> = golden("decoy.plain");
    assert_eq!(DecoyRecord::decode(&plain).unwrap().encode().unwrap(), plain);
    let sealing = ["account", "payee", "scope", "decoy"].map(|name| {
        let (cell, plain): (Versioned, Vec<u8>) = (golden(&format!("{name}.cell")), golden(&format!("{name}.plain")));
        cell.body.len() - plain.len()
    });
    assert_eq!(sealing, [sealing[0]; 4], "each plain file is what its cell seals");
    for name in EVENTS {
        for stored in golden::<Vec<StoredEvent>>(name) {
            let event = Event::decode(&stored.body).unwrap();
            assert_eq!(event.encode().unwrap(), stored.body, "event {}: {:?}", stored.seq, event.kind);
        }
    }
}

/// A cell's nonce comes from its place, so what draws no randomness is the same to the last byte: an account whose
/// password was set, and the cells that accounts share.
#[test]
fn quiet_cells_are_sealed_to_the_same_bytes_again() {
    let played = scene::quiet().into_iter().chain(scene::shared_cells(&scene::Kept::default()));
    let played = played.chain(scene::released()).chain(scene::keyless());
    // What weighs a cell of names down is no format: it follows the ordinary customer.
    for (name, bytes) in played.filter(|(name, _)| !matches!(*name, "decoy.cell" | "decoy.plain")) {
        assert!(bytes == files::read(name), "{name}");
    }
}

#[test]
fn old_messages_in_the_outbox_are_still_delivered() {
    let service = restored();
    let effects = messages();
    let kinds: Vec<String> = effects.iter().map(scene::kind_of).collect();
    for expected in notices().iter().map(String::as_str).chain(SENT) {
        assert!(kinds.iter().any(|kind| kind == expected), "a new kind of message needs a golden one: {expected}");
    }
    let has = |notice| effects.contains(&Effect::NotifyOwner { notice });
    assert!(has(Notice::PasswordChanged) && has(Notice::FactorAdded) && has(Notice::FactorRemoved));
    let record = service.record(&account(ALICE)).unwrap();
    let own = record.freezes.iter().find(|freeze| freeze.authority == Authority::Owner && !freeze.is_lifted()).unwrap();
    assert!(effects.iter().any(|effect| matches!(effect, Effect::NotifyOwner { notice: Notice::Frozen { .. } })));
    assert_eq!(own.scopes, Scopes::SIGN_IN);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::NotifyOwner { notice: Notice::Unfrozen { .. } })));
    let code = expected("payment code");
    let texts = effects.iter().filter_map(|effect| match effect {
        Effect::Send { text, to, .. } => Some((text, to)),
        _ => None,
    });
    let (_, to) = texts.into_iter().find(|(text, _)| text.contains(&code)).expect("the message with the code");
    assert_eq!(to.as_str(), support::acts::PHONE);
}

/// By which way, what it carries, and whether it has a subject.
const SENT: [&str; 6] =
    ["Sms Code false", "Email Code true", "Sms Notice false", "Email Notice true", "AlertOperator", "PendingPayments"];

/// The names of all notices, from the source itself.
fn notices() -> Vec<String> {
    let file = syn::parse_file(include_str!("../src/command/effect.rs")).unwrap();
    let notice = file.items.into_iter().find_map(|item| match item {
        syn::Item::Enum(item) if item.ident == "Notice" => Some(item.variants),
        _ => None,
    });
    notice.unwrap().into_iter().map(|variant| variant.ident.to_string()).collect()
}

#[test]
fn another_version_byte_and_every_changed_byte_are_refused_not_guessed_at() {
    let plain: Vec<u8> = golden("account.plain");
    let newer = [&[2], &plain[1..]].concat();
    assert_eq!(AccountRecord::decode(&newer), Err(FormatError::Unsupported(2)));
    for cut in 0..plain.len() {
        assert!(AccountRecord::decode(&plain[..cut]).is_err(), "cut at {cut}");
    }
    let cell: Versioned = golden("account.cell");
    let events: Vec<StoredEvent> = golden("account.events");
    for index in (0..cell.body.len()).step_by(7) {
        let service = service(&Shared::memory());
        let mut bad = cell.clone();
        bad.body[index] ^= 0x10;
        files::put_in(service.store(), service.keyring().account_key(&account(ALICE)), &bad, &events);
        let refused = service.record(&account(ALICE)).unwrap_err();
        assert!(matches!(refused, ServiceError::Seal(_) | ServiceError::KeyLost(_)), "byte {index}: {refused:?}");
    }
}

trait ParseId {
    fn parse_id(&self) -> RandomId;
}

impl ParseId for String {
    fn parse_id(&self) -> RandomId {
        RandomId::parse(self).unwrap()
    }
}
