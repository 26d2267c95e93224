//! The support desk: ranks, two people, releases, checked identities, payments on their way, notices, reports, lists.

use account_security::account::{
    CheckResult, CheckedIdentity, EventKind, EvidenceHash, IdentityCheck, Proof, REPORTS_MAX, ReportKind,
    ReportOutcome, Verdict,
};
use account_security::command::{
    ClearLockout, CloseReport, Effect, LiftFreeze, LockoutCleared, Notice, PaymentDecision, PlaceFreeze, ReportRefused,
    ReportUnauthorised, RequestLift, ReserveAttempt,
};
use account_security::freeze::{
    Actor, Authority, FreezeError, FreezeReason, FreezeRequest, PendingAnswer, PendingPayments, Scopes, StepUp,
};
use account_security::password::{Password, UserContext};
use account_security::risk::{Outcome, Signals};
use account_security::service::{FREEZE_MANY_MAX, FreezeList, ListedOutcome, Service, ServiceError};
use account_security::store::StoreError;
use account_security::types::time::{DAY_MS, HOUR_MS};
use account_security::types::{AccountId, ActorId, CaseRef, Payment, RandomId, ReasonCode, Timestamp, TxId};

use crate::on_every_store;
use crate::support::acts::{kinds, payment, seen, shown, yuan};
use crate::support::stores::{FullAfter, Shared};
use crate::support::{account, at, service};

fn person(name: &str) -> ActorId {
    ActorId::parse(name).unwrap()
}

fn staff(name: &str, authority: Authority) -> Actor {
    Actor::staff(person(name), authority)
}

fn agent(name: &str) -> Actor {
    staff(name, Authority::Agent)
}

fn case(text: &str) -> Option<CaseRef> {
    Some(CaseRef::parse(text).unwrap())
}

fn by(scopes: Scopes, authority: Authority) -> FreezeRequest {
    let reason = match authority {
        Authority::Owner => FreezeReason::OwnerRequest,
        Authority::Rule | Authority::Agent => FreezeReason::SuspectedFraud,
        Authority::Compliance => FreezeReason::AmlReview,
        Authority::Court => FreezeReason::CourtOrder,
    };
    let request = FreezeRequest::new(scopes, reason, authority, person(authority.name()));
    if authority == Authority::Court { request.for_case(CaseRef::parse("2026-17").unwrap()) } else { request }
}

/// One account at one desk.
struct Desk {
    service: Service<Shared>,
    alice: AccountId,
}

impl Desk {
    fn on(store: &Shared) -> Self {
        Self { service: service(store), alice: account("alice") }
    }

    fn try_place(&self, request: FreezeRequest, now: Timestamp) -> Result<RandomId, FreezeError> {
        let place = PlaceFreeze { request, caused_by: None };
        self.service.execute(&self.alice, &place, now).unwrap().map(|placed| placed.id)
    }

    fn place(&self, request: FreezeRequest, now: Timestamp) -> RandomId {
        self.try_place(request, now).unwrap()
    }

    fn request(
        &self,
        freeze: RandomId,
        by: Actor,
        release: Option<CaseRef>,
        now: Timestamp,
    ) -> Result<Timestamp, FreezeError> {
        self.request_checked(freeze, by, release, Some(seen()), now)
    }

    fn request_checked(
        &self,
        freeze: RandomId,
        by: Actor,
        release: Option<CaseRef>,
        identity: Option<CheckedIdentity>,
        now: Timestamp,
    ) -> Result<Timestamp, FreezeError> {
        self.service.execute(&self.alice, &RequestLift { freeze, by, release, identity }, now).unwrap()
    }

    fn lift(
        &self,
        freeze: RandomId,
        by: Actor,
        release: Option<CaseRef>,
        now: Timestamp,
    ) -> Result<Scopes, FreezeError> {
        self.service.execute(&self.alice, &LiftFreeze { freeze, by, release, identity: None }, now).unwrap()
    }

    fn closed(&self, now: Timestamp) -> Scopes {
        self.service.restriction(&self.alice, now).unwrap()
    }

    fn pay(&self, tx: &str, now: Timestamp) -> PaymentDecision {
        self.service.assess(&self.alice, &payment(tx, now), 480, now).unwrap()
    }

