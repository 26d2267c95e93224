//! What becomes of payments that were judged: freezes and lifts in between, reviews, labels, other accounts.

use std::sync::Arc;

use account_security::account::{EventKind, Verdict};
use account_security::command::{
    LiftFreeze, PaymentAsked, PaymentDecision, PaymentTrail, PaymentWord, PlaceFreeze, explain,
};
use account_security::freeze::{
    Actor, Authority, FreezeReason, FreezeRequest, PendingAnswer, PendingPayments, Scopes, StepUp,
};
use account_security::risk::{CheckedPolicy, Label, Limits, Outcome, RiskPolicy};
use account_security::service::{LabelOutcome, ReleaseOutcome, Service};
use account_security::types::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use account_security::types::{
    AccountId, ActorId, Currency, Direction, Money, Payment, RandomId, ReasonCode, Timestamp,
};

use crate::on_every_store;
use crate::support::acts::{history, yuan};
use crate::support::stores::{Meanwhile, Shared};
use crate::support::{account, at, service};

struct Bank {
    service: Service<Shared>,
    alice: AccountId,
}

impl Bank {
    fn new(store: &Shared) -> Self {
        Self { service: service(store), alice: account("alice") }
    }

    /// A day limit of 1,000.00.
    fn with_limit(store: &Shared) -> Self {
        let bank = Self::new(store);
        let limits = Limits { day_minor: Some(100_000), ..Limits::default() };
        bank.service.replace_risk_policy(CheckedPolicy::new(RiskPolicy { limits, ..RiskPolicy::wallet() }).unwrap());
        bank
    }

    fn decide(&self, payment: &Payment, now: Timestamp) -> PaymentDecision {
        self.service.assess(&self.alice, payment, 480, now).unwrap()
    }

    fn outcome(&self, payment: &Payment, now: Timestamp) -> Outcome {
        match self.decide(payment, now) {
            PaymentDecision::Assessed(assessment) => assessment.outcome,
            other => panic!("{other:?}"),
        }
    }

    fn release(&self, payment: &Payment, actor: Option<&str>, now: Timestamp) -> ReleaseOutcome {
        let by = actor.map(|name| Actor::staff(who(name), Authority::Agent));
        self.service.release_payment(&self.alice, payment, 480, by.as_ref(), now).unwrap()
    }

    fn settles(&self, payment: &Payment, now: Timestamp) -> bool {
        self.service.settle_pending(&self.alice, payment.tx_id, now).unwrap() == Some(PendingAnswer::Finish)
    }

    fn held_for(&self, payment: &Payment, now: Timestamp) -> Vec<ReasonCode> {
        match self.service.settle_pending(&self.alice, payment.tx_id, now).unwrap() {
            Some(PendingAnswer::Hold { causes, .. }) => causes.for_audit().collect(),
            other => panic!("{other:?}"),
        }
    }

    fn freeze(&self, request: FreezeRequest, now: Timestamp) -> RandomId {
        self.service.execute(&self.alice, &PlaceFreeze { request, caused_by: None }, now).unwrap().unwrap().id
    }

    /// Frozen by its owner and lifted by its owner.
    fn freeze_and_lift(&self, frozen_at: Timestamp, lifted_at: Timestamp) {
        let freeze = self.freeze(FreezeRequest::by_owner(who("alice"), Scopes::ALL), frozen_at);
        let by = Actor::owner(who("alice"), StepUp::TwoFactors { oldest_enrolled_at: Timestamp::MIN });
        let lift = LiftFreeze { freeze, by, release: None, identity: None };
        self.service.execute(&self.alice, &lift, lifted_at).unwrap().unwrap();
    }

    /// Why the payment failed or waits, as the desk would be told.
    fn explained(&self, payment: &Payment, now: Timestamp) -> Vec<ReasonCode> {
        let mut trail = PaymentTrail::of(payment.tx_id);
        history(&self.service, &self.alice).into_iter().for_each(|(_, event)| trail.hear(event));
        let asked = PaymentAsked {
            direction: Direction::Out,
            balance_too_low: false,
            recipient_unavailable: false,
            network_fault: false,
            failed: false,
        };
        let (record, word) = (self.service.record(&self.alice).unwrap(), trail.into_word());
        explain(&record, word.as_ref(), &asked, &self.service.settings(), now).for_audit().collect()
    }

