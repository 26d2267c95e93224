//! The same life told another way: stored between steps, judged in batches, delivered in another order.

use std::collections::BTreeMap;

use account_security::risk::{Assessment, CheckedPolicy, Outcome, PayeeBelief, Profile, Queued, Reason, assess_many};
use account_security::types::ReasonCode;
use account_security::types::time::DAY_MS;

use crate::harness::{Beliefs, Deed, Plan, every_plan, run, run_unproven};

fn bytes(answers: &[Assessment]) -> Vec<Vec<u8>> {
    answers.iter().map(|answer| postcard::to_allocvec(answer).unwrap()).collect()
}

/// Fails at the first payment whose answers differ.
fn assert_same(plan: &Plan, how: &str, plain: &[Assessment], other: &[Assessment]) {
    assert_eq!(plain.len(), other.len(), "{}, {how}", plan.file);
    for ((step, one), two) in plan.steps.iter().zip(bytes(plain)).zip(bytes(other)) {
        assert!(one == two, "{}, {}: another answer when {how}", plan.file, step.name);
    }
}

#[test]
fn a_profile_that_is_stored_after_every_step_decides_the_same_to_the_byte() {
    for plan in every_plan() {
        let stored = |profile: Profile| postcard::from_bytes(&postcard::to_allocvec(&profile).unwrap()).unwrap();
        assert_same(&plan, "stored after each step", &run(&plan, |profile| profile), &run(&plan, stored));
    }
}

/// Accounts that live under one policy, judged together.
struct Crowd<'a> {
    policy: &'a CheckedPolicy,
    lanes: Vec<Lane<'a>>,
    profiles: Vec<Profile>,
    waiting: Vec<Waiting>,
    batches: usize,
}

struct Lane<'a> {
    plan: &'a Plan,
    next: usize,
    beliefs: Beliefs,
    answers: BTreeMap<usize, Assessment>,
}

/// A payment of a batch that was not judged yet.
struct Waiting {
    lane: usize,
    place: usize,
    payee: Option<PayeeBelief>,
}

