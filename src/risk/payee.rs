//! What is believed of a payee: honest or compromised. Sixteen bytes, fed by labels that come days late.

use serde::{Deserialize, Serialize};

use super::check::CheckedPolicy;
use super::fixed::{Belief, u64_saturating};
use crate::types::Timestamp;
use crate::types::time::HOUR_MS;

/// What became known of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Label {
    /// Its owner did not make it, or was deceived.
    Fraud,
    /// Its owner stands by it.
    Genuine,
    /// Nobody will ever know; changes nothing.
    Unknown,
}

/// The belief about one payee. Stored beside the accounts, handed to [`assess`](super::assess()) as an input.
///
/// ```
/// use account_security::risk::{Belief, CheckedPolicy, Label, PayeeBelief, RiskPolicy};
/// use account_security::types::Timestamp;
/// let policy = CheckedPolicy::new(RiskPolicy::wallet())?;
/// let (monday, unexplained) = (Timestamp::from_unix_s(1_000_000)?, Belief::from_ppm(100));
/// let reported = PayeeBelief::new(&policy, monday).learn(Label::Fraud, monday, unexplained, &policy);
/// assert!(reported.predict(monday, &policy) > Belief::from_ppm(500_000));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayeeBelief {
    belief: Belief,
    at: Timestamp,
    frauds: u8,
    genuine: u8,
    /// Hours from the first fraud of the present run to `at`, and one; 0 without a run.
    run_hours: u16,
}

impl PayeeBelief {
    /// A payee nothing is known of.
    #[must_use]
    pub const fn new(policy: &CheckedPolicy, at: Timestamp) -> Self {
        Self { belief: policy.payee_resting(), at, frauds: 0, genuine: 0, run_hours: 0 }
    }

    /// How likely the payee is compromised at `now`: the last belief, drifting back to what is usual. A run of frauds
    /// that has lasted as long as runs do fades faster: it has been found, or it is about to end.
    #[must_use]
    pub fn predict(&self, now: Timestamp, policy: &CheckedPolicy) -> Belief {
        let payee = &policy.policy().payee;
        let over_ms = self.run_ms(now).saturating_sub(payee.run_ms);
        self.drift(now, policy).relax(policy.payee_resting(), over_ms, policy.derived().run_forgetting)
    }

    fn drift(&self, now: Timestamp, policy: &CheckedPolicy) -> Belief {
        self.belief.relax(policy.payee_resting(), now.ms_since(self.at), policy.derived().payee_forgetting)
    }

    /// How long the present run has lasted; 0 without one.
    fn run_ms(&self, now: Timestamp) -> u64 {
        match self.run_hours {
            0 => 0,
            hours => u64::from(hours - 1) * HOUR_MS + now.ms_since(self.at),
        }
    }

    /// The run after a label: it begins when doubt passes one half, ends when doubt is gone, and begins anew with a
    /// fraud that comes after it had faded.
    fn run_hours_after(&self, label: Label, belief: Belief, at: Timestamp, policy: &CheckedPolicy) -> u16 {
        let payee = &policy.policy().payee;
        let faded_ms = payee.run_ms.saturating_add(payee.run_fade_ms.saturating_mul(2));
        let lasts = self.run_hours > 0 && belief >= RUN_ENDS && (label != Label::Fraud || self.run_ms(at) <= faded_ms);
        if lasts {
            u16::try_from(self.run_ms(at) / HOUR_MS + 1).unwrap_or(u16::MAX)
        } else {
            u16::from(belief > RUN_BEGINS)
        }
    }

    /// Takes in a label of a payment made at `at`. `own_evidence` is what [`Assessment`](super::Assessment) said of that
    /// payment: the better the account side explained the fraud, the less it says about the payee.
    ///
    /// Labels are best given in the order of the payments; an older one counts as if it were of the newest time.
    #[must_use]
    pub fn learn(&self, label: Label, at: Timestamp, own_evidence: Belief, policy: &CheckedPolicy) -> Self {
        let payee = &policy.policy().payee;
        let share_q28 = u64::from(Belief::from_ppm(u32::from(payee.fraud_share_permille) * 1_000).q28());
        let honest_q28 = u64::from(own_evidence.max(Belief::from_ppm(payee.stray_fraud_ppm)).q28());
        let one_q28 = 1_u64 << 28;
        let ratio_q16 = match label {
            Label::Fraud => {
                let compromised_q28 = share_q28 + (((one_q28 - share_q28) * honest_q28) >> 28);
                u64_saturating((u128::from(compromised_q28) << 16) / u128::from(honest_q28))
            }
            Label::Genuine => (one_q28 - share_q28) >> 12,
            Label::Unknown => return *self,
        };
        let belief = self.drift(at, policy).times(ratio_q16);
        Self {
            belief,
            at: self.at.max(at),
            frauds: self.frauds.saturating_add(u8::from(label == Label::Fraud)),
            genuine: self.genuine.saturating_add(u8::from(label == Label::Genuine)),
            run_hours: self.run_hours_after(label, belief, at, policy),
        }
    }

