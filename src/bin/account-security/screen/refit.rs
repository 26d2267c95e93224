//! Learns, as labels come in, from which amount on payments of this stream have nearly always been fraud.
//!
//! Once a day of the stream's clock the rule `large_amount` is set to what the labels shown so far say. Rules named by
//! `--rules` are left alone unless `--fit-until` asks for it, and rules that name the amount themselves always. Only
//! labels that are due count, so nothing is learned from the future. `--fit-until` ends the learning, for a test on days
//! that nothing was fitted to. The summary tells what was learned.

use account_security::risk::{AmountFit, CheckedPolicy, Label, RiskPolicy};
use account_security::service::Service;
use account_security::store::Store;
use account_security::types::Timestamp;
use account_security::types::time::DAY_MS;

use crate::exit::Failure;

pub(super) struct Refit {
    /// `None` when nothing is to be learned.
    fit: Option<AmountFit>,
    next_at: Timestamp,
    until: Timestamp,
    told: Option<u64>,
}

impl Refit {
    /// Fits while the stream's clock is before `until`, and never without.
    pub(super) fn new(policy: &RiskPolicy, until: Option<Timestamp>) -> Self {
        let fit = Self::learns(policy, until).then(AmountFit::new);
        Self { fit, next_at: Timestamp::MIN, until: until.unwrap_or(Timestamp::MIN), told: None }
    }

    /// Whether these rules may change while they are used.
    pub(super) const fn learns(policy: &RiskPolicy, until: Option<Timestamp>) -> bool {
        until.is_some() && policy.large_amount.from_minor.is_none()
    }

    pub(super) fn observe(&mut self, amount_minor: u64, label: Label) {
        if let Some(fit) = &mut self.fit {
            fit.observe(amount_minor, label);
        }
    }

    pub(super) fn is_due(&self, clock: Timestamp) -> bool {
        self.fit.is_some() && clock >= self.next_at && clock < self.until
    }

    /// The rule as it is to be for the payments that follow, where that is news.
    pub(super) fn take(&mut self, clock: Timestamp) -> Option<LargeAmountFrom> {
        let fit = self.fit.as_ref().filter(|_| self.is_due(clock))?;
        self.next_at = clock.plus_ms(DAY_MS);
        let from_minor = fit.large_amount_minor();
        (from_minor != self.told).then(|| {
            self.told = from_minor;
            LargeAmountFrom(from_minor)
        })
    }
}

/// From which amount on the rule `large_amount` speaks; `None` = never.
#[derive(Clone, Copy, Debug)]
pub(super) struct LargeAmountFrom(pub(super) Option<u64>);

impl LargeAmountFrom {
    /// Puts it in force.
    pub(super) fn apply<S: Store>(self, service: &Service<S>) -> Result<(), Failure> {
        let mut settings = (*service.settings()).clone();
        let mut policy = settings.risk.policy().clone();
        policy.large_amount.from_minor = self.0;
        settings.risk = CheckedPolicy::new(policy).map_err(Failure::fault)?;
        service.swap_settings(settings);
        Ok(())
    }
}