    fn ordinary_days(&self, days: u64) {
        for day in 0..days {
            let now = at(day * DAY_MS);
            assert_eq!(self.outcome(&out(&format!("day-{day}"), 1_250, now), now), Outcome::Allow);
        }
    }

    fn released(&self) -> usize {
        let events = history(&self.service, &self.alice);
        events
            .iter()
            .filter(|(_, event)| {
                matches!(event.kind, EventKind::PaymentReleased { .. } | EventKind::PaymentLetPass { .. })
            })
            .count()
    }
}

fn who(name: &str) -> ActorId {
    ActorId::parse(name).unwrap()
}

fn out(id: &str, minor: i64, now: Timestamp) -> Payment {
    Payment::out(id, yuan(minor), now).unwrap().to("shop").from_device("phone")
}

/// A phone never seen pays a payee never paid.
fn strange(id: &str, minor: i64, now: Timestamp) -> Payment {
    Payment::out(id, yuan(minor), now).unwrap().to("stranger").from_device("other phone")
}

#[test]
fn what_was_judged_before_a_freeze_meets_the_small_limits_after_the_lift() {
    on_every_store(|store| {
        let bank = Bank::new(store);
        let (large, small) = (out("tx-large", 400_000, at(0)), out("tx-small", 1_000, at(0)));
        assert_eq!(bank.outcome(&large, at(0)), Outcome::Allow);
        assert_eq!(bank.outcome(&small, at(0)), Outcome::Allow);
        bank.freeze_and_lift(at(1_000), at(HOUR_MS));

        let cooling = at(HOUR_MS + 1_000);
        for earlier in [&large, &small] {
            assert_eq!(bank.decide(earlier, cooling), PaymentDecision::Frozen, "nobody knows what else passed before");
            assert_eq!(bank.held_for(earlier, cooling), [ReasonCode::CoolingOff]);
        }
        assert_eq!(bank.outcome(&out("tx-again", 400_000, cooling), cooling), Outcome::Hold, "ordered again");

        let over = at(HOUR_MS + DAY_MS);
        assert_eq!(bank.outcome(&large, over), Outcome::Allow);
        assert!(bank.settles(&large, over));
        assert!(matches!(bank.service.verify_account(&bank.alice).unwrap(), Verdict::Intact { .. }));
    });
}

#[test]
fn a_small_payment_ordered_in_the_cooling_off_passes_repeats_and_settles() {
    on_every_store(|store| {
        let bank = Bank::new(store);
        bank.ordinary_days(10);
        let (frozen_at, now) = (at(10 * DAY_MS), at(10 * DAY_MS + 2 * HOUR_MS));
        bank.freeze_and_lift(frozen_at, frozen_at.plus_ms(HOUR_MS));
        let small = out("tx-small", 1_250, now);
        assert_eq!(bank.outcome(&small, now), Outcome::Allow);
        assert_eq!(bank.outcome(&small, now.plus_ms(1)), Outcome::Allow);
        assert!(bank.settles(&small, now.plus_ms(1)));
    });
}

#[test]
fn a_proof_of_before_a_freeze_releases_nothing_in_the_cooling_off_and_an_agent_does() {
    on_every_store(|store| {
        let bank = Bank::new(store);
        bank.ordinary_days(10);
        let now = at(11 * DAY_MS);
        let asked = strange("tx-asked", 1_250, now);
        assert_eq!(bank.outcome(&asked, now), Outcome::StepUp);
        bank.freeze_and_lift(now.plus_ms(1_000), now.plus_ms(HOUR_MS));

        let cooling = now.plus_ms(HOUR_MS + 1_000);
        assert_eq!(bank.release(&asked, None, cooling), ReleaseOutcome::Frozen);
        assert_eq!(bank.held_for(&asked, cooling), [ReasonCode::CoolingOff]);
        assert_eq!(bank.release(&asked, Some("agent-7"), cooling), ReleaseOutcome::Released);
        assert!(bank.settles(&asked, cooling));
    });
}

