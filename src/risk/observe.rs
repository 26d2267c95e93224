//! The value of each word of the vocabulary for one payment.
//!
//! Windows are asked as the built-in rules ask them: never too low, and told when they are bounded from above.

use super::feature::{Feature, NEVER_MS, country_number};
use super::fixed::{Belief, i64_saturating};
use super::payee::PayeeBelief;
use super::policy::Measure;
use super::rules::{Seen, measure};
use super::score::Millibans;
use super::state::{Event, Place};
use super::travel;
use super::window::{Spend, local_hour, spend};
use crate::types::{Direction, Timestamp};

/// A payment, its account, and what the built-in rules made of them.
pub(super) struct Observed<'a> {
    pub(super) seen: &'a Seen<'a>,
    pub(super) payee: Option<&'a PayeeBelief>,
    /// How likely someone else used the account before this payment.
    pub(super) account: Belief,
    /// The score so far.
    pub(super) score: Millibans,
}

impl Observed<'_> {
    /// What the feature says, and whether that is exact. `window_ms` counts only where the feature has one.
    pub(super) fn value(&self, feature: Feature, window_ms: u64) -> (i64, bool) {
        if feature.has_window() { self.windowed(feature, window_ms) } else { (self.plain(feature), true) }
    }

    fn windowed(&self, feature: Feature, window_ms: u64) -> (i64, bool) {
        let seen = self.seen;
        let of = |measured| {
            let (value, exact, _) = measure(seen, measured, window_ms);
            (i64_saturating(value), exact)
        };
        let count = |spent: Spend| (i64_saturating(spent.count), spent.exact);
        let sum = |spent: Spend| (i64_saturating(spent.sum), spent.exact);
        match feature {
            Feature::CountOut => of(Measure::Count),
            Feature::SumOut => of(Measure::Sum),
            Feature::CountAttempts => of(Measure::Attempts),
            Feature::DistinctPayees => of(Measure::Payees),
            Feature::DistinctDevices => of(Measure::Devices),
            Feature::CountToPayee => count(self.to_payee(window_ms)),
            Feature::SumToPayee => sum(self.to_payee(window_ms)),
            Feature::CountOfKind => count(self.of_kind(window_ms)),
            Feature::SumOfKind => sum(self.of_kind(window_ms)),
            Feature::CountToNew => count(self.to_new(window_ms)),
            Feature::SumToNew => sum(self.to_new(window_ms)),
            Feature::CountSameAmount => {
                let same = seen.most_recent(window_ms, |event| event.amount == seen.amount);
                (i64_saturating(same + 1), seen.ring_reaches(window_ms))
            }
            Feature::CountIn => (i64_saturating(self.credits(window_ms).count), seen.ring_reaches(window_ms)),
            Feature::SumIn => (i64_saturating(self.credits(window_ms).sum), seen.ring_reaches(window_ms)),
            _ => (0, true),
        }
    }

    fn plain(&self, feature: Feature) -> i64 {
        let (seen, profile, payment) = (self.seen, self.seen.profile, self.seen.payment);
        let since = |then: Option<Timestamp>| then.map_or(NEVER_MS, |then| i64_saturating(payment.at.ms_since(then)));
        match feature {
            Feature::Amount => i64_saturating(seen.amount),
            Feature::OwnMean => i64_saturating(profile.amounts.mean_minor()),
            Feature::AmountMultiple => seen.view().multiple_permille,
            Feature::TrailingZeros => trailing_zeros(seen.amount),
            Feature::Kind => i64::from(payment.kind as u8),
            Feature::Country => country_number(payment.country),
            Feature::Hour => i64_saturating(local_hour(payment.at, seen.offset_min) as u64),
            // 1970-01-01 was a Thursday.
            Feature::Weekday => (i64::from(seen.day) + 3) % 7 + 1,
            Feature::Late => i64_saturating(profile.newest().map_or(0, |newest| newest.ms_since(payment.at))),
            Feature::SinceSecurityChange => seen
                .context
                .last_security_change
                .map_or(NEVER_MS, |changed| i64_saturating(seen.context.now.ms_since(changed))),
            Feature::Silent => since(seen.last_spend()),
            Feature::SinceCredit => since(profile.last_credit.map(|credit| credit.at)),
            Feature::CreditAmount => profile.last_credit.map_or(0, |credit| i64_saturating(credit.amount)),
            Feature::CreditGone => i64_saturating(seen.credit_gone_permille()),
            Feature::AccountAge => profile.newest().map_or(0, |_| since(Some(profile.first))),
            Feature::Payments => i64::from(profile.payments),
            Feature::DaySum => i64_saturating(seen.days_sum(1)),
            Feature::WeekSum => i64_saturating(seen.days_sum(7)),
            Feature::MonthSum => i64_saturating(seen.days_sum(30)),
            Feature::PayeeBelief => {
                self.payee.map_or(0, |payee| i64::from(payee.predict(payment.at, seen.policy).to_ppm()))
            }
            Feature::AccountBelief => i64::from(self.account.to_ppm()),
            Feature::Score => i64::from(self.score.0),
            Feature::Distance => self.journey().map_or(0, |(metres, _)| metres / 1_000),
            Feature::Speed => self.journey().map_or(0, |(metres, elapsed_ms)| {
                if metres == 0 { 0 } else { (metres * 3_600).checked_div(elapsed_ms).unwrap_or(i64::MAX) }
            }),
            Feature::SincePlace => since(profile.last_place.map(|place| place.at)),
            _ => self.habit(feature),
        }
    }

    /// What is new, what is known, and how often.
    fn habit(&self, feature: Feature) -> i64 {
        let (seen, payment, known) = (self.seen, self.seen.payment, &self.seen.profile.known);
        let rate = |axis: usize| known.novelty_q16.get(axis).map_or(0, |rate| (i64::from(*rate) * 1_000) >> 16);
        match feature {
            Feature::KnownDevices => i64_saturating(known.devices.as_slice().len() as u64),
            Feature::KnownPayees => i64_saturating(known.payees.as_slice().len() as u64),
            Feature::KnownCountries => i64_saturating(known.countries.as_slice().len() as u64),
            Feature::NewDeviceRate => rate(0),
            Feature::NewPayeeRate => rate(1),
            Feature::NewCountryRate => rate(2),
            Feature::HourShare => self.hour_share_permille(),
            Feature::HasPayee => i64::from(payment.payee.is_some()),
            Feature::HasDevice => i64::from(payment.device.is_some()),
            Feature::HasCountry => i64::from(payment.country.is_some()),
            Feature::HasPosition => i64::from(payment.position.is_some()),
            Feature::IsNewPayee => i64::from(seen.is_new_payee()),
            Feature::IsNewDevice => i64::from(seen.is_new_device()),
            Feature::IsNewCountry => i64::from(seen.is_new_country()),
            Feature::IsUsualAtPayee => i64::from(seen.usual_at_payee()),
            _ => self.signal(feature),
        }
    }

    fn signal(&self, feature: Feature) -> i64 {
        let signals = self.seen.signals;
        i64::from(match feature {
            Feature::Malware => signals.malware == Some(true),
            Feature::Rooted => signals.rooted == Some(true),
            Feature::CompromisedCredential => signals.compromised_credential == Some(true),
            Feature::HighRiskLocation => signals.high_risk_payee_location == Some(true),
            Feature::DenyListed => signals.deny_listed,
            Feature::AllowListed => signals.allow_listed,
            _ => false,
        })
    }

    fn to_payee(&self, window_ms: u64) -> Spend {
        match self.seen.names.0 {
            0 => Spend { exact: true, ..Spend::default() },
            payee => self.bounded(window_ms, true, |event| event.payee == payee),
        }
    }

    fn of_kind(&self, window_ms: u64) -> Spend {
        self.bounded(window_ms, true, |event| event.kind == self.seen.payment.kind)
    }

    fn to_new(&self, window_ms: u64) -> Spend {
        self.bounded(window_ms, self.seen.is_new_payee(), |event| event.new_payee)
    }

    /// Count and sum of some of the spend: counted in the remembered events while they reach over the window, else the
    /// whole account's. Of a late payment's windows, the most.
    fn bounded(&self, window_ms: u64, with_this: bool, which: impl Fn(&Event) -> bool) -> Spend {
        let profile = self.seen.profile;
        let until = |end: Timestamp| {
            let from = end.minus_ms(window_ms);
            if profile.forgotten_until > from {
                return Spend { exact: false, ..spend(profile, end, window_ms) };
            }
            let inside = profile.ring.between(from, end).filter(|event| event.is_spend() && which(event));
            inside.fold(Spend { exact: true, ..Spend::default() }, Spend::with)
        };
        let most = self.seen.window_ends(window_ms).map(until).reduce(Spend::most).unwrap_or_default();
        let this = u64::from(with_this);
        Spend { count: most.count + this, sum: most.sum.saturating_add(this * self.seen.amount), ..most }
    }

    fn credits(&self, window_ms: u64) -> Spend {
        let until = |end: Timestamp| {
            let events = self.seen.profile.ring.between(end.minus_ms(window_ms), end);
            events.filter(|event| event.direction == Direction::In).fold(Spend::default(), Spend::with)
        };
        self.seen.window_ends(window_ms).map(until).reduce(Spend::most).unwrap_or_default()
    }

    /// Metres from the last place that are certain, and the time between, in milliseconds.
    fn journey(&self) -> Option<(i64, i64)> {
        let (Place { position, at }, to) = self.seen.profile.last_place.zip(self.seen.payment.position)?;
        let uncertain_m = i64::from(position.accuracy_m()) + i64::from(to.accuracy_m());
        let elapsed_ms = self.seen.payment.at.ms_since(at).max(at.ms_since(self.seen.payment.at));
        Some(((travel::distance_m(position, to) - uncertain_m).max(0), i64_saturating(elapsed_ms)))
    }

    fn hour_share_permille(&self) -> i64 {
        let hours = &self.seen.profile.day_hours;
        let all: u32 = hours.iter().map(|count| u32::from(*count)).sum();
        let this = hours.get(local_hour(self.seen.payment.at, self.seen.offset_min)).copied().unwrap_or(0);
        i64::from((u32::from(this) * 1_000).checked_div(all).unwrap_or(0))
    }
}

fn trailing_zeros(amount: u64) -> i64 {
    let (mut rest, mut zeros) = (amount, 0);
    while rest > 0 && rest.is_multiple_of(10) {
        rest /= 10;
        zeros += 1;
    }
    zeros
}
