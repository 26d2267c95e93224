//! The presets by name, and those that differ from the wallet: each says what it is for and where its numbers are from.
//!
//! Only the wallet's numbers were tuned on labelled history. The others move them where the product differs, by the rules
//! and reports named beside them and by judgement; replay your own history before you switch one on.

use super::custom::{Comparison, Condition, CustomRule, RuleId};
use super::feature::Feature;
use super::policy::{
    AmountPolicy, Bands, Measure, Mode, NoveltyPolicy, PatternPolicy, PayeePolicy, RiskPolicy, Rule, SessionPolicy,
    TravelPolicy, VelocityRule,
};
use super::score::{Millibans, Outcome, ReasonGroup};
use crate::types::Currency;
use crate::types::time::{DAY_MS, HOUR_MS, MINUTE_MS};

/// A preset by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Preset {
    /// [`RiskPolicy::wallet`].
    Wallet,
    /// [`RiskPolicy::card_issuer`].
    CardIssuer,
    /// [`RiskPolicy::merchant_acquirer`].
    MerchantAcquirer,
    /// [`RiskPolicy::mobile_lite`].
    MobileLite,
    /// [`RiskPolicy::psd2_tra`].
    Psd2Tra,
}

impl Preset {
    /// Every preset.
    pub const ALL: &[Self] = &[Self::Wallet, Self::CardIssuer, Self::MerchantAcquirer, Self::MobileLite, Self::Psd2Tra];

    /// The name, e.g. `card_issuer`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wallet => "wallet",
            Self::CardIssuer => "card_issuer",
            Self::MerchantAcquirer => "merchant_acquirer",
            Self::MobileLite => "mobile_lite",
            Self::Psd2Tra => "psd2_tra",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|preset| preset.name() == name)
    }

    /// What it is for, in one or two sentences.
    #[must_use]
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::Wallet => {
                "A consumer wallet or current account. No hard limits; every soft rule on except round amounts. \
                 Tuned on two months of labelled card payments."
            }
            Self::CardIssuer => {
                "The issuer of a card. New merchants are everyday, so they weigh little; probing with small amounts and \
                 repeated amounts weigh much, and both ask for a proof. Numbers by judgement around the wallet's."
            }
            Self::MerchantAcquirer => {
                "A shop or acquirer that sees a card or customer only at its own tills: short history, no credits, no \
                 knowledge of the holder's security. Speed and declines decide. Numbers by judgement around the wallet's."
            }
            Self::MobileLite => {
                "A phone that decides for itself, also without a network: only what the phone knows. A proof is cheap \
                 there, so it is asked for early; rooted devices and malware are not trusted. Numbers by judgement."
            }
            Self::Psd2Tra => {
                "The exemption for low-risk payments in the EU (Delegated Regulation 2018/389 art. 18): whatever is \
                 named there, or is above the highest exemption threshold of its Annex (500 EUR), is at least proven. Its \
                 currency is EUR."
            }
        }
    }

    /// The policy.
    #[must_use]
    pub fn policy(self) -> RiskPolicy {
        match self {
            Self::Wallet => RiskPolicy::wallet(),
            Self::CardIssuer => RiskPolicy::card_issuer(),
            Self::MerchantAcquirer => RiskPolicy::merchant_acquirer(),
            Self::MobileLite => RiskPolicy::mobile_lite(),
            Self::Psd2Tra => RiskPolicy::psd2_tra(),
        }
    }
}

const fn off() -> Rule {
    Rule { mode: Mode::Off, ..Rule::enforced(1) }
}

const fn asks(points_db: u16) -> Rule {
    Rule { min_outcome: Some(Outcome::StepUp), ..Rule::enforced(points_db) }
}

const fn holds(points_db: u16) -> Rule {
    Rule { min_outcome: Some(Outcome::Hold), ..Rule::enforced(points_db) }
}

const fn velocity(measure: Measure, window_ms: u64, above: u64, points_db: u16) -> VelocityRule {
    VelocityRule { measure, window_ms, above, rule: Rule::enforced(points_db) }
}

const fn when(feature: Feature, window_ms: u64, op: Comparison, value: i64) -> Condition {
    Condition { feature, window_ms, op, value }
}

/// A rule of a preset: its name is known to be one, and a test checks that none was lost.
fn own(id: &str, group: ReasonGroup, conditions: &[Condition], rule: Rule, note: &str) -> Option<CustomRule> {
    Some(CustomRule {
        points_db: rule.points_db,
        min_outcome: rule.min_outcome,
        note: note.to_owned(),
        ..CustomRule::new(RuleId::parse(id)?, group, conditions.to_vec())
    })
}

impl RiskPolicy {
    /// For the issuer of a card.
    ///
    /// Differs from the wallet: a new merchant weighs 2 dB, because cards meet new merchants daily; four repeated amounts
    /// in ten minutes and three probes in fifteen ask for a proof, because card testing comes as bursts of small or equal
    /// authorisations; declines weigh more; no credits are watched, because a card account receives none.
    #[must_use]
    pub fn card_issuer() -> Self {
        let repeated = [when(Feature::CountSameAmount, 10 * MINUTE_MS, Comparison::AtLeast, 4)];
        Self {
            velocity: vec![
                velocity(Measure::Count, HOUR_MS, 10, 12),
                velocity(Measure::Count, DAY_MS, 30, 12),
                velocity(Measure::Devices, DAY_MS, 2, 10),
                velocity(Measure::Attempts, HOUR_MS, 3, 14),
            ],
            novelty: NoveltyPolicy {
                payee: Rule::enforced(2),
                device_and_payee: Rule::enforced(4),
                ..NoveltyPolicy::default()
            },
            travel: TravelPolicy { rule: asks(30), ..TravelPolicy::default() },
            pattern: PatternPolicy {
                rapid_in_out: off(),
                structuring: off(),
                card_testing: asks(36),
                card_testing_count: 3,
                card_testing_window_ms: 15 * MINUTE_MS,
                dormant: Rule::enforced(8),
                dormant_ms: 60 * DAY_MS,
                ..PatternPolicy::default()
            },
            rules: own(
                "repeated-amount",
                ReasonGroup::Pattern,
                &repeated,
                asks(10),
                "The same amount again and again within minutes: a list of stolen cards is being tried.",
            )
            .into_iter()
            .collect(),
            ..Self::wallet()
        }
    }

