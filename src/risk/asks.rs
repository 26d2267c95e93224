//! Which outcome a finding asks for by itself, whatever the score.

use super::check::CheckedPolicy;
use super::policy::{Measure, Rule};
use super::score::{Outcome, Reason};
use crate::types::ReasonCode;

impl CheckedPolicy {
    /// The least outcome that a finding of this policy asks for by itself: a limit, a list, a fact about the record or a
    /// rule's `min_outcome`; [`Outcome::Allow`] for one that only adds points or is on trial. A late payment asks for
    /// nothing here, though one too late to be counted is held.
    #[must_use]
    pub fn asks_for(&self, reason: &Reason) -> Outcome {
        if reason.shadow {
            return Outcome::Allow;
        }
        match reason.code {
            ReasonCode::LimitTransaction
            | ReasonCode::LimitDay
            | ReasonCode::LimitWeek
            | ReasonCode::LimitMonth
            | ReasonCode::DenyList
            | ReasonCode::Frozen
            | ReasonCode::ClockSkew
            | ReasonCode::DuplicateConflict
            | ReasonCode::CurrencyMismatch
            | ReasonCode::SumSaturated => Outcome::Hold,
            ReasonCode::CustomRule => self.rule_of(reason).and_then(super::CustomRule::floor).unwrap_or_default(),
            _ => self.built_in(reason).and_then(|rule| rule.min_outcome).unwrap_or_default(),
        }
    }

    /// The built-in rule behind a finding.
    fn built_in(&self, reason: &Reason) -> Option<Rule> {
        let policy = self.policy();
        let (novelty, pattern, session) = (&policy.novelty, &policy.pattern, &policy.session);
        Some(match reason.code {
            ReasonCode::AmountOutlier => {
                let from = policy.large_amount.from_minor?;
                return (i64::try_from(from) == Ok(reason.threshold)).then_some(policy.large_amount.rule);
            }
            ReasonCode::NewDevice => novelty.device,
            ReasonCode::NewPayee => novelty.payee,
            ReasonCode::NewCountry => novelty.country,
            ReasonCode::NewDeviceNewPayee => novelty.device_and_payee,
            ReasonCode::NewDeviceNewCountry => novelty.device_and_country,
            ReasonCode::ImpossibleTravel => policy.travel.rule,
            ReasonCode::Structuring => pattern.structuring,
            ReasonCode::DormantWake => pattern.dormant,
            ReasonCode::RapidInOut => pattern.rapid_in_out,
            ReasonCode::CardTesting => pattern.card_testing,
            ReasonCode::UnusualHour => pattern.unusual_hour,
            ReasonCode::RoundAmount => pattern.round_amount,
            ReasonCode::RecentSecurityChange => session.recent_change,
            ReasonCode::MalwareSignal => session.malware,
            ReasonCode::CompromisedCredential => session.compromised_credential,
            ReasonCode::DeviceRooted => session.rooted,
            ReasonCode::HighRiskPayeeLocation => session.high_risk_location,
            _ => return self.velocity_of(reason),
        })
    }

    /// Of two that differ in nothing but what they ask for, the one that asks for more.
    fn velocity_of(&self, reason: &Reason) -> Option<Rule> {
        let is_it = |measure: Measure| match measure {
            Measure::Count => reason.code == ReasonCode::VelocityCount,
            Measure::Sum => reason.code == ReasonCode::VelocitySum,
            Measure::Payees => reason.code == ReasonCode::VelocityPayees,
            Measure::Devices => reason.code == ReasonCode::VelocityDevices,
            Measure::Attempts => reason.code == ReasonCode::VelocityAttempts,
        };
        let rules = self.policy().velocity.iter().filter(|rule| {
            is_it(rule.measure)
                && rule.window_ms == reason.window_ms
                && i64::try_from(rule.above) == Ok(reason.threshold)
        });
        rules.map(|rule| rule.rule).max_by_key(|rule| rule.min_outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::{RiskPolicy, VelocityRule};

    #[test]
    fn a_finding_asks_for_what_its_rule_says() {
        let mut policy = RiskPolicy::wallet();
        policy.large_amount.from_minor = Some(900);
        policy.large_amount.rule.min_outcome = Some(Outcome::Hold);
        let strict = Rule { min_outcome: Some(Outcome::Hold), ..policy.velocity[0].rule };
        policy.velocity.push(VelocityRule { above: 5, rule: strict, ..policy.velocity[0] });
        let (policy, window_ms) = (CheckedPolicy::new(policy).unwrap(), policy_window());
        let asks = |code, threshold| policy.asks_for(&Reason { code, threshold, window_ms, ..Reason::default() });
        assert_eq!(asks(ReasonCode::CurrencyMismatch, 0), Outcome::Hold);
        assert_eq!(asks(ReasonCode::LateEvent, 0), Outcome::Allow);
        assert_eq!(asks(ReasonCode::NewDeviceNewPayee, 500), Outcome::StepUp);
        assert_eq!(asks(ReasonCode::NewPayee, 500), Outcome::Allow);
        assert_eq!(
            (asks(ReasonCode::VelocityCount, 12), asks(ReasonCode::VelocityCount, 5)),
            (Outcome::Allow, Outcome::Hold)
        );
        assert_eq!(
            (asks(ReasonCode::AmountOutlier, 900), asks(ReasonCode::AmountOutlier, 5_000)),
            (Outcome::Hold, Outcome::Allow)
        );
        let shadow = Reason { code: ReasonCode::LimitDay, shadow: true, ..Reason::default() };
        assert_eq!(policy.asks_for(&shadow), Outcome::Allow);
    }

    fn policy_window() -> u64 {
        RiskPolicy::wallet().velocity[0].window_ms
    }
}
