//! Parsers of stored bytes: what decodes is valid, writes itself the same for ever, and can be worked with.

use account_security::account::contact_change::WRONG_HANDLES_KEPT;
use account_security::account::device::DEVICES_MAX;
use account_security::account::ticket::TICKETS_MAX;
use account_security::account::{
    AccountRecord, Aggregate, ContactChange, ContactStep, Contacts, DecoyCounts, DecoyRecord, DecoyTag, Device,
    DeviceLabel, DeviceTag, Devices, Errand, Event, FailureBudget, PayeeRecord, Proofs, ResetGate, SendBudgetRecord,
    ThrottlePolicy, TicketId, Tickets,
};
use account_security::freeze::{
    Actor, Authority, FreezePolicy, FreezeReason, FreezeRequest, Freezes, OWNER_FREEZES_MAX, Scopes, StepUp, closed,
    lift, place, request_lift,
};
use account_security::password::{PasswordPolicy, PasswordState, Phc, VerifyCeiling};
use account_security::risk::{AssessContext, CheckedPolicy, Profile, assess};
use account_security::totp::{
    DRIFT_STEPS_MAX, TotpParameters, TotpPolicy, TotpSecret, TotpState, confirm, resync, revoke, verify,
};
use account_security::types::time::DAY_MS;
use account_security::types::{
    ActorId, Country, Currency, Money, Payment, PaymentKind, RandomId, Timestamp, TypedCode,
};
use account_security::verification::{Challenges, Standing, VerificationPolicy, cancel, cancel_all};

use super::{recovery, sending};

/// An audit event.
pub fn event(bytes: &[u8]) {
    let Ok(event) = Event::decode(bytes) else { return };
    let written = event.encode().expect("what was read can be written");
    assert!(written.len() <= bytes.len(), "a short number may have been written long, never the other way round");
    assert_eq!(written[..19], bytes[..19], "version, key, number, time and epoch");
    assert_eq!(Event::decode(&written).as_ref(), Ok(&event));
    // How long sealed texts are is told by opening them, and by the chain.
    if event.sealed_texts.is_empty() {
        assert!(Event::decode(&[&written[..], &[0]].concat()).is_err(), "nothing may be left over");
        assert!(Event::decode(&written[..written.len() - 1]).is_err());
    }
}

/// One part of a record, or a whole one: the first byte says which.
pub fn record_parts(bytes: &[u8]) {
    let Some((part, bytes)) = bytes.split_first() else { return };
    match part % 16 {
        0 => read(bytes).iter().for_each(profile),
        1 => read(bytes).iter().for_each(freezes),
        2 => read(bytes).iter().for_each(challenges),
        3 => read(bytes).iter().for_each(totp),
        4 => read(bytes).iter().for_each(password),
        5 => read(bytes).iter().for_each(budget),
        6 => account(bytes),
        7 => payee(bytes),
        8 => read(bytes).iter().for_each(contacts),
        9 => read(bytes).iter().for_each(contact_change),
        10 => read(bytes).iter().for_each(tickets),
        11 => read(bytes).iter().for_each(devices),
        12 => read(bytes).iter().for_each(reset),
        13 => decoys(bytes),
        14 => scope(bytes),
        _ => recovery::set(bytes),
    }
}

/// Decodes, and checks that what was decoded is stored and read back as itself.
fn read<T>(bytes: &[u8]) -> Option<T>
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let value = postcard::from_bytes::<T>(bytes).ok()?;
    rewrite(&value);
    Some(value)
}

fn rewrite<T>(value: &T) -> Vec<u8>
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let written = postcard::to_allocvec(value).expect("a state is always written");
    assert_eq!(postcard::from_bytes::<T>(&written).as_ref(), Ok(value), "what is written must be read back");
    written
}

/// The moments worth deciding at.
fn moments() -> [Timestamp; 4] {
    [0, 1_700_000_000_000, 4_000_000_000_000, i64::MAX]
        .map(|unix_ms| Timestamp::from_unix_ms(unix_ms).unwrap_or(Timestamp::MAX))
}