    fn settle(&self, tx: &str, now: Timestamp) -> Option<PendingAnswer> {
        self.service.settle_pending(&self.alice, TxId::of(tx), now).unwrap()
    }

    /// The notices that wait; all messages are taken.
    fn notices(&self) -> Vec<Notice> {
        self.effects()
            .into_iter()
            .filter_map(|effect| match effect {
                Effect::NotifyOwner { notice } => Some(notice),
                _ => None,
            })
            .collect()
    }

    fn effects(&self) -> Vec<Effect> {
        let waiting = self.service.drain(1_000).unwrap();
        self.service.delivered(&waiting.iter().map(|waiting| waiting.id).collect::<Vec<_>>()).unwrap();
        waiting.into_iter().map(|waiting| waiting.effect.unwrap()).collect()
    }

    fn is_intact(&self) -> bool {
        matches!(self.service.verify_account(&self.alice).unwrap(), Verdict::Intact { .. })
    }
}

fn is_held(answer: Option<PendingAnswer>) -> bool {
    matches!(answer, Some(PendingAnswer::Hold { .. }))
}

#[test]
fn a_debit_block_stands_when_the_full_block_above_it_is_lifted() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        desk.place(by(Scopes::PAY_OUT, Authority::Rule), at(0));
        let full = desk.place(by(Scopes::ALL, Authority::Agent), at(1));
        assert_eq!(desk.closed(at(2)), Scopes::ALL);
        desk.request(full, agent("a"), None, at(3)).unwrap();
        assert_eq!(desk.lift(full, agent("b"), None, at(4)), Ok(Scopes::PAY_OUT));
        assert_eq!(desk.closed(at(5)), Scopes::PAY_OUT);
        assert_eq!(desk.pay("tx-1", at(6)), PaymentDecision::Frozen);
        assert!(desk.is_intact());
    });
}

#[test]
fn the_compliance_office_needs_two_of_its_rank_and_nobody_below_gets_in() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        let freeze = desk.place(by(Scopes::ALL, Authority::Compliance), at(0));
        let needs = Err(FreezeError::NotAuthorised { needs: Authority::Compliance });
        assert_eq!(desk.lift(freeze, agent("a"), None, at(1)), needs);
        let owner = Actor::owner(person("alice"), StepUp::TwoFactors { oldest_enrolled_at: Timestamp::MIN });
        assert_eq!(desk.lift(freeze, owner, None, at(1)), Err(FreezeError::NotFound), "the owner does not learn of it");
        let officer = |name| staff(name, Authority::Compliance);
        assert_eq!(desk.lift(freeze, officer("x"), None, at(2)), Err(FreezeError::SecondAgentNeeded));
        let dies_at = desk.request(freeze, officer("x"), None, at(3)).unwrap();
        assert_eq!(dies_at, at(3 + DAY_MS));
        assert_eq!(desk.lift(freeze, officer("x"), None, at(4)), Err(FreezeError::SameAgent));
        assert_eq!(
            desk.lift(freeze, officer("y"), None, dies_at),
            Err(FreezeError::SecondAgentNeeded),
            "a day too late"
        );
        desk.request(freeze, officer("x"), None, dies_at).unwrap();
        assert_eq!(desk.lift(freeze, officer("y"), None, dies_at.plus_ms(1)), Ok(Scopes::NONE));
        assert!(desk.notices().is_empty(), "the customer hears of none of it");
    });
}

#[test]
fn a_courts_freeze_goes_with_the_release_that_both_looked_at() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        let freeze = desk.place(by(Scopes::PAY_OUT, Authority::Court), at(0));
        let clerk = |name| staff(name, Authority::Court);
        assert_eq!(desk.request(freeze, clerk("x"), None, at(1)), Err(FreezeError::ReleaseNeeded));
        desk.request(freeze, clerk("x"), case("R-1"), at(1)).unwrap();
        assert_eq!(desk.lift(freeze, clerk("y"), case("R-2"), at(2)), Err(FreezeError::ReleaseDiffers));
        assert_eq!(desk.lift(freeze, clerk("y"), None, at(3)), Ok(Scopes::NONE));
        let told = kinds(&desk.service, &desk.alice);
        assert!(
            matches!(told.last(), Some(EventKind::FreezeLifted { release: Some(named), .. }) if named.as_str() == "R-1")
        );
    });
}