impl<'a> Crowd<'a> {
    fn of(plans: &[&'a Plan]) -> Self {
        // At least three accounts, so that even a policy with one file sees them interleaved.
        let lane = |plan: &&'a Plan| Lane { plan, next: 0, beliefs: Beliefs::default(), answers: BTreeMap::new() };
        let lanes: Vec<Lane<'a>> = plans.iter().cycle().take(plans.len().max(3)).map(lane).collect();
        let profiles = vec![Profile::new(); lanes.len()];
        Self { policy: &plans[0].policy, lanes, profiles, waiting: Vec::new(), batches: 0 }
    }

    /// One payment of each account in turn, judged whenever `size` of them wait.
    fn live(&mut self, size: usize) {
        while self.lanes.iter().any(|lane| lane.next < lane.plan.deeds.len()) {
            for lane in 0..self.lanes.len() {
                self.step(lane);
                if self.waiting.len() >= size {
                    self.judge();
                }
            }
        }
        self.judge();
    }

    /// Queues the account's next payment. What is learned before it waits for the account's own payments to be judged.
    fn step(&mut self, number: usize) {
        while let Some(deed) = self.lanes[number].plan.deeds.get(self.lanes[number].next) {
            let is_payment = matches!(deed, Deed::Pay(_));
            if !is_payment && self.waiting.iter().any(|waiting| waiting.lane == number) {
                self.judge();
            }
            let lane = &mut self.lanes[number];
            lane.next += 1;
            if let Deed::Pay(place) = deed {
                let payee = lane.beliefs.of_payee(&lane.plan.steps[*place], self.policy);
                self.waiting.push(Waiting { lane: number, place: *place, payee });
                return;
            }
            let profile = std::mem::take(&mut self.profiles[number]);
            self.profiles[number] = lane.beliefs.between(lane.plan, deed, profile);
        }
    }

    fn judge(&mut self) {
        let Self { policy, lanes, profiles, waiting, batches } = self;
        let queued: Vec<Queued<'_>> = waiting
            .iter()
            .map(|waiting| {
                let step = &lanes[waiting.lane].plan.steps[waiting.place];
                let payee = waiting.payee.as_ref();
                Queued { account: waiting.lane, payment: &step.payment, payee, context: step.context }
            })
            .collect();
        let mut answers = Vec::new();
        assess_many(profiles, &queued, policy, |place, assessed| {
            assert_eq!(place, answers.len(), "answers are told in the order of the payments");
            answers.push(assessed.assessment.clone());
        })
        .unwrap();
        *batches += 1;
        for (Waiting { lane, place, .. }, answer) in waiting.drain(..).zip(answers) {
            lanes[lane].beliefs.note(place, &answer);
            lanes[lane].answers.insert(place, answer);
        }
    }
}

#[test]
fn batches_of_interleaved_accounts_decide_as_one_by_one_to_the_byte() {
    let plans = every_plan();
    let mut crowds: BTreeMap<u64, Vec<&Plan>> = BTreeMap::new();
    plans.iter().for_each(|plan| crowds.entry(plan.policy.content_hash()).or_default().push(plan));
    assert!(crowds.values().any(|crowd| crowd.len() > 10), "many files must share a policy to be interleaved");
    for crowd in crowds.values() {
        for size in [1, 2, 7, usize::MAX] {
            let mut crowd = Crowd::of(crowd);
            crowd.live(size);
            for lane in crowd.lanes {
                let answers: Vec<Assessment> = lane.answers.into_values().collect();
                let how = format!("judged in batches of {size}");
                assert_same(lane.plan, &how, &run_unproven(lane.plan), &answers);
            }
        }
    }
}

/// Findings whose points are learned in the order of arrival.
const LEARNED: [ReasonCode; 10] = [
    ReasonCode::AmountOutlier,
    ReasonCode::AmountRegime,
    ReasonCode::PayeeRisk,
    ReasonCode::PayeeOrdinary,
    ReasonCode::NewDevice,
    ReasonCode::NewPayee,
    ReasonCode::NewCountry,
    ReasonCode::NewDeviceNewPayee,
    ReasonCode::NewDeviceNewCountry,
    ReasonCode::AllowList,
];

/// The ways to shuffle neighbours: pairs from the first on, pairs from the second on, threes turned round.
const SHUFFLES: [(usize, usize); 3] = [(0, 2), (1, 2), (0, 3)];

/// The plan with neighbouring payments of its history delivered the other way round, and how many moved.
fn shuffled(plan: &Plan, skip: usize, size: usize) -> (Plan, usize) {
    let (mut steps, mut deeds, mut moved) = (plan.steps.clone(), plan.deeds.clone(), 0);
    let mut from = skip;
    while from + size <= deeds.len() {
        let places: Option<Vec<usize>> = deeds[from..from + size].iter().map(|deed| ordinary(plan, deed)).collect();
        if let Some(places) = places.filter(|places| are_near(plan, places)) {
            deeds[from..from + size].reverse();
            // The first to come now comes when the last did.
            let now = plan.steps[places[size - 1]].context.now;
            places.iter().for_each(|place| steps[*place].context.now = now);
            moved += size;
        }
        from += size;
    }
    let (file, policy) = (plan.file.clone(), plan.policy.clone());
    (Plan { file, policy, steps, deeds }, moved)
}

fn ordinary(plan: &Plan, deed: &Deed) -> Option<usize> {
    match deed {
        Deed::Pay(place) if plan.steps[*place].is_ordinary_spend() => Some(*place),
        _ => None,
    }
}

/// Within the horizon of late payments, thirty days, and at different times.
fn are_near(plan: &Plan, places: &[usize]) -> bool {
    let at = |place: usize| plan.steps[place].payment.at;
    let apart = places.windows(2).all(|pair| at(pair[0]) < at(pair[1]));
    apart && at(places[places.len() - 1]).ms_since(at(places[0])) < 30 * DAY_MS
}

/// What of an answer does not follow from the order of arrival: the outcome, which findings there are and in which order,
/// and to the byte each finding that is not [`LEARNED`].
fn free_of_order(answer: &Assessment) -> (Outcome, Vec<ReasonCode>, Vec<u8>) {
    let codes = answer.reasons.iter().map(|reason| reason.code).collect();
    let exact: Vec<Reason> = answer.reasons.iter().filter(|reason| !LEARNED.contains(&reason.code)).copied().collect();
    (answer.outcome, codes, postcard::to_allocvec(&exact).unwrap())
}

/// Windows, limits, places, patterns and custom rules see a late payment in its own place. What is learned depends
/// on the order of arrival, because each step starts from the one before:
/// - the mean and spread of amounts: an outlier is cut at three deviations of the profile as it is then, and old payments
///   fade with each new one (`AMOUNT_OUTLIER`);
/// - the belief that someone else spends: it drifts back between payments (`AMOUNT_REGIME`);
/// - how often the account brings something new: a sixteenth of each payment (`NEW_DEVICE`, `NEW_PAYEE`, `NEW_COUNTRY`,
///   `NEW_DEVICE_NEW_PAYEE`);
/// - what is counted out of these: what a payee adds to the account's side (`PAYEE_RISK`), what trust takes away
///   (`ALLOW_LIST`).
///
/// Their points move a little, the findings and the outcome do not. Credits keep their place here: what has left of one is
/// counted from its arrival on (`rapid_in_out_late_credit.toml.open`).
#[test]
fn ordinary_payments_that_arrive_in_another_order_change_no_outcome_window_limit_or_pattern() {
    let mut moved_in_all = 0;
    for plan in every_plan() {
        let Some(Deed::Pay(last)) = plan.deeds.iter().rfind(|deed| matches!(deed, Deed::Pay(_))) else { continue };
        let plain = free_of_order(&run(&plan, |profile| profile)[*last]);
        for (skip, size) in SHUFFLES {
            let (other, moved) = shuffled(&plan, skip, size);
            let late = free_of_order(&run(&other, |profile| profile)[*last]);
            assert_eq!(plain, late, "{}: {size} neighbours from {skip} on turned round", plan.file);
            moved_in_all += moved;
        }
    }
    assert!(moved_in_all > 1_000, "only {moved_in_all} payments changed places: the test looks at nothing");
}
