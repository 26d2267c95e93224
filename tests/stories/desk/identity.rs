//! What needs a check of who asks.

use account_security::account::{CheckResult, CheckedIdentity, EventKind, EvidenceHash, IdentityCheck, Proof};
use account_security::command::{ClearLockout, LiftFreeze, LockoutCleared, Notice, ReserveAttempt};
use account_security::freeze::{Authority, FreezeError, Scopes};
use account_security::password::{Password, UserContext};

use super::{Desk, agent, by};
use crate::on_every_store;
use crate::support::acts::{kinds, seen, shown};
use crate::support::{account, at};

#[test]
fn nothing_is_done_in_the_owners_name_without_a_check_that_matched() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        let freeze = desk.place(by(Scopes::PAY_OUT, Authority::Owner), at(0));
        let ask = |identity, now| desk.request_checked(freeze, agent("a"), None, identity, now);
        assert_eq!(ask(None, at(1)), Err(FreezeError::IdentityCheckNeeded));
        let (method, evidence) = (IdentityCheck::CallBack, EvidenceHash::of(b"recording 7"));
        let failed = CheckedIdentity { method, result: CheckResult::NotMatched, evidence };
        assert_eq!(ask(Some(failed), at(2)), Err(FreezeError::IdentityNotProven));
        assert_eq!(desk.closed(at(3)), Scopes::PAY_OUT);
        let events = kinds(&desk.service, &desk.alice);
        assert!(
            matches!(events.last(), Some(EventKind::IdentityChecked { check, .. }) if *check == failed),
            "on record"
        );
        assert!(ask(Some(shown(method)), at(4)).is_ok());
        assert!(desk.lift(freeze, agent("b"), None, at(5)).is_ok(), "the other one approves what was checked");

        let mut small = crate::support::settings();
        small.freeze.dual_control.owner_by_staff = false;
        desk.service.swap_settings(small);
        let freeze = desk.place(by(Scopes::PAY_OUT, Authority::Owner), at(6));
        assert_eq!(
            desk.lift(freeze, agent("a"), None, at(7)),
            Err(FreezeError::IdentityCheckNeeded),
            "who is alone checks"
        );
        let lift = LiftFreeze { freeze, by: agent("a"), release: None, identity: Some(seen()) };
        assert!(desk.service.execute(&desk.alice, &lift, at(8)).unwrap().is_ok());
    });
}

#[test]
fn a_lock_is_cleared_on_a_check_that_matched_only() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        let right = Password::parse(b"Vx9#qLm2-tide").unwrap();
        desk.service.set_password(&desk.alice, &right, &UserContext::none(), at(0)).unwrap();
        desk.service.execute(&desk.alice, &ReserveAttempt::default(), at(1)).unwrap();
        let clear = |result| {
            let identity = CheckedIdentity { result, ..seen() };
            let clear = ClearLockout { proof: Proof::Password, by: agent("a"), identity };
            desk.service.execute(&desk.alice, &clear, at(2)).unwrap()
        };
        assert_eq!(clear(CheckResult::NotMatched), LockoutCleared::IdentityNotProven);
        assert_eq!(desk.service.record(&desk.alice).unwrap().password_budget.failures_in_a_row(), 1);
        desk.notices();
        assert_eq!(clear(CheckResult::Matched), LockoutCleared::Cleared);
        assert_eq!(desk.notices(), [Notice::LockoutCleared], "whoever deceived the desk is not alone with it");
        assert_eq!(clear(CheckResult::Matched), LockoutCleared::NothingToClear);
        assert_eq!(clear(CheckResult::NotMatched), LockoutCleared::IdentityNotProven, "on record whatever is locked");
        let checks = |kind: &&EventKind| matches!(kind, EventKind::IdentityChecked { .. });
        assert_eq!(kinds(&desk.service, &desk.alice).iter().filter(checks).count(), 3);
        let identity = CheckedIdentity { result: CheckResult::NotMatched, ..seen() };
        let clear = ClearLockout { proof: Proof::Password, by: agent("a"), identity };
        let nobody = account("nobody");
        assert_eq!(desk.service.execute(&nobody, &clear, at(2)).unwrap(), LockoutCleared::NothingToClear);
        assert!(!desk.service.is_known(&nobody).unwrap(), "a misspelt name makes no account");
    });
}