fn profile(profile: &Profile) {
    assert_eq!(profile.validate(), Ok(()));
    let policy = CheckedPolicy::wallet();
    let currency = profile.currency().unwrap_or(Currency::EUR);
    for now in moments().into_iter().chain(profile.newest()) {
        for (minor, kind) in
            [(0, PaymentKind::Card), (12_345, PaymentKind::Transfer), (1_000_000_000_000_000, PaymentKind::CashOut)]
        {
            let money = Money::from_minor(minor, currency).expect("money in its bounds");
            let payment =
                Payment::out("tx", money, now).expect("a payment").to("shop").from_device("phone").of_kind(kind);
            let payment = payment.in_country(Country::parse("DE").expect("a country"));
            let assessed =
                assess(profile, &payment, None, &policy, &AssessContext::at(now, 60)).expect("the offset is on earth");
            let mut after = profile.clone();
            assessed.commit(&mut after);
            assert_eq!(after.validate(), Ok(()), "a valid profile stays valid");
            rewrite(&after);
            // Sixteen events are remembered: one that came too late for them is not.
            if profile.newest().is_none_or(|newest| newest <= now) {
                let again = assess(&after, &payment, None, &policy, &AssessContext::at(now, 60));
                assert_eq!(again.map(|again| again.changes_nothing()), Ok(true), "the same payment counts once");
            }
        }
    }
}

fn freezes(freezes: &Freezes) {
    assert_eq!(freezes.validate(), Ok(()));
    let actor = ActorId::parse("someone").expect("an actor");
    for (now, policy) in moments().into_iter().zip([FreezePolicy::standard(), FreezePolicy::strict()].iter().cycle()) {
        let before = closed(freezes, now);
        for freeze in freezes.in_force(now) {
            assert!(before.contains(freeze.scopes), "a freeze in force closes what it says");
        }
        let request = FreezeRequest::by_owner(actor.clone(), Scopes::ALL);
        let kill = place(freezes, &request, RandomId([0xA5; 16]), policy, now).map(|placed| placed.freezes);
        // No command fills the owner's last place with less than a kill switch; foreign bytes may.
        let owners =
            freezes.iter().filter(|freeze| freeze.authority == Authority::Owner && !freeze.is_over(now)).count();
        let id_taken = freezes.get(RandomId([0xA5; 16])).is_some();
        match kill {
            Ok(placed) => {
                assert_eq!(placed.validate(), Ok(()));
                rewrite(&placed);
                assert!(closed(&placed, now).contains(Scopes::ALL), "the kill switch closes everything");
            }
            Err(error) => assert!(id_taken || owners >= OWNER_FREEZES_MAX, "the kill switch is refused: {error}"),
        }
        let rule = FreezeRequest::new(Scopes::PAY_OUT, FreezeReason::SuspectedFraud, Authority::Rule, actor.clone());
        if let Ok(placed) = place(freezes, &rule, RandomId([0x5A; 16]), policy, now) {
            rewrite(&placed.freezes);
            assert!(closed(&placed.freezes, now).contains(before), "placing opens nothing");
        }
        let owner = Actor::owner(actor.clone(), StepUp::TwoFactors { oldest_enrolled_at: Timestamp::MIN });
        for by in [owner, Actor::staff(actor.clone(), Authority::Court)] {
            for freeze in freezes.iter() {
                if let Ok(requested) = request_lift(freezes, freeze.id, &by, None, policy, now) {
                    rewrite(&requested.freezes);
                }
                if let Ok(lifted) = lift(freezes, freeze.id, &by, None, policy, now) {
                    rewrite(&lifted.freezes);
                    assert!(lifted.freezes.get(freeze.id).is_none_or(|freeze| !freeze.is_in_force(now)));
                }
            }
        }
    }
}

fn challenges(challenges: &Challenges) {
    for now in moments() {
        rewrite(&challenges.sweep(now));
        let none_open = cancel_all(challenges, now);
        rewrite(&none_open);
        assert!(none_open.iter().all(|challenge| challenge.standing(now) != Standing::Open));
        for challenge in challenges.iter() {
            assert_eq!(challenges.get(challenge.id), Some(challenge));
            assert_eq!(challenges.of_purpose(challenge.purpose), Some(challenge));
            let _ = cancel(challenges, challenge.id, now);
        }
    }
}

