//! Lists of accounts to freeze: resumable, bounded, past damage.

use account_security::command::{LiftFreeze, PlaceFreeze, RequestLift};
use account_security::freeze::{Authority, Scopes};
use account_security::service::{FREEZE_MANY_MAX, FreezeList, ListedOutcome, Service, ServiceError};
use account_security::store::StoreError;
use account_security::types::time::DAY_MS;
use account_security::types::{AccountId, RandomId};

use super::{agent, by};
use crate::on_every_store;
use crate::support::stores::{FullAfter, Shared};
use crate::support::{account, at, service};

fn list(id: u8) -> FreezeList {
    let request = by(Scopes::PAY_OUT, Authority::Agent);
    FreezeList { id: RandomId([id; 16]), request, freeze_unknown: true }
}

fn names(count: usize) -> Vec<AccountId> {
    (0..count).map(|number| account(&format!("account-{number}"))).collect()
}

#[test]
fn a_list_goes_on_from_its_cursor_and_freezes_nobody_twice() {
    on_every_store(|store| {
        let (service, accounts) = (service(store), names(7));
        let run = |cursor, now| service.freeze_many(&accounts, &list(1), cursor, now);
        let half = service.freeze_many(&accounts[..3], &list(1), 0, at(0));
        assert_eq!((half.listed.len(), half.next), (3, None));
        let whole = run(0, at(1));
        let outcomes: Vec<_> = whole
            .listed
            .iter()
            .map(|listed| match listed.outcome {
                ListedOutcome::Frozen { .. } => 'f',
                ListedOutcome::Already { in_force: true, .. } => 'a',
                _ => '?',
            })
            .collect();
        assert_eq!(outcomes.iter().collect::<String>(), "aaaffff");
        // One is lifted and long forgotten; a term counted from now is another one; the list still leaves it alone.
        let ListedOutcome::Already { freeze, .. } = whole.listed[0].outcome else { panic!() };
        let both = [("a", false), ("b", true)];
        for (name, approves) in both {
            let (by, release, identity) = (agent(name), None, None);
            let done = match approves {
                false => service
                    .execute(&accounts[0], &RequestLift { freeze, by, release, identity }, at(2))
                    .unwrap()
                    .map(|_| ()),
                true => service
                    .execute(&accounts[0], &LiftFreeze { freeze, by, release, identity }, at(3))
                    .unwrap()
                    .map(|_| ()),
            };
            done.unwrap();
        }
        let mut later = list(1);
        later.request.until = Some(at(DAY_MS));
        let again = service.freeze_many(&accounts, &later, 0, at(4));
        assert_eq!(again.listed[0].outcome, ListedOutcome::Already { freeze, in_force: false });
        for number in 0..5 {
            let place = PlaceFreeze { request: by(Scopes::PAY_OUT, Authority::Rule), caused_by: None };
            let other = service.execute(&accounts[0], &place, at(10 + number)).unwrap().unwrap().id;
            let lift = LiftFreeze { freeze: other, by: agent("a"), release: None, identity: None };
            service.execute(&accounts[0], &lift, at(10 + number)).unwrap().unwrap();
        }
        assert!(service.record(&accounts[0]).unwrap().freezes.get(freeze).is_none(), "forgotten");
        let again = service.freeze_many(&accounts, &later, 0, at(20));
        assert_eq!(again.listed[0].outcome, ListedOutcome::Already { freeze, in_force: false });
        let another = service.freeze_many(&accounts[..1], &list(2), 0, at(21));
        assert!(matches!(another.listed[0].outcome, ListedOutcome::Frozen { .. }), "another list is another wish");
    });
}

#[test]
fn a_call_is_bounded_and_an_empty_or_ended_list_does_nothing() {
    let (service, accounts) = (service(&Shared::memory()), names(FREEZE_MANY_MAX + 3));
    let first = service.freeze_many(&accounts, &list(1), 0, at(0));
    assert_eq!((first.listed.len(), first.next), (FREEZE_MANY_MAX, Some(FREEZE_MANY_MAX)));
    let rest = service.freeze_many(&accounts, &list(1), FREEZE_MANY_MAX, at(0));
    assert_eq!((rest.listed.len(), rest.next, rest.listed[0].index), (3, None, FREEZE_MANY_MAX));
    let beyond = service.freeze_many(&accounts, &list(1), usize::MAX, at(0));
    assert_eq!((beyond.listed.len(), beyond.next), (0, None));
    let known = FreezeList { freeze_unknown: false, ..list(3) };
    let stranger = [account("nobody")];
    assert_eq!(service.freeze_many(&stranger, &known, 0, at(0)).listed[0].outcome, ListedOutcome::Unknown);
    assert!(!service.is_known(&stranger[0]).unwrap());
}

#[test]
fn a_full_disk_ends_the_call_where_it_was_met_and_the_next_goes_on_there() {
    on_every_store(|store| {
        let accounts = names(5);
        let full = service(&Shared::new(FullAfter(store.clone(), 2.into())));
        let stopped = full.freeze_many(&accounts, &list(1), 0, at(0));
        assert_eq!((stopped.listed.len(), stopped.next), (3, Some(2)), "the one that met it comes again");
        assert_eq!(stopped.listed[2].outcome, ListedOutcome::Fault(ServiceError::Store(StoreError::Full)));
        let again = service(store).freeze_many(&accounts, &list(1), 2, at(1)).listed;
        assert!(again.iter().all(|listed| matches!(listed.outcome, ListedOutcome::Frozen { .. })), "{again:?}");
    });
}

#[test]
fn one_damaged_account_does_not_stop_the_list() {
    on_every_store(|store| {
        let (service, accounts) = (service(store), names(3));
        let stop = PlaceFreeze { request: by(Scopes::RECEIVE, Authority::Agent), caused_by: None };
        service.execute(&accounts[1], &stop, at(0)).unwrap().unwrap();
        damage(&service, &accounts[1]);
        let listed = service.freeze_many(&accounts, &list(1), 0, at(1)).listed;
        let frozen = |index: usize| matches!(listed[index].outcome, ListedOutcome::Frozen { .. });
        assert!(frozen(0) && frozen(2));
        let ListedOutcome::Fault(fault) = &listed[1].outcome else { panic!("{listed:?}") };
        assert!(matches!(fault, ServiceError::Seal(_) | ServiceError::Store(StoreError::Corrupt(_))), "{fault:?}");
    });
}

/// Writes rubbish over the account's record.
fn damage(service: &Service<Shared>, account: &AccountId) {
    use account_security::store::{Commit, Store};
    let key = service.keyring().account_key(account);
    let cell = service.store().load(key).unwrap().unwrap();
    let mut body = cell.body.clone();
    let last = body.len() - 1;
    body[last] ^= 1;
    let mut event = service.store().events(key, 1, 10).unwrap().pop().unwrap();
    event.seq += 1;
    let commit = Commit {
        key,
        expected: Some(cell.version),
        body,
        events: vec![event],
        outbox: Vec::new(),
        expires_at: None,
        commit_id: [0xDA; 16],
    };
    service.store().commit(&commit).unwrap();
}