    /// For a shop or its acquirer.
    ///
    /// Differs from the wallet: it knows little, so it judges after four payments instead of more; payments come in
    /// minutes, so windows are short; what only the holder's bank can know (credits, sleep, security changes, the hour of
    /// the day) is off.
    #[must_use]
    pub fn merchant_acquirer() -> Self {
        Self {
            velocity: vec![
                velocity(Measure::Count, 10 * MINUTE_MS, 5, 12),
                velocity(Measure::Count, HOUR_MS, 8, 12),
                velocity(Measure::Attempts, HOUR_MS, 3, 16),
                velocity(Measure::Attempts, DAY_MS, 8, 12),
                velocity(Measure::Devices, DAY_MS, 2, 12),
            ],
            amount: AmountPolicy { min_history: 4, ..AmountPolicy::default() },
            novelty: NoveltyPolicy {
                payee: off(),
                device_and_payee: off(),
                device_and_country: asks(0),
                device: Rule::enforced(8),
                country: Rule::enforced(8),
                min_history: 4,
            },
            pattern: PatternPolicy {
                rapid_in_out: off(),
                structuring: off(),
                unusual_hour: off(),
                dormant: off(),
                card_testing_count: 3,
                card_testing_window_ms: 10 * MINUTE_MS,
                ..PatternPolicy::default()
            },
            session: SessionPolicy { recent_change: off(), ..SessionPolicy::default() },
            ..Self::wallet()
        }
    }

    /// For a phone that decides for itself.
    ///
    /// Differs from the wallet: no belief about payees, which lives on a server; a proof is asked for from 12 dB on,
    /// because the owner holds the phone; satellite positions err by metres, so journeys count from 50 km on; malware
    /// holds and a rooted device asks for a proof, whatever the score.
    #[must_use]
    pub fn mobile_lite() -> Self {
        Self {
            velocity: vec![velocity(Measure::Count, HOUR_MS, 10, 12), velocity(Measure::Attempts, HOUR_MS, 2, 10)],
            payee: PayeePolicy { mode: Mode::Off, ..PayeePolicy::default() },
            travel: TravelPolicy { floor_km: 50, ..TravelPolicy::default() },
            session: SessionPolicy { malware: holds(30), rooted: asks(16), ..SessionPolicy::default() },
            bands: Bands { step_up_from: Millibans(1_200), ..Bands::default() },
            ..Self::wallet()
        }
    }

    /// For the exemption of low-risk payments from strong authentication in the EU.
    ///
    /// Delegated Regulation (EU) 2018/389 art. 18(2)(c) lists what must not have been found: abnormal spending, unusual
    /// device or software, malware, a known fraud scenario, an abnormal location of the payer, a high-risk location of
    /// the payee; the highest exemption threshold of its Annex is 500 EUR. Each of these asks for a proof here, malware
    /// and compromised credentials (art. 2) hold. `Allow` under this preset means that nothing of the list was found; it
    /// does not say that everything was looked for.
    #[must_use]
    pub fn psd2_tra() -> Self {
        let above = [when(Feature::Amount, 0, Comparison::Above, 50_000)];
        let abnormal = [
            when(Feature::AmountMultiple, 0, Comparison::AtLeast, 5_000),
            when(Feature::Payments, 0, Comparison::AtLeast, 10),
            when(Feature::IsUsualAtPayee, 0, Comparison::Equal, 0),
        ];
        let rules = [
            own("above-etv-500", ReasonGroup::Amount, &above, asks(0), "Annex: no exemption above 500 EUR."),
            own(
                "abnormal-spending",
                ReasonGroup::Amount,
                &abnormal,
                asks(0),
                "Art. 18(2)(c)(i): five times the own mean.",
            ),
        ];
        let wallet = Self::wallet();
        Self {
            currency: Some(Currency::EUR),
            novelty: NoveltyPolicy { device: asks(6), ..NoveltyPolicy::default() },
            travel: TravelPolicy { rule: asks(30), ..TravelPolicy::default() },
            pattern: PatternPolicy { rapid_in_out: asks(24), card_testing: asks(30), ..PatternPolicy::default() },
            session: SessionPolicy {
                malware: holds(30),
                compromised_credential: holds(22),
                rooted: asks(10),
                high_risk_location: asks(8),
                ..SessionPolicy::default()
            },
            rules: rules.into_iter().flatten().collect(),
            ..wallet
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::CheckedPolicy;

    #[test]
    fn every_preset_is_a_policy_of_its_own_without_contradiction() {
        let mut hashes: Vec<u64> = Preset::ALL
            .iter()
            .map(|preset| {
                assert_eq!(Preset::parse(preset.name()), Some(*preset));
                assert!(preset.purpose().len() > 80);
                let checked = CheckedPolicy::new(preset.policy());
                checked.unwrap_or_else(|error| panic!("{}: {error}", preset.name())).content_hash()
            })
            .collect();
        assert_eq!(RiskPolicy::card_issuer().rules.len(), 1);
        assert_eq!(RiskPolicy::psd2_tra().rules.len(), 2);
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), Preset::ALL.len());
        assert_eq!(Preset::parse("Wallet"), None);
    }
}