fn totp(state: &TotpState) {
    assert_eq!(state.validate(), Ok(()));
    let secret = TotpSecret::from_bytes(&[7; 20]).expect("a secret");
    let mut policy = TotpPolicy::usable();
    policy.learn_drift = true;
    for now in moments() {
        let digits = |parameters: Option<&TotpParameters>| parameters.map_or(6, TotpParameters::digits);
        let active = digits(state.active().map(|active| active.credential().parameters()));
        let typed = TypedCode::parse(&"0".repeat(active.into()), active).expect("a code");
        let verified = verify(state, &secret, &typed, &policy, now).expect("verifying decides");
        rewrite(&verified.state);
        let last_step = |state: &TotpState| state.active().map(|active| active.last_step());
        assert!(last_step(&verified.state) >= last_step(state), "a spent step stays spent");
        let resynced = resync(state, &secret, &typed, &typed, now).expect("resynchronising decides");
        rewrite(&resynced.state);
        for after in [&verified.state, &resynced.state] {
            assert!(last_step(after) >= last_step(state));
            assert!(after.active().is_none_or(|active| active.drift_steps().abs() <= DRIFT_STEPS_MAX));
        }
        let pending = digits(state.pending().map(|pending| pending.credential().parameters()));
        let typed = TypedCode::parse(&"0".repeat(pending.into()), pending).expect("a code");
        rewrite(&confirm(state, &secret, &typed, &policy, now).expect("confirming decides").state);
        for id in state.active().map(|active| active.credential().id()).into_iter().chain([RandomId([0; 16])]) {
            rewrite(&revoke(state, id).state);
        }
    }
}

fn password(state: &PasswordState) {
    assert!(state.last_hashes().count() <= 12);
    let text = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$3fUQ941rsmo3/Cpi+6K2zMNtfMLWcfukgfsepsnYCw4";
    let new = Phc::parse(text, &VerifyCeiling::DEFAULT).expect("a hash");
    for now in moments() {
        let set = PasswordState::set(Some(state), &new, &PasswordPolicy::card_default(), now);
        rewrite(&set);
        assert!(set.changed_at() >= state.changed_at() && !set.must_change());
        let _ = state.rotation_due(&PasswordPolicy::card_default(), now);
    }
    rewrite(&state.rehashed(&new));
    rewrite(&state.requiring_change());
    assert!(!format!("{state:?}").contains('$'));
}

fn budget(budget: &FailureBudget) {
    let policy = ThrottlePolicy::default();
    for now in moments() {
        let failed = budget.after_failure(&policy, now);
        rewrite(&failed);
        assert!(failed.failures_in_a_row() >= budget.failures_in_a_row(), "no count is lost");
        rewrite(&budget.after_success());
    }
}

fn account(bytes: &[u8]) {
    let Ok(record) = AccountRecord::decode(bytes) else { return };
    // A record that is too long for its own bounds must say so instead of being written.
    let Ok(written) = record.encode() else { return };
    assert_eq!(AccountRecord::decode(&written).as_ref(), Ok(&record));
    record.profile.read().iter().for_each(profile);
    freezes(&record.freezes);
    challenges(&record.challenges);
    totp(&record.totp);
    record.password.iter().for_each(password);
    contacts(&record.contacts);
    record.contact_change.iter().for_each(contact_change);
    tickets(&record.tickets);
    devices(&record.devices);
    reset(&record.reset);
}

/// What is confirmed is registered, each in the place of its kind, and shows itself masked only.
fn contacts(contacts: &Contacts) {
    for contact in contacts.iter() {
        let text = contact.destination().expose();
        assert!(!format!("{contacts:?}").contains(text) || contact.destination().masked().contains(text));
        let mut again = contacts.clone();
        assert!(again.confirm(contact.destination(), moments()[1]), "it is registered");
        assert_eq!(again.replace(contact.clone()).map(|old| old.confirmed_at()), Some(Some(moments()[1])));
        rewrite(&again);
    }
}

fn contact_change(change: &ContactChange) {
    assert!(change.wrong_handles() <= WRONG_HANDLES_KEPT);
    assert_eq!(matches!(change.step(), ContactStep::CoolingOff { .. }), change.new_contact().confirmed_at().is_some());
    assert_eq!(change.with_wrong_handle().is_none(), change.wrong_handles() == WRONG_HANDLES_KEPT);
    change.with_wrong_handle().iter().for_each(|noted| {
        rewrite(noted);
    });
    rewrite(&change.clone().with_challenge(RandomId([0xA5; 16])));
}

