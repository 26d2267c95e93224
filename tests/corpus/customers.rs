//! The hand-made inputs for what a customer's flows leave behind: contacts, changes, tickets, devices, resets, names
//! without an account, messages of a scope.

use account_security::account::{
    AccountRecord, Aggregate, CancelledBy, Contact, ContactChange, ContactKind, Contacts, DecoyCounts, DecoyRecord,
    DecoyTag, Device, DeviceLabel, DeviceLost, DeviceTag, Devices, Errand, EventKind, FailureBudget, IdentityCheck,
    Proofs, ResetGate, Review, SendBudgetRecord, Stage, ThrottlePolicy, TicketId, Tickets,
};
use account_security::freeze::Authority;
use account_security::types::time::{DAY_MS, MINUTE_MS};
use account_security::types::{ActorId, CaseRef, KeyId, Locale, RandomId, Timestamp};
use account_security::verification::budget::{SendPolicy, charge, scopes, settle};
use account_security::verification::{Channel, Destination, VerificationPolicy};

fn at(ms: u64) -> Timestamp {
    Timestamp::from_unix_s(1_700_000_000).unwrap().plus_ms(ms)
}

fn to(text: &str) -> Destination {
    Destination::parse(if text.contains('@') { Channel::Email } else { Channel::Sms }, text).unwrap()
}

fn wrong(times: u32) -> FailureBudget {
    (0..times).fold(FailureBudget::default(), |budget, _| budget.after_failure(&ThrottlePolicy::default(), at(0)))
}

pub fn events() -> Vec<EventKind> {
    let (change, device) = (RandomId([9; 16]), DeviceTag([3; 16]));
    let (actor, authority) = (ActorId::parse("agent-7").unwrap(), Authority::Agent);
    let (phone, mail) = ("+86 ****5678".to_owned(), "a***@example.com".to_owned());
    let prefix = to("+8613812345678").calling_prefix();
    let proven = Proofs::PASSWORD | Proofs::TOTP;
    let case_ref = Some(CaseRef::parse("case 2026-77").unwrap());
    let mut kinds = vec![
        EventKind::SendRefused { scope: 5, because: 3_064 },
        EventKind::SendBrakeOn { prefix, sent: 101, verified: 3 },
        EventKind::SendBrakeOn { prefix: None, sent: u32::MAX, verified: 0 },
        EventKind::SendCharged { sent_in_hour: 1 },
        EventKind::SendBrakeOff { sent_in_hour: 70 },
        EventKind::SendSettled { verified_in_hour: 2 },
        EventKind::SignedUp { phone_masked: Some(phone.clone()), email_masked: None },
        EventKind::ContactConfirmed { contact: ContactKind::Email, destination_masked: mail.clone() },
        EventKind::TicketOpened { errand: Errand::Reset, proven: Proofs::NONE },
        EventKind::ProofGiven { errand: Errand::StepUp, proven },
        EventKind::StoppedByFreeze { errand: Errand::SignIn },
        EventKind::SignedIn { proven, device: Some(device) },
        EventKind::SignedIn { proven, device: None },
        EventKind::DeviceRemembered { device, label: DeviceLabel::parse("手机").unwrap() },
        EventKind::DeviceForgotten { device, because: DeviceLost::MadeWay },
        EventKind::DevicesForgotten { count: u8::MAX, because: DeviceLost::Reset },
        EventKind::ResetAsked { sent: false },
        EventKind::ResetGuessed { budget: wrong(6) },
        EventKind::PasswordChangeRequired { actor: actor.clone(), authority },
        EventKind::OldContactProven { change },
        EventKind::LostContactApproved { change, actor: actor.clone(), authority },
        EventKind::NewContactProven { change, until: at(DAY_MS) },
        EventKind::CancelHandleRejected { change, count: 5 },
        EventKind::StepUpSpent { proven },
        EventKind::ContactsReviewed,
        EventKind::ReviewReminded { due_since: Timestamp::MAX },
    ];
    kinds.push(EventKind::LostContactChecked {
        change,
        check: IdentityCheck::VideoIdentification,
        actor: actor.clone(),
        authority,
        case_ref,
        dies_at: at(DAY_MS),
    });
    let (kind, old_masked) = (ContactKind::Phone, Some(phone));
    let begun = |lost| EventKind::ContactChangeBegun {
        change,
        kind,
        old_masked: old_masked.clone(),
        new_masked: mail.clone(),
        lost,
    };
    kinds.extend([begun(false), begun(true)]);
    kinds.push(EventKind::ContactChanged { change, kind, old_masked: None, new_masked: mail.clone() });
    for (by, actor) in [(CancelledBy::Handle, None), (CancelledBy::Staff, Some(actor)), (CancelledBy::Expired, None)] {
        kinds.push(EventKind::ContactChangeCancelled { change, by, actor });
    }
    kinds
}

