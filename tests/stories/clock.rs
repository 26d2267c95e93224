//! Clocks that run back, and clocks that leap.

use account_security::account::Verdict;
use account_security::command::{CodeAnswer, PaymentDecision, PlaceFreeze, Rejection};
use account_security::freeze::{FreezeRequest, Scopes};
use account_security::service::ServiceError;
use account_security::types::ActorId;
use account_security::types::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use account_security::verification::VerifyOutcome;

use crate::on_every_store;
use crate::support::acts::{payment, sign_in_code, type_code};
use crate::support::{account, at, service};

const YEAR_MS: u64 = 365 * DAY_MS;

fn own_freeze(until_ms: u64) -> PlaceFreeze {
    let owner = ActorId::parse("alice").unwrap();
    let request = FreezeRequest::by_owner(owner, Scopes::PAY_OUT).until(at(until_ms));
    PlaceFreeze { request, caused_by: None }
}

#[test]
fn a_clock_that_runs_back_revives_no_code() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let (challenge, code) = sign_in_code(&service, &alice, at(0));
        service.assess(&alice, &payment("tx-1", at(0)), 480, at(6 * MINUTE_MS)).unwrap();
        let answer = type_code(&service, &alice, challenge, code, at(MINUTE_MS)).unwrap();
        assert_eq!(answer, CodeAnswer::Tried(VerifyOutcome::Expired));
    });
}

#[test]
fn a_clock_that_runs_back_revives_no_freeze_and_ends_no_block() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        service.execute(&alice, &own_freeze(HOUR_MS), at(0)).unwrap().unwrap();
        let paid = service.assess(&alice, &payment("tx-1", at(0)), 480, at(HOUR_MS - 1)).unwrap();
        assert_eq!(paid, PaymentDecision::Frozen);
        let paid = service.assess(&alice, &payment("tx-2", at(0)), 480, at(HOUR_MS)).unwrap();
        assert!(matches!(paid, PaymentDecision::Assessed(_)), "half-open: over at its end");
        let paid = service.assess(&alice, &payment("tx-3", at(0)), 480, at(0)).unwrap();
        assert!(matches!(paid, PaymentDecision::Assessed(_)), "an ended freeze stays ended");
        assert_eq!(service.restriction(&alice, at(0)).unwrap(), Scopes::NONE);

        let now = at(2 * HOUR_MS);
        let (challenge, code) = sign_in_code(&service, &alice, now);
        for guess in 1..=5 {
            type_code(&service, &alice, challenge, code + guess, now).unwrap();
        }
        let until = now.plus_ms(30_000);
        for back in [at(0), now, now.plus_ms(29_999)] {
            let answer = type_code(&service, &alice, challenge, code, back).unwrap();
            assert_eq!(answer, CodeAnswer::Blocked { until }, "the right code changes nothing while blocked");
        }
    });
}

#[test]
fn events_of_a_clock_that_runs_back_bear_the_time_that_was_decided_at() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        for (number, ms) in [(1, HOUR_MS), (2, 0), (3, HOUR_MS / 2)] {
            service.assess(&alice, &payment(&format!("tx-{number}"), at(0)), 480, at(ms)).unwrap();
        }
        let times = service.history(&alice, 1, 10).unwrap().into_iter().map(|(_, event)| event.at);
        assert_eq!(times.collect::<Vec<_>>(), [at(HOUR_MS); 3]);
        assert_eq!(service.verify_account(&alice).unwrap(), Verdict::Intact { events: 3 });
    });
}

#[test]
fn a_leap_of_twenty_years_is_not_believed_and_changes_nothing() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        service.execute(&alice, &own_freeze(DAY_MS), at(0)).unwrap().unwrap();
        let (before, leapt) = (service.record(&alice).unwrap(), at(20 * YEAR_MS));
        let suspect = ServiceError::Rejected(Rejection::ClockSuspect { now: leapt, last: at(0) });
        let paid = service.assess(&alice, &payment("tx-1", leapt), 480, leapt);
        assert_eq!(paid, Err(suspect.clone()));
        assert_eq!(service.execute(&alice, &own_freeze(DAY_MS), leapt), Err(suspect));
        assert_eq!(service.record(&alice).unwrap(), before);
        let paid = service.assess(&alice, &payment("tx-1", at(1)), 480, at(1)).unwrap();
        assert_eq!(paid, PaymentDecision::Frozen, "and the id is not used up");
        let awake = at(1).plus_ms(9 * YEAR_MS);
        let paid = service.assess(&alice, &payment("tx-2", awake), 480, awake).unwrap();
        assert!(matches!(paid, PaymentDecision::Assessed(_)), "nine years of sleep are believed");
    });
}
