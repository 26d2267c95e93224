//! What is wrong with a policy, and where: the path to the value as a file writes it.

use super::error::PolicyError;
use super::faults_custom::{class_limits, custom_rules};
use super::policy::{
    AmountPolicy, Bands, Limits, Measure, POINTS_DB_MAX, PatternPolicy, PayeePolicy, RiskPolicy, Rule, SCHEMA_VERSION,
    VELOCITY_RULES_MAX, VelocityRule, WINDOW_MS_MAX,
};
use super::score::Millibans;
use crate::types::money::AMOUNT_MINOR_MAX;
use crate::types::time::{DAY_MS, HOUR_MS};

/// A fault and its place, e.g. `limits.week_minor` or `rule[2].when[0].value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    pub(super) path: String,
    pub(super) error: PolicyError,
}

/// `Err` with the place if `broken`. The place is written only then.
pub(super) fn refuse(broken: bool, error: PolicyError, path: impl FnOnce() -> String) -> Result<(), Misfit> {
    if broken { Err(Misfit { path: path(), error }) } else { Ok(()) }
}

impl RiskPolicy {
    /// Finds the first contradiction.
    ///
    /// # Errors
    /// [`PolicyError`], one variant per kind of contradiction.
    pub fn validate(&self) -> Result<(), PolicyError> {
        self.find_misfit().map_err(|misfit| misfit.error)
    }

    pub(super) fn find_misfit(&self) -> Result<(), Misfit> {
        let at = |path: &'static str| move || path.to_owned();
        refuse(self.schema_version != SCHEMA_VERSION, PolicyError::SchemaVersion, at("schema_version"))?;
        limits(&self.limits, "limits")?;
        class_limits(&self.limits)?;
        refuse(self.velocity.len() > VELOCITY_RULES_MAX, PolicyError::TooManyVelocityRules, at("velocity"))?;
        self.velocity.iter().enumerate().try_for_each(|(place, rule)| velocity(place, rule))?;
        for (path, rule) in self.rules() {
            refuse(rule.points_db > POINTS_DB_MAX, PolicyError::Points, || format!("{path}.points_db"))?;
        }
        let out_of_range = !(1..=POINTS_DB_MAX).contains(&self.group_cap_db);
        refuse(out_of_range, PolicyError::GroupCap, at("group_cap_db"))?;
        self.amount.find_misfit()?;
        self.payee.find_misfit()?;
        self.pattern.find_misfit()?;
        reachable(self.large_amount.from_minor, "large_amount.from_minor")?;
        let travel = [
            ((1..=100_000).contains(&self.travel.speed_kmh), "travel.speed_kmh (1 to 100000)"),
            (self.travel.floor_km <= 20_100, "travel.floor_km (0 to 20100)"),
            // Payments that named a device, a payee, a country are counted up to this and no further.
            (u8::try_from(self.novelty.min_history).is_ok(), "novelty.min_history (0 to 255)"),
        ];
        first_outside(&travel)?;
        custom_rules(&self.rules)?;
        self.bands.find_misfit()
    }

