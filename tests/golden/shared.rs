//! The cells that accounts share: what was sent to one calling prefix, and a name without an account.

use account_security::account::{
    Aggregate, ChainHead, ContactKind, DecoyCounts, DecoyRecord, Event, FailureBudget, ResetGate, SendBudgetRecord,
};
use account_security::command::{BeginReset, Settings, VerifyReset};
use account_security::password::Password;
use account_security::service::Service;
use account_security::store::{Store, StoredEvent};
use account_security::types::time::{DAY_MS, MINUTE_MS};
use account_security::types::{AccountId, Locale, RandomId, StoreKey, Timestamp, TypedCode};
use account_security::verification::budget::{Limits, SendScope, charge, settle};

use crate::support::acts::phone;
use crate::support::owner::{sender, to};
use crate::support::stores::Shared;
use crate::support::{account, at, settings};

/// What is done to the calling prefix, minute by minute.
const SENDING: [(u64, Sending); 10] = [
    (0, Sending::Charge),
    (10, Sending::Settle),
    (11, Sending::Charge),
    (12, Sending::Charge),
    (13, Sending::Refused),
    (120, Sending::Charge),
    (130, Sending::Charge),
    (140, Sending::Refused),
    (300, Sending::Charge),
    (301, Sending::Settle),
];
/// Wrong passwords and wrong reset codes for the name without an account. They differ, so that a swap of the two shows.
pub const DECOY_FAILURES: (u32, u32) = (4, 2);

#[derive(Clone, Copy, PartialEq)]
enum Sending {
    Charge,
    Refused,
    Settle,
}

fn minute(minute: u64) -> Timestamp {
    at(minute * MINUTE_MS)
}

fn day() -> u32 {
    u32::try_from(at(0).ms_since(Timestamp::MIN) / DAY_MS).unwrap()
}

/// Three messages an hour to a prefix, and a brake that two lost codes put on.
pub fn narrow() -> Settings {
    let mut settings = settings();
    settings.sending.prefix = Limits { per_hour: 3, per_day: 30 };
    settings.sending.brake.sends_min = 1;
    settings
}

fn scope() -> SendScope {
    SendScope::Prefix { prefix: phone().calling_prefix().unwrap(), shard: 0 }
}

pub fn scope_key(service: &Service<Shared>) -> StoreKey {
    service.keyring().scope_key(&scope(), day())
}

pub fn nobody() -> AccountId {
    account("nobody")
}

pub fn decoy_key(service: &Service<Shared>) -> StoreKey {
    let keys = service.keyring();
    keys.decoy_key(keys.decoy(&nobody()).cell, day())
}

/// Messages to numbers of one prefix: counted, settled, refused, braked, released. A number gets none twice.
pub fn send(service: &Service<Shared>) {
    for (number, (ms, sending)) in SENDING.into_iter().enumerate() {
        let number = to(&format!("+8613812{number:06}"));
        if sending == Sending::Settle {
            service.settle_send(&number, minute(ms)).unwrap();
        } else {
            let charged = service.charge_send(&number, None, minute(ms)).unwrap();
            assert_eq!(charged.is_ok(), sending == Sending::Charge, "{ms}: {charged:?}");
        }
    }
}

/// The prefix's record as the service has it.
pub fn scope_record(service: &Service<Shared>) -> SendBudgetRecord {
    let settings = service.settings();
    let (rules, prefix) = (settings.sending.rules_for(&scope()), phone().calling_prefix());
    let mut record = SendBudgetRecord::fresh();
    for (ms, sending) in SENDING {
        record.budget = match sending {
            Sending::Settle => settle(&record.budget, minute(ms)),
            _ => charge(&record.budget, &rules, prefix, minute(ms)).budget,
        };
    }
    let (at, head) = end(service, scope_key(service));
    record.advance(at, head);
    record
}

/// Somebody tries a name without an account.
pub fn try_nobody(service: &Service<Shared>) {
    let wrong = Password::parse(b"wrong").unwrap();
    for number in 0..DECOY_FAILURES.0 {
        service.sign_in(&nobody(), &wrong, None, minute(number.into())).unwrap();
    }
    let begin = BeginReset { via: ContactKind::Phone, sender: sender(), locale: Locale::En };
    service.begin_reset(&nobody(), None, &begin, minute(10)).unwrap();
    let verify = VerifyReset { challenge: RandomId([1; 16]), code: TypedCode::parse("00000000", 8).unwrap() };
    for number in 0..DECOY_FAILURES.1 {
        service.verify_reset(&nobody(), &verify, minute(11 + u64::from(number))).unwrap();
    }
}

/// The name's record as the service has it.
pub fn decoy_record(service: &Service<Shared>) -> DecoyRecord {
    let settings = service.settings();
    let (throttle, asks) = (&settings.throttle, &settings.verification);
    let mut password = FailureBudget::default();
    for number in 0..DECOY_FAILURES.0 {
        password = password.after_failure(throttle, minute(number.into()));
    }
    let mut reset = ResetGate::default().ask(asks, minute(10)).unwrap();
    for number in 0..DECOY_FAILURES.1 {
        reset = reset.after_failure(throttle, minute(11 + u64::from(number)));
    }
    let (at, head) = end(service, decoy_key(service));
    let mut record = DecoyRecord::weighing(weight(service));
    record.put(DecoyCounts { tag: service.keyring().decoy(&nobody()).tag, password, reset }, at);
    record.advance(at, head);
    record
}

/// What the name's cell was made to weigh: its bytes without what every seal adds.
fn weight(service: &Service<Shared>) -> u16 {
    let sealed = |key| service.store().load(key).unwrap().unwrap().body.len();
    let added = sealed(scope_key(service)) - scope_record(service).encode().unwrap().len();
    u16::try_from(sealed(decoy_key(service)) - added).unwrap()
}

/// Time and head of a cell, as its last event has them.
pub fn end(service: &Service<Shared>, key: StoreKey) -> (Timestamp, ChainHead) {
    let last: StoredEvent = service.store().events(key, 1, 1_000).unwrap().pop().unwrap();
    (Event::decode(&last.body).unwrap().at, ChainHead { seq: last.seq, mac: last.mac, epoch: 0 })
}
