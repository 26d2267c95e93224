//! How large an account's record gets: with everything at its bound, and with what an ordinary customer has.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

#[path = "support/mod.rs"]
mod support;

use account_security::account::event::EVENT_BYTES_MAX;
use account_security::account::record::RECORD_BYTES_MAX;
use account_security::account::{
    AccountRecord, Aggregate, ChainHead, Contact, ContactChange, Device, DeviceLabel, DeviceTag, Devices, Errand,
    FailureBudget, IdentityCheck, Proofs, ResetGate, Review, Stage, ThrottlePolicy, Ticket, Tickets,
};
use account_security::account::{Event, EventKind, REPORTS_MAX, ReportKind, Reports, UnauthorisedReport};
use account_security::command::{
    ClockRequest, ClockSetBack, Command, Env, GenerateRecoveryCodes, SetClockBack, Settings, Subject,
};
use account_security::freeze::{Actor, Authority, CoolingOff, Disclosure, FreezeReason, Freezes, Lift, Scopes};
use account_security::password::PasswordState;
use account_security::risk::{
    Assessment, Belief, Millibans, Outcome, PROFILE_BYTES_MAX, REASONS_MAX, Reason, ReasonGroup, TraFactors,
};
use account_security::totp::{
    RecoveryKey, RecoverySet, SEALED_SECRET_BYTES_MAX, SealedSecret, TotpParameters, TotpPolicy, TotpSecret, TotpState,
    code_at, confirm, enrol, generate_recovery_codes, spend_recovery_code,
};
use account_security::types::time::{DAY_MS, MINUTE_MS};
use account_security::types::{
    AccountId, ActorId, CaseRef, Currency, Direction, Fingerprint, KeyId, Locale, Money, Payment, PaymentKind,
    RandomId, ReasonCode, SecretBytes, Timestamp, TxId, TypedCode,
};
use account_security::verification::budget::{Limits, ScopeRules, SendBudget, charge, settle};
use account_security::verification::{
    Binding, Challenge, ChallengeState, Challenges, CodeKey, CodeKeys, IssueRequest, Purpose, SendOutcome,
    VerificationPolicy, issue,
};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::Serialize;
use serde::de::DeserializeOwned;

use support::acts::phone;
use support::owner::to;
use support::visits::{Visits, email};

/// A time whose number is as long as numbers of times get.
fn at(ms: u64) -> Timestamp {
    Timestamp::from_unix_s(250_000_000_000).unwrap().plus_ms(ms)
}

/// A state as the store holds it, where the crate gives no other way to make one that is full.
fn stored<T: DeserializeOwned>(parts: &impl Serialize) -> T {
    postcard::from_bytes(&postcard::to_allocvec(parts).unwrap()).unwrap()
}

fn bytes(part: &impl Serialize) -> usize {
    postcard::to_allocvec(part).unwrap().len()
}

fn id(number: usize) -> RandomId {
    RandomId([u8::try_from(number).unwrap(); 16])
}

fn long_mail() -> String {
    let host = ["d".repeat(63), "e".repeat(63), "f".repeat(57), "com".to_owned()].join(".");
    format!("{}@{host}", "a".repeat(64))
}

fn locked() -> FailureBudget {
    let policy = ThrottlePolicy { hard_lock_at: 1, ..ThrottlePolicy::default() };
    let failures: (u32, Option<Timestamp>, bool) = (u32::MAX, Some(at(0)), true);
    assert!(FailureBudget::default().after_failure(&policy, at(0)).blocked_until(at(0)).is_some());
    stored(&failures)
}

/// Twelve hashes of the longest text there may be.
fn password() -> PasswordState {
    stored(&("$".repeat(512), at(0), true, vec!["$".repeat(512); 11]))
}

/// Every place taken, every text and request as long as it gets.
fn freezes() -> Freezes {
    let agent = || ActorId::parse(&"a".repeat(64)).unwrap();
    let case = || Some(CaseRef::parse(&"c".repeat(64)).unwrap());
    let freeze = |number: usize, authority: Authority, lift: Lift| {
        let (reason, disclosure) = (FreezeReason::CourtOrder, Disclosure::Neutral);
        (
            id(number),
            Some([7_u8; 16]),
            Scopes::ALL,
            reason,
            authority,
            agent(),
            case(),
            at(0),
            Some(at(1)),
            disclosure,
            account_security::freeze::PendingPayments::HoldPending,
            lift,
        )
    };
    let asked = || Lift::Requested { by: agent(), at: at(0), release: case() };
    let lifted = || Lift::Lifted { by: agent(), at: at(0), release: case() };
    let others = (0..16).map(|number| freeze(number, Authority::Court, asked()));
    let standing: Vec<_> = others.chain((16..19).map(|number| freeze(number, Authority::Owner, asked()))).collect();
    let ended: Vec<_> = (19..23).map(|number| freeze(number, Authority::Court, lifted())).collect();
    let cooling_off = CoolingOff { until: at(0), closed: Scopes::ALL, limited: Scopes::ALL };
    stored(&(standing, ended, Some(cooling_off)))
}

