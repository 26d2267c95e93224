//! Plays a plan: judges each payment, shows labels when they become known, lets rules sleep.

use std::collections::BTreeMap;

use account_security::risk::{
    Assessed, Assessment, Belief, CheckedPolicy, Label, Outcome, PayeeBelief, Profile, assess, label_account, release,
    snooze,
};
use account_security::types::{Fingerprint, Timestamp};

use super::plan::{Deed, Plan, Step};

/// Plays the plan one by one and gives the answers in the order of [`Plan::steps`]. After every deed the profile goes
/// through `keep`: to a store and back, or nowhere.
pub fn run(plan: &Plan, keep: impl Fn(Profile) -> Profile) -> Vec<Assessment> {
    run_with(plan, keep, proven)
}

/// The same where nobody gives a proof, as in a batch, which is judged before anybody could.
pub fn run_unproven(plan: &Plan) -> Vec<Assessment> {
    run_with(plan, |profile| profile, |profile, _, _, _| profile.clone())
}

fn run_with(
    plan: &Plan,
    keep: impl Fn(Profile) -> Profile,
    proven: impl Fn(&Profile, &Step, &Assessed, &CheckedPolicy) -> Profile,
) -> Vec<Assessment> {
    let mut answers = vec![None; plan.steps.len()];
    let (mut profile, mut beliefs) = (Profile::new(), Beliefs::default());
    for deed in &plan.deeds {
        match deed {
            Deed::Pay(place) => {
                let step = &plan.steps[*place];
                let payee = beliefs.of_payee(step, &plan.policy);
                let assessed = assess(&profile, &step.payment, payee.as_ref(), &plan.policy, &step.context).unwrap();
                assessed.commit(&mut profile);
                profile = proven(&profile, step, &assessed, &plan.policy);
                beliefs.note(*place, &assessed.assessment);
                answers[*place] = Some(assessed.assessment);
            }
            other => profile = beliefs.between(plan, other, profile),
        }
        profile = keep(profile);
    }
    answers.into_iter().map(|answer| answer.expect("every step is a deed")).collect()
}

/// Plans tell what owners did: who was asked for a proof gave it. What was held passes where the plan says so.
fn proven(profile: &Profile, step: &Step, assessed: &Assessed, policy: &CheckedPolicy) -> Profile {
    let passes = assessed.assessment.outcome == Outcome::StepUp || step.is_reviewed;
    if !passes || assessed.changes_nothing() {
        return profile.clone();
    }
    release(profile, &step.payment, assessed.assessment.outcome, policy, step.context.local_offset_min).unwrap()
}

/// What is believed of each payee, and how well the account's side explained each payment: what a service keeps.
#[derive(Debug, Default)]
pub struct Beliefs {
    payees: BTreeMap<Fingerprint, PayeeBelief>,
    evidence: BTreeMap<usize, Belief>,
}

impl Beliefs {
    /// A payee nothing is known of is judged by what is usual for payees.
    pub fn of_payee(&self, step: &Step, policy: &CheckedPolicy) -> Option<PayeeBelief> {
        let new = || PayeeBelief::new(policy, step.context.now);
        step.payment.payee.map(|payee| self.payees.get(&payee).copied().unwrap_or_else(new))
    }

    pub fn note(&mut self, place: usize, answer: &Assessment) {
        if answer.repeated.is_none() {
            self.evidence.insert(place, answer.own_evidence);
        }
    }

    /// Shows a label to both sides, as the service does, or lets a rule sleep.
    pub fn between(&mut self, plan: &Plan, deed: &Deed, profile: Profile) -> Profile {
        match deed {
            Deed::Label(place, label) => self.learn(plan, *place, *label, profile),
            Deed::Snooze(rule, now, until) => asleep(&profile, rule, *until, &plan.policy, *now),
            Deed::Pay(_) => panic!("payments are judged, not learned"),
        }
    }

    fn learn(&mut self, plan: &Plan, place: usize, label: Label, profile: Profile) -> Profile {
        let (policy, payment) = (&plan.policy, &plan.steps[place].payment);
        let Some(own_evidence) = self.evidence.get(&place).copied() else { return profile };
        let before = payment.payee.and_then(|payee| self.payees.get(&payee).copied());
        if let Some(payee) = payment.payee {
            let belief = before.unwrap_or_else(|| PayeeBelief::new(policy, payment.at));
            self.payees.insert(payee, belief.learn(label, payment.at, own_evidence, policy));
        }
        // The account hears of frauds alone, beside what the payee explained before this label.
        let explained = before.map_or(Belief::MIN, |belief| belief.predict(payment.at, policy));
        if label == Label::Fraud { label_account(&profile, label, payment.at, explained, policy) } else { profile }
    }
}

fn asleep(
    profile: &Profile,
    rule: &account_security::risk::SnoozedRule,
    until: Timestamp,
    policy: &CheckedPolicy,
    now: Timestamp,
) -> Profile {
    snooze(profile, rule, until, policy, now).unwrap_or_else(|error| panic!("{rule:?} cannot sleep: {error}"))
}
