//! The numbers of the risk feature as data: limits, rules, beliefs and bands.
//!
//! Every money value is in minor units of the account's currency. A policy file may leave out anything; what is left
//! out has the value of [`RiskPolicy::wallet`]. Points are decibans: 10 of them multiply the odds of fraud by ten.

use serde::{Deserialize, Serialize};

use super::class_limit::ClassLimit;
use super::custom::CustomRule;
use super::lists::Lists;
use super::score::{Millibans, Outcome};
use crate::types::Currency;
use crate::types::time::DAY_MS;

/// The version of this vocabulary.
pub const SCHEMA_VERSION: u16 = 1;
/// Most velocity rules in a policy.
pub const VELOCITY_RULES_MAX: usize = 8;
/// Most points one rule or one group can give, in decibans.
pub const POINTS_DB_MAX: u16 = 60;
/// The longest window, in milliseconds.
pub const WINDOW_MS_MAX: u64 = 30 * DAY_MS;

/// Whether a rule counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Its points count.
    #[default]
    Enforce,
    /// It is told in the reasons, but its points do not count: a rule on trial.
    Shadow,
    /// It is not looked at.
    Off,
}

/// One rule: whether it counts and how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Whether it counts.
    #[serde(default)]
    pub mode: Mode,
    /// Evidence in decibans, at most [`POINTS_DB_MAX`].
    pub points_db: u16,
    /// No outcome below this when the rule fires, whatever the score; `None` leaves it to the score. A freeze is recommended
    /// only where two groups agree or a deny list does, so one rule alone holds at most.
    #[serde(default)]
    pub min_outcome: Option<Outcome>,
}

impl Rule {
    /// A rule that counts, without a floor.
    #[must_use]
    pub const fn enforced(points_db: u16) -> Self {
        Self { mode: Mode::Enforce, points_db, min_outcome: None }
    }
}

/// Hard limits in minor units; `None` is no limit. A payment over a limit is held, whatever else speaks for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// One payment.
    pub transaction_minor: Option<u64>,
    /// One local day of the account.
    pub day_minor: Option<u64>,
    /// Seven local days, today included.
    pub week_minor: Option<u64>,
    /// Thirty local days, today included.
    pub month_minor: Option<u64>,
    /// Tighter limits for some payees or kinds, at most [`CLASS_LIMITS_MAX`](super::class_limit::CLASS_LIMITS_MAX).
    pub class: Vec<ClassLimit>,
}

impl Limits {
    /// These limits, none of them above its counterpart in `most`, and none above the one of a longer time.
    pub(super) fn narrowed(&self, most: &Self) -> Self {
        let rows = [
            (self.month_minor, most.month_minor),
            (self.week_minor, most.week_minor),
            (self.day_minor, most.day_minor),
            (self.transaction_minor, most.transaction_minor),
        ];
        let mut longer: Option<u64> = None;
        let [month_minor, week_minor, day_minor, transaction_minor] = rows.map(|(own, most)| {
            let narrow = [own, most].into_iter().flatten().min();
            let narrow = narrow.map(|narrow| longer.map_or(narrow, |longer| narrow.min(longer)));
            longer = narrow.or(longer);
            narrow
        });
        Self { transaction_minor, day_minor, week_minor, month_minor, class: self.class.clone() }
    }
}

/// What a velocity rule measures, the payment at hand included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Payments that went out.
    Count,
    /// Money that went out, in minor units.
    Sum,
    /// Different payees among the last sixteen events.
    Payees,
    /// Different devices among the last sixteen events.
    Devices,
    /// Held payments among the last sixteen events, the payment at hand not included.
    Attempts,
}

/// Fires when `measure` over `window_ms` is above `above`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VelocityRule {
    /// What is measured.
    pub measure: Measure,
    /// Over how long, in milliseconds, at most thirty days.
    pub window_ms: u64,
    /// The largest ordinary value.
    pub above: u64,
    /// Whether and how much it counts.
    pub rule: Rule,
}

/// The account's amounts: a profile of its own, and a belief that someone else spends.
///
/// A taken-over account still sees its owner pay; only `fraud_share_permille` of the payments are the thief's, at
/// about `multiple_permille` of the account's own mean. Defaults tuned on two months of labelled card payments; the
/// ranking moves by less than 2 % of its average precision when any of them is halved or doubled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AmountPolicy {
    /// Whether it counts.
    pub mode: Mode,
    /// Accounts taken over, per million and day.
    pub enter_ppm_per_day: u32,
    /// How long that lasts on average.
    pub stay_ms: u64,
    /// The thief's share of the payments meanwhile.
    pub fraud_share_permille: u16,
    /// The thief's typical amount over the account's mean; 5000 is five times.
    pub multiple_permille: u32,
    /// The spread of the thief's amounts as a standard deviation of their natural logarithm.
    pub spread_permille: u16,
    /// How many payments the profile remembers, effectively.
    pub memory: u16,
    /// How many payments the prior on the spread is worth.
    pub prior_weight: u16,
    /// The prior spread over the mean, before the account has shown its own.
    pub prior_deviation_permille: u16,
    /// Ordinary payments seen before the profile says anything.
    pub min_history: u16,
}

/// An amount that ordinary accounts do not reach, whatever their own habit; learned by [`fit`](super::AmountFit) or set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LargeAmount {
    /// From this amount on; `None` switches the rule off.
    pub from_minor: Option<u64>,
    /// Whether and how much it counts.
    pub rule: Rule,
}

