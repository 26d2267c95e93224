//! A new root key, and the old one made needless.

use std::sync::Mutex;

use account_security::account::{EventKind, KeyUse, KeysNeeded, Verdict};
use account_security::command::{ConfirmTotp, EnrolTotp, EnrolledTotp, GenerateRecoveryCodes, TotpOutcome, VerifyTotp};
use account_security::password::{Password, UserContext};
use account_security::service::{PasswordOutcome, RotationPage, Service};
use account_security::store::Store;
use account_security::totp::{TotpParameters, code_at};
use account_security::types::{KeyId, StoreKey, TypedCode};
use account_security::verification::{Binding, Purpose};

use crate::support::acts::{phone, send_code, sign_in_code};
use crate::support::stores::{InterruptedLoad, Shared};
use crate::support::{account, at, ring, service, without_step_up};
use crate::{backup, freeze, key, kinds, on_every_store, pay, put_back, with_ring};

const PASSWORD: &[u8] = b"Vx9#qLm2-tide";

fn totp_code(enrolled: &EnrolledTotp, ms: u64) -> TypedCode {
    let shown = code_at(enrolled.key.secret(), &TotpParameters::STANDARD, at(ms)).unwrap();
    TypedCode::parse(shown.code(), 6).unwrap()
}

/// An account with everything that names a key, a payee, and a message that waits.
fn settled(store: &Shared) -> EnrolledTotp {
    let security = Service::new(store.clone(), ring(1, &[1]), without_step_up()).unwrap();
    let alice = account("alice");
    security.set_password(&alice, &Password::parse(PASSWORD).unwrap(), &UserContext::none(), at(0)).unwrap();
    let (issuer, account_name) = ("Example Pay".to_owned(), "alice".to_owned());
    let enrol = EnrolTotp { issuer, account_name, parameters: TotpParameters::STANDARD, ticket: None };
    let totp = security.execute(&alice, &enrol, at(0)).unwrap().unwrap();
    security.execute(&alice, &ConfirmTotp { code: totp_code(&totp, 0) }, at(0)).unwrap();
    security.execute(&alice, &GenerateRecoveryCodes { ticket: None }, at(0)).unwrap();
    pay(&security, &account("bob"), 1);
    freeze(&security, &account("bob"), 2);
    security.charge_send(&phone(), None, at(0)).unwrap().unwrap();
    sign_in_code(&security, &account("carol"), at(0));
    send_code(&security, &account("dave"), Purpose::SignIn, Binding::None, at(0)).unwrap();
    totp
}

/// A walk in pages of one, each begun by another process.
fn walk(store: &Shared, current: u32, ids: &[u32]) -> RotationPage {
    let (mut whole, mut after) = (RotationPage::default(), None);
    loop {
        let page = with_ring(store, ring(current, ids)).rotate_keys(after, 1).unwrap();
        whole.looked_at += page.looked_at;
        whole.resealed += page.resealed;
        whole.faults.extend(page.faults);
        whole.needed.add(&page.needed);
        let Some(last) = page.last else { return whole };
        after = Some(last);
    }
}

fn sealed_under(store: &Shared, key: StoreKey) -> u32 {
    u32::from_le_bytes(store.load(key).unwrap().unwrap().body[1..5].try_into().unwrap())
}