#[test]
fn a_held_payment_settles_once_somebody_released_it_and_never_before() {
    on_every_store(|store| {
        let bank = Bank::with_limit(store);
        let held = out("tx-held", 150_000, at(0));
        assert_eq!(bank.outcome(&held, at(0)), Outcome::Hold);
        assert_eq!(bank.held_for(&held, at(1)), [ReasonCode::RiskHold]);
        assert_eq!(bank.release(&held, None, at(2)), ReleaseOutcome::NeedsReview);
        assert_eq!(bank.release(&held, Some("agent-7"), at(3)), ReleaseOutcome::Released);
        assert_eq!(bank.release(&held, None, at(4)), ReleaseOutcome::Released, "its owner may hear of it");
        assert!(bank.settles(&held, at(5)));
        assert_eq!(bank.outcome(&out("tx-next", 90_000, at(6)), at(6)), Outcome::Hold, "what settled was counted");
    });
}

#[test]
fn a_freeze_that_lets_pending_payments_finish_knows_when_one_was_released() {
    on_every_store(|store| {
        let bank = Bank::with_limit(store);
        let payments = ["tx-1", "tx-2"].map(|id| out(id, 150_000, at(0)));
        payments.iter().for_each(|payment| assert_eq!(bank.outcome(payment, at(0)), Outcome::Hold));
        assert_eq!(bank.release(&payments[0], Some("agent-7"), at(1_000)), ReleaseOutcome::Released);
        let rule = FreezeRequest::new(Scopes::PAY_OUT, FreezeReason::Dormant, Authority::Rule, who("rule-1"));
        bank.freeze(rule.with_pending(PendingPayments::LetPendingFinish), at(2_000));
        assert!(bank.settles(&payments[0], at(3_000)), "released before the freeze");
        assert_eq!(bank.held_for(&payments[1], at(3_000)), [ReasonCode::Frozen, ReasonCode::RiskHold]);
    });
}

#[test]
fn a_release_a_month_late_is_written_down_once_and_lets_the_payment_settle() {
    on_every_store(|store| {
        let bank = Bank::with_limit(store);
        let held = out("tx-held", 150_000, at(0));
        assert_eq!(bank.outcome(&held, at(0)), Outcome::Hold);
        let now = at(31 * DAY_MS);
        bank.outcome(&out("tx-later", 1_000, now), now);
        assert_eq!(bank.release(&held, Some("agent-7"), now), ReleaseOutcome::Released);
        assert_eq!(bank.release(&held, Some("agent-8"), now), ReleaseOutcome::Released);
        assert_eq!(bank.released(), 1);
        assert!(bank.settles(&held, now));
    });
}

#[test]
fn a_payment_labelled_as_fraud_is_neither_released_nor_settled() {
    on_every_store(|store| {
        let bank = Bank::new(store);
        bank.ordinary_days(10);
        let now = at(11 * DAY_MS);
        let (asked, allowed) = (strange("tx-asked", 1_250, now), out("tx-allowed", 1_250, now));
        assert_eq!(bank.outcome(&asked, now), Outcome::StepUp);
        bank.outcome(&allowed, now);
        for payment in [&asked, &allowed] {
            assert_eq!(bank.service.label(&bank.alice, payment.tx_id, Label::Fraud, now), Ok(LabelOutcome::Learned));
            assert_eq!(bank.release(payment, None, now), ReleaseOutcome::Fraud);
            assert_eq!(bank.release(payment, Some("agent-7"), now), ReleaseOutcome::Fraud);
            assert_eq!(bank.held_for(payment, now), [ReasonCode::RiskHold]);
        }
        assert_eq!(bank.released(), 0);
    });
}