/// One open challenge for each purpose, sent three times, under a key with a long number.
fn challenges() -> Challenges {
    let keys = CodeKeys::new(CodeKey::new(KeyId(u32::MAX), &SecretBytes::new(vec![7; 32])).unwrap(), vec![]).unwrap();
    let account = AccountId::parse("alice").unwrap();
    let to = phone();
    let request = IssueRequest { account: &account, purpose: Purpose::SignIn, to: &to, binding: &Binding::None };
    let policy = VerificationPolicy::default();
    let mut rng = StdRng::seed_from_u64(1);
    let sent = issue(&Challenges::default(), &request, &keys, &policy, &mut rng, at(0)).unwrap();
    let SendOutcome::Sent(sent) = sent else { panic!("a first code is sent") };
    let first: Challenge = sent.challenges.iter().next().unwrap().clone();
    let tag = first.destination;
    let full = Purpose::ALL.into_iter().enumerate().map(|(number, purpose)| Challenge {
        id: id(number),
        purpose,
        destination_masked: "*".repeat(32),
        sends: 3,
        state: ChallengeState::Open { code: tag, superseded: [Some(tag); 2] },
        ..first.clone()
    });
    Challenges::try_from(full.collect::<Vec<_>>()).unwrap()
}

/// Two credentials with the longest sealed secrets.
fn totp() -> TotpState {
    let (policy, parameters) = (TotpPolicy::usable(), TotpParameters::STANDARD);
    let secret = TotpSecret::from_bytes(&[7; 20]).unwrap();
    let sealed = |byte| SealedSecret::new(vec![byte; SEALED_SECRET_BYTES_MAX]).unwrap();
    let pending = enrol(&TotpState::default(), id(1), parameters, sealed(1), &policy, at(0)).unwrap().state;
    let typed = TypedCode::parse(code_at(&secret, &parameters, at(0)).unwrap().code(), 6).unwrap();
    let active = confirm(&pending, &secret, &typed, &policy, at(0)).unwrap().state;
    let both = enrol(&active, id(2), parameters, sealed(2), &policy, at(1)).unwrap().state;
    assert!(both.active().is_some() && both.pending().is_some());
    both
}

/// Ten codes, all spent.
fn recovery() -> RecoverySet {
    let alice = AccountId::parse("alice").unwrap();
    let key = RecoveryKey::new(KeyId(u32::MAX), &SecretBytes::new(vec![7; 32])).unwrap();
    let mut rng = StdRng::seed_from_u64(1);
    let drawn = generate_recovery_codes(&RecoverySet::default(), &alice, &key, &mut rng, at(0)).unwrap();
    drawn.codes.iter().enumerate().fold(drawn.set, |set, (number, code)| {
        spend_recovery_code(&set, &alice, &key, code, id(number), at(1)).unwrap().set
    })
}

/// As many messages as the widest limits let through, for two days.
fn sends() -> SendBudget {
    let limits = Limits { per_hour: u32::MAX, per_day: u32::MAX };
    let rules = ScopeRules { limits, prefixes_max: None, brake: None };
    let mut budget = SendBudget::default();
    for minute in 0..2 * 24 * 60 {
        for _ in 0..200 {
            budget = charge(&budget, &rules, None, at(minute * MINUTE_MS)).budget;
            budget = settle(&budget, at(minute * MINUTE_MS));
        }
    }
    budget
}

/// The change with the longest texts in it.
fn contact_change() -> ContactChange {
    let checked_by = ActorId::parse(&"a".repeat(64)).unwrap();
    let begun = Stage::AwaitCheck { proven: Proofs::TOTP };
    let change = ContactChange::begun(id(1), KeyId(u32::MAX), to(&long_mail()), begun, at(0));
    let mut change = change.at_stage(Stage::AwaitApproval { checked_by, check: IdentityCheck::CallBack }, at(0));
    while let Some(more) = change.with_wrong_handle() {
        change = more;
    }
    change
}

