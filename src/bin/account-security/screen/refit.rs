//! Learns, as labels come in, from which amount on payments of this stream have nearly always been fraud.
//!
//! Once a day of the stream's clock the rule `large_amount` is set to what the labels shown so far say. A rule file that
//! names the amount itself is left alone. Only labels that are due count, so nothing is learned from the future.

use account_security::risk::{AmountFit, CheckedPolicy, Label, RiskPolicy};
use account_security::service::Service;
use account_security::store::Store;
use account_security::types::Timestamp;
use account_security::types::time::DAY_MS;

use crate::exit::Failure;

pub(super) struct Refit {
    /// `None` when the rules name the amount themselves.
    fit: Option<AmountFit>,
    next_at: Timestamp,
}

impl Refit {
    pub(super) fn new(policy: &RiskPolicy) -> Self {
        let fit = policy.large_amount.from_minor.is_none().then(AmountFit::new);
        Self { fit, next_at: Timestamp::MIN }
    }

    pub(super) fn observe(&mut self, amount_minor: u64, label: Label) {
        if let Some(fit) = &mut self.fit {
            fit.observe(amount_minor, label);
        }
    }

    pub(super) fn is_due(&self, clock: Timestamp) -> bool {
        self.fit.is_some() && clock >= self.next_at
    }

    /// Sets the rule for the payments that follow.
    pub(super) fn run<S: Store>(&mut self, clock: Timestamp, service: &Service<S>) -> Result<(), Failure> {
        let Some(fit) = self.fit.as_ref().filter(|_| clock >= self.next_at) else { return Ok(()) };
        self.next_at = clock.plus_ms(DAY_MS);
        let settings = service.settings();
        let from_minor = fit.large_amount_minor();
        if from_minor == settings.risk.policy().large_amount.from_minor {
            return Ok(());
        }
        let mut policy = settings.risk.policy().clone();
        policy.large_amount.from_minor = from_minor;
        let mut settings = (*settings).clone();
        settings.risk = CheckedPolicy::new(policy).map_err(Failure::fault)?;
        service.swap_settings(settings);
        Ok(())
    }
}
