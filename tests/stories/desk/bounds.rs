//! How many freezes there are, and what a request's key stands for.

use account_security::freeze::{Authority, FreezeError, Scopes};
use account_security::types::TxId;

use super::{Desk, agent, by, person};
use crate::on_every_store;
use crate::support::acts::kinds;
use crate::support::at;

/// The strongest come last, into a list that all others filled long ago.
#[test]
fn of_a_thousand_freezes_the_list_keeps_a_bounded_number_and_never_loses_the_strongest() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        let (mut placed, mut refused) = (Vec::new(), 0);
        for number in 0..1_000_u16 {
            let authority = if number % 2 == 0 { Authority::Rule } else { Authority::Agent };
            let mut key = [0xAB; 16];
            key[..2].copy_from_slice(&number.to_le_bytes());
            let actor = person(&format!("{}-{number}", authority.name()));
            let mut request = by(Scopes::PAY_OUT, authority).with_key(key);
            request.actor = actor;
            match desk.try_place(request.clone(), at(number.into())) {
                Ok(id) => placed.push((id, request)),
                Err(FreezeError::TooMany { most }) => {
                    assert!(most == 4 || most == 8);
                    refused += 1;
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!((placed.len(), refused), (12, 988));
        assert!(FreezeError::TooMany { most: 8 }.to_string().contains("lift one or let it end"), "says what to do");
        let court = desk.place(by(Scopes::ALL, Authority::Court), at(2_000));
        let owner = desk.place(by(Scopes::ALL, Authority::Owner), at(2_001));
        let record = desk.service.record(&desk.alice).unwrap();
        for (id, _) in placed
            .iter()
            .chain(&[(court, by(Scopes::ALL, Authority::Court)), (owner, by(Scopes::ALL, Authority::Owner))])
        {
            assert!(record.freezes.get(*id).is_some_and(|freeze| freeze.is_in_force(at(2_001))), "{id} was pushed out");
        }
        for (id, request) in placed {
            assert_eq!(desk.place(request, at(3_000)), id, "the same key is the same freeze");
        }
        assert_eq!(kinds(&desk.service, &desk.alice).len(), 14, "what was refused or repeated leaves no event");
        assert!(desk.is_intact());
    });
}

#[test]
fn a_key_is_used_up_for_good_even_when_the_record_has_forgotten_its_freeze() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        let keyed = by(Scopes::PAY_OUT, Authority::Rule).with_key([7; 16]);
        let first = desk.place(keyed.clone(), at(0));
        desk.lift(first, agent("a"), None, at(1)).unwrap();
        for number in 0..5 {
            let other = desk.place(by(Scopes::PAY_OUT, Authority::Rule), at(10 + number));
            desk.lift(other, agent("a"), None, at(10 + number)).unwrap();
        }
        assert!(desk.service.record(&desk.alice).unwrap().freezes.get(first).is_none(), "long forgotten");
        assert_eq!(desk.try_place(keyed.clone(), at(100)), Ok(first), "a late retry freezes nobody again");
        assert_eq!(desk.closed(at(101)), Scopes::NONE);
        let mut other = keyed;
        other.scopes = Scopes::ALL;
        assert_eq!(desk.try_place(other, at(102)), Err(FreezeError::KeyConflict));
        // A key that is a transaction's id is not taken for the transaction.
        let tx = TxId::of("tx-1");
        desk.pay("tx-1", at(103));
        assert!(desk.try_place(by(Scopes::ALL, Authority::Agent).with_key(tx.0), at(104)).is_ok());
    });
}