fn tickets() -> Tickets {
    let errands = [Errand::SignIn, Errand::StepUp, Errand::Reset].into_iter().cycle().take(9).enumerate();
    let ticket = |(number, errand)| Ticket { id: id(number).into(), errand, proven: Proofs::TOTP, expires_at: at(0) };
    Tickets::try_from(errands.map(ticket).collect::<Vec<_>>()).unwrap()
}

fn devices() -> Devices {
    let label = DeviceLabel::parse(&"d".repeat(32)).unwrap();
    let device = |number| {
        let (tag, label) = (DeviceTag([number; 16]), label.clone());
        Device { tag, label, added_at: at(0), seen_at: at(0), budget: locked() }
    };
    Devices::try_from((0..8).map(device).collect::<Vec<_>>()).unwrap()
}

fn reports() -> Reports {
    let report = |number| {
        let (kind, tx_id) = (ReportKind::Unauthorised, Some(TxId([0xff; 16])));
        UnauthorisedReport { id: id(number), kind, reported_at: at(0), learned_at: at(0), tx_id }
    };
    Reports::try_from((0..REPORTS_MAX).map(report).collect::<Vec<_>>()).unwrap()
}

fn reset() -> ResetGate {
    stored(&(locked(), Some((at(0), u8::MAX, u8::MAX))))
}

/// All of these in one record.
fn full() -> AccountRecord {
    let mut record = AccountRecord::default();
    record.time_high = at(0);
    record.texts = stored(&(Some([7_u8; 32]), u64::MAX, u64::MAX));
    record.head = ChainHead { seq: u64::MAX, mac: [7; 32], epoch: u32::MAX };
    (record.password_budget, record.second_factor_budget, record.reset) = (locked(), locked(), reset());
    record.security_changed_at = Some(at(0));
    record.password = Some(password());
    record.contacts.replace(Contact::confirmed(to("+123456789012345"), at(0)));
    record.contacts.replace(Contact::confirmed(to(&long_mail()), at(0)));
    record.contacts.set_locale(Locale::ZhCn);
    record.contact_change = Some(contact_change());
    record.review = Review { confirmed_at: Some(at(0)), reminded_at: Some(at(0)) };
    (record.tickets, record.devices) = (tickets(), devices());
    (record.totp, record.recovery) = (totp(), recovery());
    (record.challenges, record.freezes, record.sends) = (challenges(), freezes(), sends());
    record.reports = reports();
    record
}

#[test]
fn an_account_with_everything_at_its_bound_still_fits() {
    let record = full();
    let parts = [
        ("password", bytes(&record.password)),
        ("contacts", bytes(&record.contacts)),
        ("contact change", bytes(&record.contact_change)),
        ("tickets", bytes(&record.tickets)),
        ("devices", bytes(&record.devices)),
        ("totp", bytes(&record.totp)),
        ("recovery", bytes(&record.recovery)),
        ("challenges", bytes(&record.challenges)),
        ("freezes", bytes(&record.freezes)),
        ("sends", bytes(&record.sends)),
        ("reports", bytes(&record.reports)),
    ];
    // No profile exceeds its own bound; `risk::properties` holds it to that.
    let all = 1 + bytes(&record) - bytes(&record.profile) + PROFILE_BYTES_MAX;
    println!("{all} bytes with a profile of {PROFILE_BYTES_MAX}: {parts:?}");
    assert!(all <= RECORD_BYTES_MAX, "{all} bytes: {parts:?}");
    let written = record.encode().unwrap();
    assert_eq!(AccountRecord::decode(&written), Ok(record));
}