#[test]
fn after_a_walk_every_record_is_under_the_new_key_and_what_still_needs_the_old_one_is_counted() {
    on_every_store(|store| {
        let totp = settled(store);
        let cells = store.keys(None, 100).unwrap();
        let before = service(store).record(&account("bob")).unwrap();
        let walked = walk(store, 2, &[1, 2]);
        let count = u64::try_from(cells.len()).unwrap();
        assert_eq!((walked.looked_at, walked.resealed, walked.faults.len()), (count, count, 0));
        assert!(cells.iter().all(|cell| sealed_under(store, *cell) == 2));
        let old = KeyUse { passwords: 1, recovery_sets: 1, ..KeyUse::default() };
        let new = KeyUse { cells: count, totp_secrets: 1, ..KeyUse::default() };
        assert_eq!((walked.needed.of(KeyId(1)), walked.needed.of(KeyId(2))), (old, new));
        let rotated = with_ring(store, ring(2, &[1, 2]));
        assert!(rotated.keys_of_outbox(None, 10).unwrap().needed.of(KeyId(1)).outbox_items > 0);

        // It says what it said, and when.
        let after = rotated.record(&account("bob")).unwrap();
        assert_eq!(
            (&after.freezes, &after.profile, after.time_high),
            (&before.freezes, &before.profile, before.time_high)
        );
        assert_eq!(kinds(&rotated, &account("bob")).pop(), Some(EventKind::Resealed { from: KeyId(1), to: KeyId(2) }));
        assert!(cells.iter().all(|cell| matches!(rotated.verify_cell(*cell).unwrap(), Verdict::Intact { .. })));

        // A second walk finds nothing to do and writes nothing.
        let again = walk(store, 2, &[1, 2]);
        assert_eq!((again.looked_at, again.resealed, &again.needed), (count, 0, &walked.needed));

        // The authenticator works without the old key; the password takes it along at the next sign-in.
        let without = with_ring(store, ring(2, &[2]));
        let verify = VerifyTotp { code: totp_code(&totp, 60_000) };
        assert_eq!(without.execute(&account("alice"), &verify, at(60_000)).unwrap(), TotpOutcome::Accepted);
        let right = Password::parse(PASSWORD).unwrap();
        let answer = rotated.verify_password(&account("alice"), &right, at(61_000)).unwrap();
        assert!(matches!(answer, PasswordOutcome::Accepted { .. }));
        let old = KeyUse { recovery_sets: 1, ..KeyUse::default() };
        assert_eq!(walk(store, 2, &[1, 2]).needed.of(KeyId(1)), old);
    });
}

#[test]
fn every_waiting_message_is_counted_page_by_page_whichever_key_it_is_under() {
    on_every_store(|store| {
        let sent_under = |current: u32, days: std::ops::Range<u64>| {
            let security = with_ring(store, ring(current, &[1, 2, 3]));
            for day in days {
                let who = account(&format!("c-{day}"));
                send_code(&security, &who, Purpose::SignIn, Binding::None, at(day * 86_400_000)).unwrap();
            }
        };
        sent_under(1, 0..40);
        sent_under(2, 40..43);
        let rotated = with_ring(store, ring(3, &[1, 2, 3]));
        let (mut needed, mut after, mut pages) = (KeysNeeded::default(), None, 0);
        loop {
            let page = rotated.keys_of_outbox(after, 10).unwrap();
            needed.add(&page.needed);
            let Some(last) = page.last else { break };
            (after, pages) = (Some(last), pages + 1);
        }
        let of = |key: u32| needed.of(KeyId(key)).outbox_items;
        assert_eq!((of(1), of(2), of(3), pages), (40, 3, 0, 5), "{needed:?}");
    });
}

#[test]
fn one_damaged_record_and_one_lost_key_hold_nobody_else_up() {
    let store = Shared::memory();
    let security = service(&store);
    ["alice", "bob", "carol"].iter().for_each(|name| pay(&security, &account(name), 1));
    let stranger = StoreKey([0x55; 16]);
    put_back(&store, stranger, &backup(&store, key(&security, "alice")));
    let walked = walk(&store, 2, &[1, 2]);
    assert_eq!((walked.looked_at, walked.resealed), (4, 3));
    assert!(walked.faults.len() == 1 && walked.faults[0].0 == stranger, "{:?}", walked.faults);
    let walked = walk(&store, 3, &[1, 3]);
    assert_eq!((walked.resealed, walked.faults.len()), (0, 4), "key 2 is lost: nothing is touched");
}

#[test]
fn a_customer_who_gets_on_meanwhile_is_not_overwritten() {
    let store = Shared::memory();
    pay(&service(&store), &account("alice"), 1);
    let other = store.clone();
    let meanwhile = move || pay(&with_ring(&other, ring(1, &[1])), &account("alice"), 2);
    let interrupted = Shared::new(InterruptedLoad(store.clone(), Mutex::new(Some(meanwhile))));
    let page = with_ring(&interrupted, ring(2, &[1, 2])).rotate_keys(None, 10).unwrap();
    assert_eq!((page.resealed, page.faults.len()), (1, 0));
    let rotated = with_ring(&store, ring(2, &[1, 2]));
    assert_eq!(rotated.verify_account(&account("alice")).unwrap(), Verdict::Intact { events: 3 });
    assert_eq!(rotated.record(&account("alice")).unwrap().profile.read().unwrap().payments(), 2);
}