#[test]
fn a_proof_told_late_counts_the_payment_once() {
    on_every_store(|store| {
        let bank = Bank::new(store);
        bank.ordinary_days(10);
        let now = at(11 * DAY_MS);
        let asked = strange("tx-asked", 1_250, now);
        assert_eq!(bank.outcome(&asked, now), Outcome::StepUp);
        assert_eq!(bank.explained(&asked, now), [ReasonCode::ProofNeeded]);
        for number in 1..=16 {
            let moment = now.plus_ms(number * MINUTE_MS);
            let credit = Payment::new(&format!("in-{number}"), yuan(100), moment, Direction::In).unwrap();
            bank.outcome(&credit, moment);
        }
        let payments = || bank.service.record(&bank.alice).unwrap().profile.read().unwrap().payments();
        let before = payments();
        assert_eq!(bank.release(&asked, None, now.plus_ms(HOUR_MS)), ReleaseOutcome::Released);
        assert_eq!(payments(), before);
        assert_eq!(bank.explained(&asked, now.plus_ms(HOUR_MS)), [ReasonCode::Released]);
    });
}

#[test]
fn a_cent_of_another_currency_locks_nobody_out() {
    on_every_store(|store| {
        let bank = Bank::new(store);
        let dollars = |minor| Money::from_minor(minor, Currency::USD).unwrap();
        let cent = Payment::new("tx-cent", dollars(1), at(0), Direction::In).unwrap();
        bank.outcome(&cent, at(0));
        assert_eq!(bank.outcome(&out("tx-1", 1_250, at(1_000)), at(1_000)), Outcome::Allow);
        let typo = Payment::out("tx-2", dollars(1_250), at(2_000)).unwrap();
        let PaymentDecision::Assessed(held) = bank.decide(&typo, at(2_000)) else { panic!() };
        assert_eq!(held.reasons.iter().map(|reason| reason.code).collect::<Vec<_>>(), [ReasonCode::CurrencyMismatch]);
        bank.service.verify_account(&bank.alice).unwrap();
    });
}

#[test]
fn two_accounts_that_use_one_id_at_one_payee_are_labelled_apart() {
    on_every_store(|store| {
        let (service, alice, bob) = (service(store), account("alice"), account("bob"));
        for owner in [&alice, &bob] {
            service.assess(owner, &out("1001", 1_250, at(0)), 480, at(0)).unwrap();
        }
        let label = |owner, label| service.label(owner, out("1001", 1_250, at(0)).tx_id, label, at(1_000)).unwrap();
        let doubt = || {
            let payee = out("1001", 1_250, at(0)).payee.unwrap();
            service.payee_belief(payee).unwrap().unwrap()
        };
        assert_eq!(label(&alice, Label::Fraud), LabelOutcome::Learned);
        let once = doubt();
        assert_eq!(label(&bob, Label::Fraud), LabelOutcome::Learned);
        let twice = doubt();
        assert_ne!(once, twice, "the payee heard of both");
        assert_eq!(label(&alice, Label::Fraud), LabelOutcome::Learned);
        assert_eq!(label(&alice, Label::Genuine), LabelOutcome::Contradicts { first: Label::Fraud });
        assert_eq!(doubt(), twice);
    });
}

#[test]
fn a_payment_refused_for_a_freeze_was_never_judged_and_each_freeze_tells_of_it_once() {
    on_every_store(|store| {
        let bank = Bank::new(store);
        let refusals = || {
            let events = history(&bank.service, &bank.alice);
            events.iter().filter(|(_, event)| matches!(event.kind, EventKind::PaymentStopped { .. })).count()
        };
        bank.freeze(FreezeRequest::by_owner(who("alice"), Scopes::PAY_OUT).until(at(10_000)), at(0));
        assert_eq!(bank.decide(&out("tx-1", 1_250, at(1_000)), at(1_000)), PaymentDecision::Frozen);
        assert_eq!(
            bank.decide(&out("tx-1", 1_250, at(2_000)), at(2_000)),
            PaymentDecision::Frozen,
            "another time of order"
        );
        assert_eq!(refusals(), 1);
        bank.freeze(FreezeRequest::by_owner(who("alice"), Scopes::PAY_OUT), at(20_000));
        assert_eq!(bank.decide(&out("tx-1", 1_250, at(21_000)), at(21_000)), PaymentDecision::Frozen);
        assert_eq!(refusals(), 2, "the second freeze refused it too");
    });
}