    pub(super) fn rules(&self) -> [(&'static str, Rule); 18] {
        let (novelty, pattern, session) = (&self.novelty, &self.pattern, &self.session);
        [
            ("large_amount.rule", self.large_amount.rule),
            ("novelty.device", novelty.device),
            ("novelty.payee", novelty.payee),
            ("novelty.country", novelty.country),
            ("novelty.device_and_payee", novelty.device_and_payee),
            ("novelty.device_and_country", novelty.device_and_country),
            ("travel.rule", self.travel.rule),
            ("pattern.rapid_in_out", pattern.rapid_in_out),
            ("pattern.card_testing", pattern.card_testing),
            ("pattern.structuring", pattern.structuring),
            ("pattern.unusual_hour", pattern.unusual_hour),
            ("pattern.dormant", pattern.dormant),
            ("pattern.round_amount", pattern.round_amount),
            ("session.recent_change", session.recent_change),
            ("session.malware", session.malware),
            ("session.rooted", session.rooted),
            ("session.compromised_credential", session.compromised_credential),
            ("session.high_risk_location", session.high_risk_location),
        ]
    }
}

/// No limit of nothing, none below the one of a shorter time, none above what one payment can be.
pub(super) fn limits(limits: &Limits, under: &str) -> Result<(), Misfit> {
    let rows = [
        ("transaction_minor", limits.transaction_minor),
        ("day_minor", limits.day_minor),
        ("week_minor", limits.week_minor),
        ("month_minor", limits.month_minor),
    ];
    let mut least = 1;
    for (name, limit) in rows {
        let Some(limit) = limit else { continue };
        let path = || format!("{under}.{name}");
        refuse(limit == 0, PolicyError::ZeroLimit, path)?;
        refuse(limit < least, PolicyError::LimitsShrink, path)?;
        least = limit;
    }
    reachable(limits.transaction_minor, &format!("{under}.transaction_minor"))
}

/// A threshold on one amount.
fn reachable(threshold_minor: Option<u64>, path: &str) -> Result<(), Misfit> {
    let above = threshold_minor.is_some_and(|minor| minor > AMOUNT_MINOR_MAX.unsigned_abs());
    refuse(above, PolicyError::OutOfReach { lowest: 0, highest: AMOUNT_MINOR_MAX }, || path.to_owned())
}

fn velocity(place: usize, rule: &VelocityRule) -> Result<(), Misfit> {
    let path = |name: &'static str| move || format!("velocity[{place}].{name}");
    refuse(rule.window_ms == 0 || rule.window_ms > WINDOW_MS_MAX, PolicyError::Window, path("window_ms"))?;
    let in_ring = matches!(rule.measure, Measure::Payees | Measure::Devices | Measure::Attempts);
    refuse(in_ring && rule.above >= 16, PolicyError::Unreachable, path("above"))?;
    refuse(rule.rule.points_db > POINTS_DB_MAX, PolicyError::Points, path("rule.points_db"))
}

impl AmountPolicy {
    fn find_misfit(&self) -> Result<(), Misfit> {
        let ranges = [
            (rate_ok(self.enter_ppm_per_day, self.stay_ms), "amount.enter_ppm_per_day or stay_ms"),
            ((1..=999).contains(&self.fraud_share_permille), "amount.fraud_share_permille (1 to 999)"),
            ((1_100..=1_000_000).contains(&self.multiple_permille), "amount.multiple_permille (1100 to 1000000)"),
            ((100..=5_000).contains(&self.spread_permille), "amount.spread_permille (100 to 5000)"),
            ((10..=1_000).contains(&self.memory), "amount.memory (10 to 1000)"),
            ((1..=100).contains(&self.prior_weight), "amount.prior_weight (1 to 100)"),
            ((50..=5_000).contains(&self.prior_deviation_permille), "amount.prior_deviation_permille (50 to 5000)"),
            ((2..=self.memory).contains(&self.min_history), "amount.min_history (2 to memory)"),
        ];
        first_outside(&ranges)
    }
}

impl PayeePolicy {
    fn find_misfit(&self) -> Result<(), Misfit> {
        let ranges = [
            (rate_ok(self.enter_ppm_per_day, self.stay_ms), "payee.enter_ppm_per_day or stay_ms"),
            ((1..=999).contains(&self.fraud_share_permille), "payee.fraud_share_permille (1 to 999)"),
            ((HOUR_MS..=3_650 * DAY_MS).contains(&self.run_ms), "payee.run_ms (1 hour to 10 years)"),
            ((HOUR_MS..=3_650 * DAY_MS).contains(&self.run_fade_ms), "payee.run_fade_ms (1 hour to 10 years)"),
            ((1..=500_000).contains(&self.stray_fraud_ppm), "payee.stray_fraud_ppm (1 to 500000)"),
        ];
        first_outside(&ranges)
    }
}

impl PatternPolicy {
    fn find_misfit(&self) -> Result<(), Misfit> {
        let windows = [
            ("pattern.in_out_window_ms", self.in_out_window_ms),
            ("pattern.card_testing_window_ms", self.card_testing_window_ms),
            ("pattern.structuring_window_ms", self.structuring_window_ms),
        ];
        for (path, window_ms) in windows {
            refuse(window_ms == 0 || window_ms > WINDOW_MS_MAX, PolicyError::Window, || path.to_owned())?;
        }
        let counts = [
            ("pattern.card_testing_count", self.card_testing_count),
            ("pattern.structuring_count", self.structuring_count),
        ];
        for (path, count) in counts {
            refuse(!(2..16).contains(&count), PolicyError::Unreachable, || path.to_owned())?;
        }
        let nothing = self.structuring_threshold_minor == Some(0);
        refuse(nothing, PolicyError::ZeroLimit, || "pattern.structuring_threshold_minor".to_owned())?;
        refuse(self.in_out_from_minor == 0, PolicyError::ZeroLimit, || "pattern.in_out_from_minor".to_owned())?;
        reachable(self.structuring_threshold_minor, "pattern.structuring_threshold_minor")?;
        let ranges = [
            ((1..=1_000).contains(&self.in_out_share_permille), "pattern.in_out_share_permille (1 to 1000)"),
            ((1..=999).contains(&self.structuring_below_permille), "pattern.structuring_below_permille (1 to 999)"),
            ((1..=12).contains(&self.round_power), "pattern.round_power (1 to 12)"),
        ];
        first_outside(&ranges)
    }
}

impl Bands {
    fn find_misfit(&self) -> Result<(), Misfit> {
        let rows = [
            ("bands.step_up_from", Millibans(0), self.step_up_from),
            ("bands.hold_from", self.step_up_from, self.hold_from),
            ("bands.freeze_from", self.hold_from, self.freeze_from),
        ];
        for (path, below, from) in rows {
            refuse(from <= below || from > Millibans(30_000), PolicyError::Bands, || path.to_owned())?;
        }
        Ok(())
    }
}

/// At most half of all time compromised, and a stay between an hour and ten years.
fn rate_ok(enter_ppm_per_day: u32, stay_ms: u64) -> bool {
    enter_ppm_per_day > 0
        && (HOUR_MS..=3_650 * DAY_MS).contains(&stay_ms)
        && u128::from(enter_ppm_per_day) * u128::from(stay_ms) <= u128::from(DAY_MS) * 500_000
}

/// Each name begins with the path of its value.
fn first_outside(ranges: &[(bool, &'static str)]) -> Result<(), Misfit> {
    let broken = ranges.iter().find(|(inside, _)| !inside);
    broken.map_or(Ok(()), |(_, name)| {
        let path = name.split(' ').next().unwrap_or(name).to_owned();
        Err(Misfit { path, error: PolicyError::Belief(name) })
    })
}
