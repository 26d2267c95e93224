//! The presets: numbers for a product that has none of its own yet.

use super::lists::Lists;
use super::policy::{
    AmountPolicy, Bands, LargeAmount, Limits, Measure, Mode, NoveltyPolicy, PatternPolicy, PayeePolicy, RiskPolicy,
    Rule, SCHEMA_VERSION, SessionPolicy, TravelPolicy, VelocityRule,
};
use super::score::{Millibans, Outcome};
use crate::types::time::{DAY_MS, HOUR_MS, MINUTE_MS};

impl RiskPolicy {
    /// A consumer wallet or card account: no hard limits, all soft rules on except round amounts.
    #[must_use]
    pub fn wallet() -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            currency: None,
            limits: Limits::default(),
            velocity: wallet_velocity(),
            amount: AmountPolicy::default(),
            large_amount: LargeAmount::default(),
            novelty: NoveltyPolicy::default(),
            travel: TravelPolicy::default(),
            pattern: PatternPolicy::default(),
            session: SessionPolicy::default(),
            payee: PayeePolicy::default(),
            rules: Vec::new(),
            lists: Lists::default(),
            group_cap_db: 50,
            bands: Bands::default(),
        }
    }
}

fn wallet_velocity() -> Vec<VelocityRule> {
    let rule = |measure, window_ms, above, rule| VelocityRule { measure, window_ms, above, rule };
    vec![
        rule(Measure::Count, HOUR_MS, 12, enforced(12)),
        rule(Measure::Count, DAY_MS, 40, enforced(12)),
        rule(Measure::Payees, HOUR_MS, 7, enforced(10)),
        rule(Measure::Devices, DAY_MS, 3, asks(10)),
        rule(Measure::Attempts, HOUR_MS, 2, enforced(10)),
    ]
}

impl Default for RiskPolicy {
    fn default() -> Self {
        Self::wallet()
    }
}

const fn enforced(points_db: u16) -> Rule {
    Rule::enforced(points_db)
}

/// A rule whose finding asks for a proof, however quiet the account and ordinary the amount.
const fn asks(points_db: u16) -> Rule {
    Rule { min_outcome: Some(Outcome::StepUp), ..Rule::enforced(points_db) }
}

impl Default for AmountPolicy {
    fn default() -> Self {
        Self {
            mode: Mode::Enforce,
            enter_ppm_per_day: 300,
            stay_ms: 14 * DAY_MS,
            fraud_share_permille: 333,
            multiple_permille: 5_000,
            spread_permille: 800,
            memory: 100,
            prior_weight: 3,
            prior_deviation_permille: 500,
            min_history: 5,
        }
    }
}

impl Default for LargeAmount {
    fn default() -> Self {
        Self { from_minor: None, rule: enforced(40) }
    }
}

impl Default for NoveltyPolicy {
    fn default() -> Self {
        Self {
            device: enforced(11),
            payee: enforced(3),
            country: enforced(9),
            device_and_payee: asks(6),
            device_and_country: asks(0),
            min_history: 5,
        }
    }
}

impl Default for TravelPolicy {
    fn default() -> Self {
        Self { rule: asks(30), speed_kmh: 1_000, floor_km: 100 }
    }
}

impl Default for PatternPolicy {
    fn default() -> Self {
        Self {
            rapid_in_out: asks(24),
            in_out_window_ms: HOUR_MS,
            in_out_share_permille: 800,
            in_out_from_minor: 10_000,
            card_testing: asks(30),
            card_testing_window_ms: 30 * MINUTE_MS,
            card_testing_count: 4,
            card_testing_small_minor: 200,
            structuring: enforced(30),
            structuring_threshold_minor: Some(1_000_000),
            structuring_below_permille: 100,
            structuring_count: 3,
            structuring_window_ms: 3 * DAY_MS,
            unusual_hour: enforced(3),
            unusual_hour_min_history: 40,
            dormant: enforced(6),
            dormant_ms: 90 * DAY_MS,
            round_amount: Rule { mode: Mode::Off, ..enforced(1) },
            round_power: 4,
        }
    }
}

impl Default for SessionPolicy {
    fn default() -> Self {
        Self {
            recent_change: enforced(8),
            recent_change_ms: DAY_MS,
            malware: enforced(30),
            rooted: enforced(10),
            compromised_credential: enforced(22),
            high_risk_location: enforced(8),
        }
    }
}

impl Default for PayeePolicy {
    fn default() -> Self {
        Self {
            mode: Mode::Enforce,
            enter_ppm_per_day: 400,
            stay_ms: 28 * DAY_MS,
            run_ms: 24 * DAY_MS,
            run_fade_ms: 6 * DAY_MS,
            fraud_share_permille: 950,
            stray_fraud_ppm: 1_000,
        }
    }
}

impl Default for Bands {
    fn default() -> Self {
        Self { step_up_from: Millibans(1_500), hold_from: Millibans(2_300), freeze_from: Millibans(4_000) }
    }
}