#[test]
fn a_label_of_fraud_that_comes_in_the_middle_of_a_release_or_a_settlement_wins() {
    on_every_store(|store| {
        let meanwhile = Meanwhile::over(store);
        let (bank, other) = (Bank::with_limit(&Shared::new(meanwhile.clone())), Bank::with_limit(store));
        let (held, paid) = (out("tx-held", 150_000, at(0)), out("tx-paid", 1_000, at(0)));
        assert_eq!(bank.outcome(&held, at(0)), Outcome::Hold);
        assert_eq!(bank.outcome(&paid, at(0)), Outcome::Allow);
        let other = Arc::new(other);
        let labelled_behind_the_look = |payment: &Payment| {
            let (other, tx_id, mut label_id) = (Arc::clone(&other), payment.tx_id, payment.tx_id.0);
            label_id[15] ^= 1;
            meanwhile.arm(label_id, move || {
                other.service.label(&other.alice, tx_id, Label::Fraud, at(2_000)).unwrap();
            });
        };
        labelled_behind_the_look(&held);
        assert_eq!(bank.release(&held, Some("agent-7"), at(2_000)), ReleaseOutcome::Fraud);
        assert_eq!(bank.released(), 0);
        labelled_behind_the_look(&paid);
        assert!(!bank.settles(&paid, at(3_000)));
    });
}

#[test]
fn what_was_told_to_settle_is_not_told_again_and_what_waits_says_so() {
    on_every_store(|store| {
        let bank = Bank::with_limit(store);
        let word = |payment: &Payment| {
            let mut trail = PaymentTrail::of(payment.tx_id);
            history(&bank.service, &bank.alice).into_iter().for_each(|(_, event)| trail.hear(event));
            trail.into_word().unwrap()
        };
        let may_settle = |payment: &Payment, now| {
            let freezes = bank.service.record(&bank.alice).unwrap().freezes;
            word(payment).pending(&freezes, now)
        };
        let (held, paid) = (out("tx-held", 150_000, at(0)), out("tx-paid", 1_000, at(0)));
        bank.outcome(&held, at(0));
        bank.outcome(&paid, at(0));
        assert_eq!(may_settle(&paid, at(1)), Some(PendingAnswer::Finish));
        assert!(matches!(word(&held), PaymentWord::Judged(judged) if judged.is_waiting()));
        assert!(bank.settles(&paid, at(1)));
        assert_eq!(may_settle(&paid, at(2)), None, "once");
        bank.service.label(&bank.alice, held.tx_id, Label::Fraud, at(3)).unwrap();
        assert!(matches!(may_settle(&held, at(4)), Some(PendingAnswer::Hold { .. })), "as the service answers");
    });
}

#[test]
fn a_refused_payment_says_which_way_the_money_was_to_move() {
    on_every_store(|store| {
        let bank = Bank::new(store);
        bank.freeze(FreezeRequest::by_owner(who("alice"), Scopes::ALL), at(0));
        let credit = Payment::new("tx-in", yuan(1_000), at(1), Direction::In).unwrap();
        assert_eq!(bank.decide(&credit, at(1)), PaymentDecision::Frozen);
        let mut trail = PaymentTrail::of(credit.tx_id);
        history(&bank.service, &bank.alice).into_iter().for_each(|(_, event)| trail.hear(event));
        let word = trail.into_word();
        let refused = PaymentWord::RefusedFrozen { at: at(1), money: yuan(1_000), direction: Some(Direction::In) };
        assert_eq!(word, Some(refused));
    });
}