/// Whatever part is added to a record: one that is forgotten there keeps a time of the wrong year.
#[test]
fn a_record_whose_clock_is_set_back_keeps_no_time_of_the_wrong_year() {
    let (keys, settings, alice) = (support::ring(1, &[1]), Settings::default(), AccountId::parse("alice").unwrap());
    let right = Timestamp::from_unix_s(1_800_000_000).unwrap();
    let who = |name: &str| ActorId::parse(name).unwrap();
    let command = SetClockBack {
        request: ClockRequest { id: id(1), actor: who("agent-1"), clock: right },
        by: Actor::staff(who("agent-2"), Authority::Agent),
        clock: right,
        leapt_to: at(0),
        spent: Vec::new(),
    };
    // As late as anything in it was done.
    let wrong = at(2 * DAY_MS);
    let mut env = Env {
        now: wrong,
        subject: Subject::Account(&alice),
        owner: keys.account_key(&alice),
        keys: &keys,
        settings: &settings,
        rng: &mut StdRng::seed_from_u64(1),
    };
    let mut before = full();
    before.time_high = wrong;
    assert!(times(&before) >= 60, "{}", times(&before));
    let sent = before.sends.sent_in_day(wrong);
    let decided = command.decide(before, &mut env).unwrap();
    let mut record = decided.record;
    assert_eq!(decided.reply, ClockSetBack::Done { from: wrong, to: right });
    assert!(sent > 0 && record.sends.sent_in_day(right) >= sent, "what was sent still counts: {sent}");
    assert_eq!(record.sends.sent_in_day(right.plus_ms(3 * DAY_MS)), 0, "and no longer than it would have");
    // These two stay: see `AccountRecord::set_back`.
    (record.password, record.totp) = (None, TotpState::default());
    assert_eq!(times(&record), 0, "{record:?}");
}

/// Times beyond the year 3000 in what a record shows of itself.
fn times(record: &AccountRecord) -> usize {
    let shown = format!("{record:?}");
    let times = shown.split("Timestamp(").skip(1).filter_map(|rest| rest.split(')').next()?.parse::<i64>().ok());
    times.filter(|ms| *ms > 32_503_680_000_000).count()
}

/// Password, two contacts, authenticator, ten recovery codes, two devices, and a month of payments.
#[test]
fn an_ordinary_account_takes_two_kilobytes_at_most() {
    let visits = Visits::with(&support::stores::Shared::memory(), support::without_step_up());
    visits.sign_up_confirmed(Some(email()));
    let (service, alice) = (&visits.service, &visits.alice);
    for minute in [5, 60 * 24] {
        visits.sign_in_remembered(support::at(minute * MINUTE_MS));
    }
    visits.enrol_totp(support::at(3_000 * MINUTE_MS));
    service.execute(alice, &GenerateRecoveryCodes { ticket: None }, support::at(3_010 * MINUTE_MS)).unwrap();
    for number in 0..40_u64 {
        let now = support::at((4_000 + number * 1_111) * MINUTE_MS);
        let amount = i64::try_from(1_250 + number * number * 97).unwrap();
        let payment =
            Payment::out(&format!("tx-{number}"), Money::from_minor(amount, Currency::CNY).unwrap(), now).unwrap();
        let payment = payment.to(&format!("shop-{}", number % 11)).from_device(&format!("phone-{}", number % 2));
        service.assess(alice, &payment, 480, now).unwrap();
    }
    let record = service.record(alice).unwrap();
    assert!(record.totp.active().is_some() && record.recovery.left() == 10 && record.devices.iter().count() == 2);
    assert_eq!((record.contacts.iter().count(), record.profile.read().unwrap().payments()), (2, 40));
    let all = record.encode().unwrap().len();
    println!("{all} bytes, {} of them the profile", bytes(&record.profile));
    assert!(all <= 2 * 1024, "{all} bytes");
}

/// Every rule there can be fires at once, with the longest numbers.
#[test]
fn the_longest_decision_fits_an_event() {
    let reason = Reason {
        code: ReasonCode::CustomRule,
        points: Millibans(-60_000),
        group: ReasonGroup::Session,
        shadow: true,
        snoozed: true,
        exact: false,
        rule: 32,
        observed: 2_000_000_000_000_000,
        threshold: -1_000_000_000_000_000,
        window_ms: 30 * 24 * 60 * MINUTE_MS,
    };
    let assessment = Assessment {
        score: Millibans(i32::MIN),
        outcome: Outcome::FreezeRecommended,
        reasons: std::iter::repeat_n(reason, REASONS_MAX).collect(),
        repeated: None,
        own_evidence: Belief::MAX,
        policy_hash: u64::MAX,
        looked_at: TraFactors::ALL,
    };
    let kind = EventKind::PaymentAssessed {
        tx_id: TxId([0xff; 16]),
        content: u64::MAX,
        ordered_at: at(0),
        money: Money::from_minor(1_000_000_000_000_000, Currency::EUR).unwrap(),
        direction: Direction::Reversal,
        kind: PaymentKind::Other,
        payee: Some(Fingerprint(u64::MAX)),
        assessment: Box::new(assessment),
    };
    let event =
        Event { at: at(0), key_id: KeyId(u32::MAX), epoch: u32::MAX, kind, sealed_texts: Vec::new(), is_masked: false };
    assert!(event.encode().unwrap().len() <= EVENT_BYTES_MAX);
}