fn tickets(tickets: &Tickets) {
    assert!(tickets.len() <= TICKETS_MAX);
    let (id, renamed) = (TicketId([0xA5; 16]), TicketId([0x5A; 16]));
    let is_taken = |errand| moments().iter().any(|now| tickets.find(id, errand, *now).is_some());
    for (now, errand) in moments().into_iter().zip([Errand::SignIn, Errand::StepUp, Errand::Reset, Errand::SignIn]) {
        let mut opened = tickets.clone();
        opened.open(id, errand, Proofs::NONE, now);
        if opened.len() <= TICKETS_MAX
            && now < Timestamp::MAX
            && !is_taken(errand)
            && opened.find(id, errand, now).is_some()
        {
            rewrite(&opened);
            assert!(opened.prove(id, errand, Proofs::TOTP, renamed, now));
            assert!(opened.find(id, errand, now).is_none(), "the old name is worth nothing");
        }
        opened.void_proven_by(Proofs::TOTP);
        assert!(opened.spend(renamed, errand, now).is_none_or(|spent| !spent.proven.contains(Proofs::TOTP)));
        opened.void();
        assert!(opened.is_empty());
    }
}

fn devices(devices: &Devices) {
    assert!(devices.iter().count() <= DEVICES_MAX);
    for now in moments() {
        let (tag, label) = (DeviceTag([0xA5; 16]), DeviceLabel::parse("new").expect("a label"));
        let new = Device { tag, label, added_at: now, seen_at: now, budget: FailureBudget::default() };
        let mut more = devices.clone();
        more.forget(tag);
        let had = more.iter().count();
        assert_eq!(more.remember(new).is_some(), had == DEVICES_MAX, "only a full list makes room");
        rewrite(&more);
        for device in devices.iter() {
            assert_eq!(devices.get(device.tag), Some(device));
            more.see(device.tag, now);
            more.charge(device.tag, FailureBudget::default().after_failure(&ThrottlePolicy::default(), now));
        }
        more.forgive(now);
        rewrite(&more);
        assert_eq!((more.forget_all(), more.iter().count()), (had.min(DEVICES_MAX - 1) + 1, 0));
    }
}

fn reset(gate: &ResetGate) {
    for now in moments() {
        let failed = gate.after_failure(&ThrottlePolicy::default(), now);
        rewrite(&failed);
        let is_kept = failed.budget().failures_in_a_row() >= gate.budget().failures_in_a_row();
        let has_rested = gate.blocked_until(now.minus_ms(DAY_MS)).is_none();
        assert!(is_kept || has_rested, "no count is lost that somebody added to within a day");
        if let Some(asked) = gate.ask(&VerificationPolicy::default(), now) {
            rewrite(&asked);
            assert!(gate.blocked_until(now).is_none());
            assert_eq!(asked.ask(&VerificationPolicy::default(), now), None, "not twice at once");
        }
    }
}

fn decoys(bytes: &[u8]) {
    let Ok(record) = DecoyRecord::decode(bytes) else { return };
    let written = record.encode().expect("a cell of names is small");
    assert_eq!(DecoyRecord::decode(&written).as_ref(), Ok(&record));
    for now in moments() {
        let (mut more, tag) = (record.clone(), DecoyTag([0xA5; 8]));
        let before = more.counts(tag);
        let password = before.password.after_failure(&ThrottlePolicy::default(), now);
        more.put(DecoyCounts { password, ..before }, now);
        assert_eq!(more.counts(tag).password, password);
        let written = more.encode().expect("still small");
        assert_eq!(DecoyRecord::decode(&written), Ok(more), "never more names than there is room for");
        reset(&before.reset);
    }
}

fn scope(bytes: &[u8]) {
    let Ok(record) = SendBudgetRecord::decode(bytes) else { return };
    let written = record.encode().expect("a scope is small");
    assert_eq!(SendBudgetRecord::decode(&written).as_ref(), Ok(&record));
    assert!(record.expires_at().is_some_and(|at| at > record.time_high || record.time_high > moments()[2]));
    sending::send_budget(&rewrite(&record.budget));
}

fn payee(bytes: &[u8]) {
    let Ok(record) = PayeeRecord::decode(bytes) else { return };
    let written = record.encode().expect("a payee's record is small");
    assert_eq!(PayeeRecord::decode(&written).as_ref(), Ok(&record));
    let policy = CheckedPolicy::wallet();
    for now in moments() {
        let Some(belief) = &record.belief else { return };
        let _ = belief.predict(now, &policy);
        let money = Money::from_minor(9_900, Currency::EUR).expect("money");
        let payment = Payment::out("tx", money, now).expect("a payment").to("shop");
        let (mut profile, context) = (Profile::new(), AssessContext::at(now, 0));
        assess(&profile, &payment, Some(belief), &policy, &context)
            .expect("the offset is on earth")
            .commit(&mut profile);
        rewrite(&profile);
    }
}