/// Parts of a record; the first byte says which.
pub fn parts() -> Vec<Vec<u8>> {
    let mut inputs = vec![tagged(8, &Contacts::default()), tagged(8, &contacts())];
    inputs.extend(changes().iter().map(|change| tagged(9, change)));
    inputs.extend([tagged(10, &Tickets::default()), tagged(10, &tickets())]);
    inputs.extend([tagged(11, &Devices::default()), tagged(11, &devices())]);
    inputs.extend([tagged(12, &ResetGate::default()), tagged(12, &reset())]);
    let mut wrong_stage = postcard::to_allocvec(&changes()[0]).unwrap();
    wrong_stage.truncate(40);
    inputs.push([&[9], &wrong_stage[..]].concat());
    for record in [DecoyRecord::fresh(), decoys(3), decoys(40)] {
        inputs.push([vec![13], record.encode().unwrap()].concat());
    }
    inputs.extend(scope_records().iter().map(|record| [vec![14], record.encode().unwrap()].concat()));
    inputs
}

fn tagged(part: u8, value: &impl serde::Serialize) -> Vec<u8> {
    [vec![part], postcard::to_allocvec(value).unwrap()].concat()
}

/// The same parts in a whole record.
pub fn fill(record: &mut AccountRecord) {
    record.contacts = contacts();
    record.contact_change = changes().pop();
    record.review = Review { confirmed_at: Some(at(0)), reminded_at: Some(at(1)) };
    (record.tickets, record.devices, record.reset) = (tickets(), devices(), reset());
}

fn contacts() -> Contacts {
    let mut contacts = Contacts::default();
    contacts.replace(Contact::confirmed(to("+8613812345678"), at(0)));
    contacts.replace(Contact::unconfirmed(to("alice@example.com")));
    contacts.set_locale(Locale::ZhCn);
    contacts
}

/// A change at every stage.
fn changes() -> Vec<ContactChange> {
    let begun = |stage| ContactChange::begun(RandomId([1; 16]), KeyId(1), to("+8613987654321"), stage, at(DAY_MS));
    let old = begun(Stage::AwaitOld { via: ContactKind::Phone, challenge: RandomId([2; 16]) });
    let lost = begun(Stage::AwaitCheck { proven: Proofs::RECOVERY });
    let checked_by = ActorId::parse("agent-7").unwrap();
    let approval = Stage::AwaitApproval { checked_by, check: IdentityCheck::DocumentInBranch };
    let new = old.clone().at_stage(Stage::AwaitNew { challenge: Some(RandomId([3; 16])) }, at(DAY_MS));
    let cooling = new.clone().cooling_off(at(1), at(DAY_MS), at(30 * DAY_MS));
    vec![old, lost.clone().at_stage(approval, at(DAY_MS)), lost, new, cooling.with_wrong_handle().unwrap()]
}

fn tickets() -> Tickets {
    let mut tickets = Tickets::default();
    for (number, errand) in (1..=9).zip([Errand::SignIn, Errand::StepUp, Errand::Reset].into_iter().cycle()) {
        tickets.open(TicketId([number; 16]), errand, Proofs::PASSWORD, at(number.into()));
    }
    tickets
}

fn devices() -> Devices {
    let device = |number: u8| {
        let (label, budget) = (DeviceLabel::parse("Anna's phone").unwrap(), wrong(number.into()));
        Device { tag: DeviceTag([number; 16]), label, added_at: at(0), seen_at: at(number.into()), budget }
    };
    Devices::try_from((1..=8).map(device).collect::<Vec<_>>()).unwrap()
}

fn reset() -> ResetGate {
    let gate = ResetGate::default().ask(&VerificationPolicy::default(), at(0)).unwrap();
    (0..6).fold(gate, |gate, _| gate.after_failure(&ThrottlePolicy::default(), at(1)))
}

fn decoys(names: u8) -> DecoyRecord {
    let mut record = DecoyRecord::fresh();
    for number in 0..names {
        let counts = DecoyCounts { tag: DecoyTag([number; 8]), password: wrong(u32::from(number) % 7), reset: reset() };
        record.put(counts, at(number.into()));
    }
    record
}

/// What each scope of a message counts after an hour of them.
fn scope_records() -> Vec<SendBudgetRecord> {
    let (policy, to) = (SendPolicy::default(), to("+8613812345678"));
    let scopes = scopes(&to, "192.0.2.7".parse().ok(), 0, &policy).unwrap();
    let fresh = SendBudgetRecord::fresh();
    let busy = scopes.iter().map(|scope| {
        let mut record = SendBudgetRecord::fresh();
        for minute in 0..60 {
            let now = at(minute * MINUTE_MS);
            record.budget = charge(&record.budget, &policy.rules_for(scope), to.calling_prefix(), now).budget;
            if minute % 9 == 0 {
                record.budget = settle(&record.budget, now);
            }
            record.time_high = now;
        }
        record
    });
    std::iter::once(fresh.clone()).chain(busy).collect()
}
