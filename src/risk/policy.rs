//! The numbers of the risk feature as data: limits, rules, beliefs and bands.
//!
//! Every money value is in minor units of the account's currency. A policy file may leave out anything; what is left
//! out has the value of [`RiskPolicy::wallet`]. Points are decibans: 10 of them multiply the odds of fraud by ten.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::PolicyError;
use super::fixed::Belief;
use super::score::{Millibans, Outcome};
use crate::types::Currency;
use crate::types::time::{DAY_MS, HOUR_MS, MINUTE_MS};

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
}

/// Hard limits in minor units; `None` is no limit. A payment over a limit is held, whatever else speaks for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// A payee never paid.
    pub payee: Rule,
    /// A country never paid from.
    pub country: Rule,
    /// A new device pays a new payee: on top of both.
    pub device_and_payee: Rule,
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
    /// Money arrives and leaves again at once.
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
    /// A multiple of ten to this power, in minor units, and at least ten of them.
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
    /// Freeze recommended from here on, if two independent groups each give at least 500 millibans.
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
    /// Most points one group of reasons gives, in decibans, either sign.
    pub group_cap_db: u16,
    /// From which score on which outcome.
    pub bands: Bands,
}

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
            group_cap_db: 50,
            bands: Bands::default(),
        }
    }
}

fn wallet_velocity() -> Vec<VelocityRule> {
    let rule = |measure, window_ms, above, points_db| VelocityRule {
        measure,
        window_ms,
        above,
        rule: Rule { mode: Mode::Enforce, points_db },
    };
    vec![
        rule(Measure::Count, HOUR_MS, 12, 12),
        rule(Measure::Count, DAY_MS, 40, 12),
        rule(Measure::Payees, HOUR_MS, 7, 10),
        rule(Measure::Devices, DAY_MS, 3, 10),
        rule(Measure::Attempts, HOUR_MS, 2, 10),
    ]
}

impl Default for RiskPolicy {
    fn default() -> Self {
        Self::wallet()
    }
}

const fn enforced(points_db: u16) -> Rule {
    Rule { mode: Mode::Enforce, points_db }
}

impl Default for AmountPolicy {
    fn default() -> Self {
        Self {
            mode: Mode::Enforce,
            enter_ppm_per_day: 300,
            stay_ms: 14 * DAY_MS,
            fraud_share_permille: 333,
            multiple_permille: 5_000,
            spread_permille: 600,
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
            device_and_payee: enforced(6),
            min_history: 5,
        }
    }
}

impl Default for TravelPolicy {
    fn default() -> Self {
        Self { rule: enforced(30), speed_kmh: 1_000, floor_km: 100 }
    }
}

