//! What the owner hears of freezes and locks, and what nobody hears of.

use account_security::account::EventKind;
use account_security::command::{Notice, ReserveAttempt};
use account_security::freeze::{Authority, FreezeReason, Scopes};
use account_security::password::{Password, UserContext};
use account_security::types::time::DAY_MS;

use super::{Desk, by};
use crate::on_every_store;
use crate::support::acts::kinds;
use crate::support::at;

#[test]
fn a_neutral_freeze_that_ends_by_itself_ends_in_silence() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        desk.place(by(Scopes::ALL, Authority::Compliance).until(at(10)), at(0));
        assert_eq!(desk.service.tell_freezes_ended(&desk.alice, at(10)).unwrap().count, 1);
        assert_eq!(desk.notices(), []);
        assert!(
            matches!(kinds(&desk.service, &desk.alice).last(), Some(EventKind::FreezesEnded { .. })),
            "but on record"
        );
    });
}

#[test]
fn the_owner_is_told_what_why_and_again_when_it_ends_by_itself() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        let scopes = Scopes::PAY_OUT;
        let freeze = desk.place(by(scopes, Authority::Agent).until(at(10)), at(0));
        let (reason, authority) = (FreezeReason::SuspectedFraud, Authority::Agent);
        assert_eq!(desk.notices(), [Notice::Frozen { freeze, scopes, reason, authority }]);
        desk.place(by(Scopes::ALL, Authority::Compliance).until(at(10)), at(1));
        let look = |ms| desk.service.tell_freezes_ended(&desk.alice, at(ms)).unwrap();
        assert_eq!((look(9).count, look(9).next_end), (0, Some(at(10))));
        assert_eq!((look(10).count, look(10).count, look(10).next_end), (2, 0, None));
        assert_eq!(desk.notices(), [Notice::FreezeEnded], "one that was told, once; the other never was");
        // Any other act on the freezes looks too.
        desk.place(by(scopes, Authority::Agent).until(at(20)), at(11));
        desk.notices();
        desk.place(by(Scopes::RECEIVE, Authority::Agent), at(21));
        assert!(matches!(desk.notices()[..], [Notice::FreezeEnded, Notice::Frozen { .. }]));
        let ended = |kind: &&EventKind| matches!(kind, EventKind::FreezesEnded { .. });
        assert_eq!(kinds(&desk.service, &desk.alice).iter().filter(ended).count(), 2);
    });
}

#[test]
fn the_owner_is_warned_on_the_try_before_the_lock() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        let lockout = account_security::command::Lockout::psd2();
        desk.service.swap_settings(crate::support::settings().with_lockout(lockout));
        let right = Password::parse(b"Vx9#qLm2-tide").unwrap();
        desk.service.set_password(&desk.alice, &right, &UserContext::none(), at(0)).unwrap();
        desk.notices();
        let told: Vec<_> = (1..=10)
            .map(|day| {
                desk.service.execute(&desk.alice, &ReserveAttempt::default(), at(day * DAY_MS)).unwrap();
                desk.notices().first().copied()
            })
            .collect();
        let many = |failures_in_a_row| Some(Notice::ManyFailures { failures_in_a_row });
        assert_eq!(told, [None, None, None, None, many(5), None, None, None, Some(Notice::LockComing), many(10)]);
    });
}