/// New things. Points shrink by the share of the account's own payments that brought something new, and vanish at one half.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoveltyPolicy {
    /// A device never used.
    pub device: Rule,
    /// A payee that is not among the 24 the account paid last.
    pub payee: Rule,
    /// A country never paid from.
    pub country: Rule,
    /// A new device pays a new payee that is on no allow list: on top of both.
    pub device_and_payee: Rule,
    /// A new device pays from a new country: on top of both.
    pub device_and_country: Rule,
    /// Payments seen before anything counts as new.
    pub min_history: u16,
}

/// Two places too far apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TravelPolicy {
    /// Whether and how much it counts.
    pub rule: Rule,
    /// The fastest ordinary journey, airliner included.
    pub speed_kmh: u32,
    /// Distances below this are never flagged: places found by network address err by tens of kilometres.
    pub floor_km: u32,
}

/// Patterns of fraud with their thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PatternPolicy {
    /// Money arrives and leaves again at once. A payee that was paid before halves the points; one that was paid as much
    /// before also takes the least outcome away.
    pub rapid_in_out: Rule,
    /// How soon after the credit.
    pub in_out_window_ms: u64,
    /// How much of the credit has left.
    pub in_out_share_permille: u16,
    /// Credits below this are not watched.
    pub in_out_from_minor: u64,
    /// Small probing payments, or a larger one right after them.
    pub card_testing: Rule,
    /// Within how long.
    pub card_testing_window_ms: u64,
    /// How many small ones make a test.
    pub card_testing_count: u8,
    /// A payment up to this is small.
    pub card_testing_small_minor: u64,
    /// Payments just below a reporting threshold.
    pub structuring: Rule,
    /// The reporting threshold; `None` switches the rule off.
    pub structuring_threshold_minor: Option<u64>,
    /// How close below counts.
    pub structuring_below_permille: u16,
    /// How many of them make a pattern.
    pub structuring_count: u8,
    /// Within how long.
    pub structuring_window_ms: u64,
    /// A payment at an hour the account never pays at, nor in the hours beside it.
    pub unusual_hour: Rule,
    /// Payments seen before an hour can be unusual.
    pub unusual_hour_min_history: u16,
    /// An account long silent pays.
    pub dormant: Rule,
    /// Silent for how long.
    pub dormant_ms: u64,
    /// A multiple of ten to this power, in minor units.
    pub round_amount: Rule,
    /// The power of ten.
    pub round_power: u8,
}

/// What the caller knows of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionPolicy {
    /// Password, phone or device changed a short time ago.
    pub recent_change: Rule,
    /// How short.
    pub recent_change_ms: u64,
    /// Malware seen in the session.
    pub malware: Rule,
    /// The device is rooted or jail-broken.
    pub rooted: Rule,
    /// The credential is known as compromised.
    pub compromised_credential: Rule,
    /// The payee sits in a high-risk place.
    pub high_risk_location: Rule,
}

/// The belief about a payee: compromised or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PayeePolicy {
    /// Whether it counts.
    pub mode: Mode,
    /// Payees compromised, per million and day.
    pub enter_ppm_per_day: u32,
    /// How long that lasts on average.
    pub stay_ms: u64,
    /// How old a run of frauds gets before doubt fades for lack of new ones. Two months of labelled card payments give
    /// about four weeks; the labels come a week late, so without this an ended run accuses for a week too long.
    pub run_ms: u64,
    /// How fast doubt fades then, as a mean time.
    pub run_fade_ms: u64,
    /// The share of fraud among its payments meanwhile.
    pub fraud_share_permille: u16,
    /// Frauds at an honest payee that nothing explains, per million payments.
    pub stray_fraud_ppm: u32,
}

/// From which score on which outcome, in millibans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bands {
    /// One more proof from here on.
    pub step_up_from: Millibans,
    /// Review from here on.
    pub hold_from: Millibans,
    /// Freeze recommended from here on, if two independent groups each give at least 500 millibans or a deny list names
    /// payee, device or country.
    pub freeze_from: Millibans,
}

/// Everything the risk feature decides by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RiskPolicy {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u16,
    /// The currency of every money value here; `None` when all accounts share one and it need not be named.
    pub currency: Option<Currency>,
    /// Hard limits.
    pub limits: Limits,
    /// At most [`VELOCITY_RULES_MAX`] velocity rules.
    pub velocity: Vec<VelocityRule>,
    /// Amounts against the account's own.
    pub amount: AmountPolicy,
    /// Amounts nobody ordinary reaches.
    pub large_amount: LargeAmount,
    /// New things.
    pub novelty: NoveltyPolicy,
    /// Journeys.
    pub travel: TravelPolicy,
    /// Patterns.
    pub pattern: PatternPolicy,
    /// The session.
    pub session: SessionPolicy,
    /// The payee.
    pub payee: PayeePolicy,
    /// Custom rules, at most [`CUSTOM_RULES_MAX`](super::custom::CUSTOM_RULES_MAX).
    #[serde(rename = "rule")]
    pub rules: Vec<CustomRule>,
    /// Payees, devices and countries that are always or never suspicious.
    pub lists: Lists,
    /// Most points one group of reasons gives, in decibans, either sign.
    pub group_cap_db: u16,
    /// From which score on which outcome.
    pub bands: Bands,
}