#[test]
fn the_owners_lift_leaves_a_day_of_cooling_off_with_factors_and_profile_shut() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        let freeze = desk.place(by(Scopes::ALL, Authority::Owner), at(0));
        let owner = |oldest_enrolled_at| Actor::owner(person("alice"), StepUp::TwoFactors { oldest_enrolled_at });
        let fresh = desk.lift(freeze, owner(at(1)), None, at(HOUR_MS));
        assert_eq!(fresh, Err(FreezeError::FactorTooNew { enough_at: at(1 + 12 * HOUR_MS) }));
        let narrow = Scopes::CHANGE_PROFILE | Scopes::CHANGE_FACTORS;
        assert_eq!(desk.lift(freeze, owner(at(1)), None, at(1 + 12 * HOUR_MS)), Ok(narrow));
        let lifted_at = 1 + 12 * HOUR_MS;
        assert_eq!(desk.closed(at(lifted_at + DAY_MS - 1)), narrow);
        assert_eq!(desk.closed(at(lifted_at + DAY_MS)), Scopes::NONE);
    });
}

#[test]
fn while_cooling_off_only_small_payments_go_out() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        let pay = |tx: &str, minor, now| {
            let payment = Payment::out(tx, yuan(minor), now).unwrap().to("shop-7").from_device("phone-1");
            match desk.service.assess(&desk.alice, &payment, 480, now).unwrap() {
                PaymentDecision::Assessed(judged) => {
                    judged.reasons.iter().map(|reason| reason.code).find(|code| code.name().starts_with("LIMIT"))
                }
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(pay("tx-0", 50_001, at(0)), None, "no limits before");
        let freeze = desk.place(by(Scopes::PAY_OUT, Authority::Owner), at(1));
        let owner = Actor::owner(person("alice"), StepUp::TwoFactors { oldest_enrolled_at: Timestamp::MIN });
        let (lifted_at, day) = (at(DAY_MS), |days: u64| at(days * DAY_MS));
        desk.lift(freeze, owner, None, lifted_at).unwrap();
        assert_eq!(pay("tx-1", 50_001, lifted_at), Some(ReasonCode::LimitTransaction));
        assert_eq!(pay("tx-2", 50_000, lifted_at), None);
        assert_eq!(pay("tx-3", 49_000, lifted_at.plus_ms(1)), None);
        assert_eq!(pay("tx-4", 1_001, lifted_at.plus_ms(2)), Some(ReasonCode::LimitDay), "a thousand a day");
        assert_eq!(pay("tx-5", 50_001, day(2)), None, "a day later it is over");
    });
}

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

#[test]
fn a_payment_on_its_way_waits_for_the_freeze_and_finishes_after_the_lift() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        assert!(matches!(desk.pay("tx-1", at(0)), PaymentDecision::Assessed(_)));
        let freeze = desk.place(by(Scopes::PAY_OUT, Authority::Rule), at(1));
        let Some(PendingAnswer::Hold { causes, freeze: held_by }) = desk.settle("tx-1", at(2)) else { panic!() };
        assert_eq!(held_by, Some(freeze));
        assert_eq!(causes.for_audit().collect::<Vec<_>>(), [ReasonCode::Frozen]);
        assert!(is_held(desk.settle("tx-1", at(3))), "and again, without an event");
        assert_eq!(desk.settle("tx-2", at(3)), None, "never judged");
        desk.lift(freeze, agent("a"), None, at(4)).unwrap();
        assert_eq!(desk.settle("tx-1", at(5)), Some(PendingAnswer::Finish));
        assert_eq!(desk.settle("tx-1", at(6)), Some(PendingAnswer::Finish), "told again, one event");
        let finished = |kind: &&EventKind| matches!(kind, EventKind::PendingFinished { .. });
        assert_eq!(kinds(&desk.service, &desk.alice).iter().filter(finished).count(), 1);
        desk.place(by(Scopes::PAY_OUT, Authority::Agent), at(7));
        assert!(is_held(desk.settle("tx-1", at(8))), "a freeze since wins over what was told before");
        assert!(desk.is_intact());
    });
}