    /// Labelled frauds and genuine payments so far, each up to 255.
    #[must_use]
    pub const fn labels(&self) -> (u8, u8) {
        (self.frauds, self.genuine)
    }
}

const RUN_BEGINS: Belief = Belief::HALF;
const RUN_ENDS: Belief = Belief::TWENTIETH;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::RiskPolicy;
    use crate::types::time::DAY_MS;

    fn start() -> (CheckedPolicy, Timestamp, PayeeBelief) {
        let policy = CheckedPolicy::new(RiskPolicy::wallet()).unwrap();
        let at = Timestamp::from_unix_s(1_600_000_000).unwrap();
        let payee = PayeeBelief::new(&policy, at);
        (policy, at, payee)
    }

    #[test]
    fn an_unexplained_fraud_accuses_and_genuine_payments_acquit() {
        let (policy, at, payee) = start();
        let unexplained = Belief::from_ppm(100);
        let accused = payee.learn(Label::Fraud, at, unexplained, &policy);
        assert!(accused.predict(at, &policy).to_ppm() > 700_000, "{}", accused.predict(at, &policy).to_ppm());
        let acquitted = accused
            .learn(Label::Genuine, at, unexplained, &policy)
            .learn(Label::Genuine, at, unexplained, &policy)
            .learn(Label::Genuine, at, unexplained, &policy);
        assert!(acquitted.predict(at, &policy).to_ppm() < 2_000);
        assert_eq!(acquitted.labels(), (1, 3));
    }

    #[test]
    fn a_fraud_the_account_explains_hardly_accuses_the_payee() {
        let (policy, at, payee) = start();
        let explained = payee.learn(Label::Fraud, at, Belief::from_ppm(990_000), &policy);
        let ratio = explained.predict(at, &policy).to_ppm() * 100 / payee.predict(at, &policy).to_ppm();
        assert!((99..=102).contains(&ratio), "{ratio}");
    }

    #[test]
    fn without_news_the_belief_drifts_back_and_unknown_labels_change_nothing() {
        let (policy, at, payee) = start();
        let accused = payee.learn(Label::Fraud, at, Belief::MIN, &policy);
        let resting = policy.payee_resting().to_ppm();
        assert!(accused.predict(at.plus_ms(1_000 * DAY_MS), &policy).to_ppm().abs_diff(resting) <= 1);
        assert_eq!(accused.learn(Label::Unknown, at.plus_ms(DAY_MS), Belief::MIN, &policy), accused);
        assert_eq!(accused.predict(at.minus_ms(DAY_MS), &policy), accused.predict(at, &policy), "time never runs back");
    }

    #[test]
    fn a_run_as_old_as_runs_get_fades_and_a_fraud_after_that_begins_another() {
        let (policy, at, mut payee) = start();
        for day in 0..20 {
            payee = payee.learn(Label::Fraud, at.plus_ms(day * DAY_MS), Belief::MIN, &policy);
        }
        let ppm = |payee: &PayeeBelief, day: u64| payee.predict(at.plus_ms(day * DAY_MS), &policy).to_ppm();
        assert!(ppm(&payee, 23) > 800_000, "{}", ppm(&payee, 23));
        assert!(ppm(&payee, 36) < 100_000, "{}", ppm(&payee, 36));
        let again = payee.learn(Label::Fraud, at.plus_ms(40 * DAY_MS), Belief::MIN, &policy);
        assert!(ppm(&again, 50) > 600_000, "{}", ppm(&again, 50));
    }

    #[test]
    fn it_takes_sixteen_bytes_at_most() {
        let (policy, _, mut payee) = start();
        for _ in 0..20_000 {
            payee = payee.learn(Label::Fraud, Timestamp::from_unix_s(4_000_000_000).unwrap(), Belief::MIN, &policy);
        }
        assert!(postcard::to_allocvec(&payee).unwrap().len() <= 16);
    }
}