impl Default for PatternPolicy {
    fn default() -> Self {
        Self {
            rapid_in_out: enforced(24),
            in_out_window_ms: HOUR_MS,
            in_out_share_permille: 800,
            in_out_from_minor: 10_000,
            card_testing: enforced(30),
            card_testing_window_ms: 30 * MINUTE_MS,
            card_testing_count: 4,
            card_testing_small_minor: 200,
            structuring: enforced(25),
            structuring_threshold_minor: Some(1_000_000),
            structuring_below_permille: 100,
            structuring_count: 3,
            structuring_window_ms: 3 * DAY_MS,
            unusual_hour: enforced(3),
            unusual_hour_min_history: 40,
            dormant: enforced(6),
            dormant_ms: 90 * DAY_MS,
            round_amount: Rule { mode: Mode::Off, points_db: 1 },
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
            run_fade_ms: 4 * DAY_MS,
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

/// A policy that contradicts nothing, with its hash: the only kind an assessment takes.
///
/// ```
/// use account_security::risk::{CheckedPolicy, RiskPolicy};
/// let policy = CheckedPolicy::new(RiskPolicy::wallet())?;
/// assert_eq!(policy.content_hash(), CheckedPolicy::new(RiskPolicy::wallet())?.content_hash());
/// # Ok::<(), account_security::risk::PolicyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct CheckedPolicy {
    policy: RiskPolicy,
    content_hash: u64,
    account_resting: Belief,
    payee_resting: Belief,
}

impl CheckedPolicy {
    /// Checks a policy and hashes it.
    ///
    /// # Errors
    /// [`PolicyError`] names the first contradiction.
    pub fn new(policy: RiskPolicy) -> Result<Self, PolicyError> {
        policy.validate()?;
        Ok(Self {
            content_hash: policy.content_hash()?,
            account_resting: resting(policy.amount.enter_ppm_per_day, policy.amount.stay_ms),
            payee_resting: resting(policy.payee.enter_ppm_per_day, policy.payee.stay_ms),
            policy,
        })
    }

    /// A number that differs when any value of the policy differs; every assessment carries it.
    #[must_use]
    pub const fn content_hash(&self) -> u64 {
        self.content_hash
    }

    /// The policy itself.
    #[must_use]
    pub const fn policy(&self) -> &RiskPolicy {
        &self.policy
    }

    /// What is believed of an account nothing is known of.
    pub(super) const fn account_resting(&self) -> Belief {
        self.account_resting
    }

    /// What is believed of a payee nothing is known of.
    pub(super) const fn payee_resting(&self) -> Belief {
        self.payee_resting
    }

    /// The outcome a score earns; a freeze needs two groups that agree.
    pub(super) fn outcome_of(&self, score: Millibans, groups: usize) -> Outcome {
        let bands = &self.policy.bands;
        match score {
            score if score >= bands.freeze_from && groups >= 2 => Outcome::FreezeRecommended,
            score if score >= bands.hold_from => Outcome::Hold,
            score if score >= bands.step_up_from => Outcome::StepUp,
            _ => Outcome::Allow,
        }
    }
}

/// The share of time spent compromised: rate times stay.
fn resting(enter_ppm_per_day: u32, stay_ms: u64) -> Belief {
    let ppm_q8 = (u64::from(enter_ppm_per_day) << 8) * (stay_ms / MINUTE_MS) / (DAY_MS / MINUTE_MS);
    Belief::from_q28((ppm_q8 << 20) / 1_000_000)
}

impl RiskPolicy {
    /// Finds the first contradiction.
    ///
    /// # Errors
    /// [`PolicyError`], one variant per kind of contradiction.
    pub fn validate(&self) -> Result<(), PolicyError> {
        if self.schema_version != SCHEMA_VERSION {
            return Err(PolicyError::SchemaVersion);
        }
        self.limits.validate()?;
        if self.velocity.len() > VELOCITY_RULES_MAX {
            return Err(PolicyError::TooManyVelocityRules);
        }
        self.velocity.iter().try_for_each(VelocityRule::validate)?;
        self.rules().into_iter().try_for_each(Rule::validate)?;
        if self.group_cap_db == 0 || self.group_cap_db > POINTS_DB_MAX {
            return Err(PolicyError::GroupCap);
        }
        self.amount.validate()?;
        self.payee.validate()?;
        self.pattern.validate()?;
        if self.travel.speed_kmh == 0 || self.travel.speed_kmh > 100_000 || self.travel.floor_km > 20_100 {
            return Err(PolicyError::Belief("travel"));
        }
        self.bands.validate()
    }

    /// A number that differs when any value differs: SHA-256 over the binary form, first eight bytes.
    ///
    /// # Errors
    /// [`PolicyError::Hash`] if the policy cannot be encoded.
    pub fn content_hash(&self) -> Result<u64, PolicyError> {
        let bytes = postcard::to_allocvec(self).map_err(|_| PolicyError::Hash)?;
        let digest: [u8; 32] = Sha256::digest(&bytes).into();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        Ok(u64::from_le_bytes(first))
    }

    fn rules(&self) -> [Rule; 17] {
        let (novelty, pattern, session) = (&self.novelty, &self.pattern, &self.session);
        [
            self.large_amount.rule,
            novelty.device,
            novelty.payee,
            novelty.country,
            novelty.device_and_payee,
            self.travel.rule,
            pattern.rapid_in_out,
            pattern.card_testing,
            pattern.structuring,
            pattern.unusual_hour,
            pattern.dormant,
            pattern.round_amount,
            session.recent_change,
            session.malware,
            session.compromised_credential,
            session.high_risk_location,
            enforced(0),
        ]
    }
}

impl Rule {
    fn validate(self) -> Result<(), PolicyError> {
        if self.points_db > POINTS_DB_MAX { Err(PolicyError::Points) } else { Ok(()) }
    }
}

impl Limits {
    fn validate(&self) -> Result<(), PolicyError> {
        let mut least = 1;
        for limit in [self.transaction_minor, self.day_minor, self.week_minor, self.month_minor].into_iter().flatten() {
            match limit {
                0 => return Err(PolicyError::ZeroLimit),
                limit if limit < least => return Err(PolicyError::LimitsShrink),
                limit => least = limit,
            }
        }
        Ok(())
    }
}

impl VelocityRule {
    fn validate(&self) -> Result<(), PolicyError> {
        if self.window_ms == 0 || self.window_ms > WINDOW_MS_MAX {
            return Err(PolicyError::Window);
        }
        let in_ring = matches!(self.measure, Measure::Payees | Measure::Devices | Measure::Attempts);
        if in_ring && self.above >= 16 {
            return Err(PolicyError::Unreachable);
        }
        self.rule.validate()
    }
}

impl AmountPolicy {
    fn validate(&self) -> Result<(), PolicyError> {
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
    fn validate(&self) -> Result<(), PolicyError> {
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
    fn validate(&self) -> Result<(), PolicyError> {
        let windows = [self.in_out_window_ms, self.card_testing_window_ms, self.structuring_window_ms];
        if windows.iter().any(|window_ms| *window_ms == 0 || *window_ms > WINDOW_MS_MAX) {
            return Err(PolicyError::Window);
        }
        if [self.card_testing_count, self.structuring_count].iter().any(|count| !(2..16).contains(count)) {
            return Err(PolicyError::Unreachable);
        }
        if self.structuring_threshold_minor == Some(0) || self.in_out_from_minor == 0 {
            return Err(PolicyError::ZeroLimit);
        }
        let ranges = [
            ((1..=1_000).contains(&self.in_out_share_permille), "pattern.in_out_share_permille (1 to 1000)"),
            ((1..=999).contains(&self.structuring_below_permille), "pattern.structuring_below_permille (1 to 999)"),
            ((1..=12).contains(&self.round_power), "pattern.round_power (1 to 12)"),
        ];
        first_outside(&ranges)
    }
}

impl Bands {
    fn validate(&self) -> Result<(), PolicyError> {
        let ascending = Millibans(0) < self.step_up_from
            && self.step_up_from < self.hold_from
            && self.hold_from < self.freeze_from
            && self.freeze_from <= Millibans(30_000);
        if ascending { Ok(()) } else { Err(PolicyError::Bands) }
    }
}

/// At most half of all time compromised, and a stay between an hour and ten years.
fn rate_ok(enter_ppm_per_day: u32, stay_ms: u64) -> bool {
    enter_ppm_per_day > 0
        && (HOUR_MS..=3_650 * DAY_MS).contains(&stay_ms)
        && u128::from(enter_ppm_per_day) * u128::from(stay_ms) <= u128::from(DAY_MS) * 500_000
}

fn first_outside(ranges: &[(bool, &'static str)]) -> Result<(), PolicyError> {
    ranges.iter().find(|(inside, _)| !inside).map_or(Ok(()), |(_, name)| Err(PolicyError::Belief(name)))
}