#[test]
fn a_lenient_freeze_lets_finish_what_came_before_it_and_says_so_to_the_settlement() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        desk.pay("tx-1", at(0));
        let lenient = by(Scopes::PAY_OUT, Authority::Agent).with_pending(PendingPayments::LetPendingFinish);
        let freeze = desk.place(lenient, at(1));
        let rule = PendingPayments::LetPendingFinish;
        let effect = Effect::PendingPayments { freeze, scopes: Scopes::PAY_OUT, from: at(1), rule };
        assert!(desk.effects().contains(&effect));
        assert_eq!(desk.settle("tx-1", at(2)), Some(PendingAnswer::Finish));
        assert_eq!(desk.pay("tx-2", at(3)), PaymentDecision::Frozen, "new ones are stopped");
        assert_eq!(desk.settle("tx-2", at(4)), None);
        let strict = by(Scopes::PAY_OUT, Authority::Court).with_pending(rule);
        assert_eq!(desk.try_place(strict, at(5)), Err(FreezeError::PendingMustHold));
        desk.place(by(Scopes::PAY_OUT, Authority::Court), at(6));
        assert!(is_held(desk.settle("tx-1", at(7))), "one that holds is enough");
        let quiet = desk.place(by(Scopes::SIGN_IN, Authority::Agent), at(8));
        let is_about = |effect: &Effect| matches!(effect, Effect::PendingPayments { freeze, .. } if *freeze == quiet);
        assert!(!desk.effects().iter().any(is_about), "a freeze that stops no money tells the settlement nothing");
    });
}

/// Nobody knows when a payment that had to be proven or reviewed was accepted, so no freeze takes it for older.
#[test]
fn a_payment_that_was_stepped_up_or_held_is_let_by_no_lenient_freeze() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        let signals = Signals { malware: Some(true), rooted: Some(true), ..Signals::default() };
        let judged =
            desk.service.assess_with_signals(&desk.alice, &payment("tx-1", at(0)), 480, &signals, at(0)).unwrap();
        assert!(matches!(judged, PaymentDecision::Assessed(judged) if judged.outcome > Outcome::Allow));
        assert_eq!(desk.settle("tx-1", at(1)), Some(PendingAnswer::Finish), "nothing is closed");
        desk.place(by(Scopes::PAY_OUT, Authority::Agent).with_pending(PendingPayments::LetPendingFinish), at(2));
        assert!(is_held(desk.settle("tx-1", at(3))));
    });
}

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

#[test]
fn a_report_keeps_its_times_to_the_millisecond_and_there_are_only_so_many() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        let report = |reported_ms, learned_ms| {
            let (reported_at, learned_at) = (at(reported_ms), at(learned_ms));
            let (kind, tx_id, by) = (ReportKind::Unauthorised, Some(TxId::of("tx-1")), person("alice"));
            let report = ReportUnauthorised { kind, reported_at, learned_at, tx_id, by };
            desk.service.execute(&desk.alice, &report, at(1_000)).unwrap()
        };
        assert_eq!(report(1_001, 0), Err(ReportRefused::InFuture));
        assert_eq!(report(5, 6), Err(ReportRefused::LearnedAfterReport));
        let first = report(999, 7).unwrap();
        let again = report(999, 7).unwrap();
        assert_eq!((again.id, again.already), (first.id, true));
        assert_eq!(desk.notices(), [Notice::ReportTaken { report: first.id }]);
        for more in 1..REPORTS_MAX {
            assert!(report(999, 7 + u64::try_from(more).unwrap()).is_ok());
        }
        assert_eq!(report(999, 900), Err(ReportRefused::TooMany { most: REPORTS_MAX }));
        let close = |name, authority| {
            let close = CloseReport { report: first.id, outcome: ReportOutcome::Confirmed, by: staff(name, authority) };
            desk.service.execute(&desk.alice, &close, at(2_000))
        };
        assert!(close("rule", Authority::Rule).is_err());
        assert_eq!(close("a", Authority::Agent).unwrap(), Ok(()));
        assert_eq!(close("a", Authority::Agent).unwrap(), Err(ReportRefused::NotFound));
        assert!(report(999, 900).is_ok());
        let times = kinds(&desk.service, &desk.alice).into_iter().find_map(|kind| match kind {
            EventKind::UnauthorisedReported { reported_at, learned_at, .. } => Some((reported_at, learned_at)),
            _ => None,
        });
        assert_eq!(times, Some((at(999), at(7))));
        let open = desk.service.record(&desk.alice).unwrap().reports;
        assert_eq!(open.iter().count(), REPORTS_MAX);
    });
}

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
