//! What a custom rule can ask about a payment: a closed vocabulary, each word with its unit and its range.
//!
//! Every value is an integer. The ranges are what [`CheckedPolicy::new`](super::CheckedPolicy::new) refuses
//! unreachable conditions by; how each is computed is in `observe.rs`.

use serde::{Deserialize, Serialize};

use super::bounded::Bounded;
use super::ring::RING;
use super::state::{Known, PAYEES_KNOWN};
use crate::types::money::AMOUNT_MINOR_MAX;
use crate::types::time::{DAY_MS, parse_span_ms};

/// The value of a time since something that never happened: a hundred years, in milliseconds.
pub const NEVER_MS: i64 = 36_525 * 86_400_000;
/// Events remembered one by one.
const REMEMBERED: i64 = count(RING);
/// Sums saturate here: about nine thousand of the largest payments.
const SUM_MAX: i64 = i64::MAX;
const COUNT_MAX: i64 = u32::MAX as i64 + 1;
/// Devices and countries remembered, as the profile has room for.
const DEVICES_KNOWN: usize = room(|known| &known.devices);
const COUNTRIES_KNOWN: usize = room(|known| &known.countries);
const PERMILLE_MAX: i64 = 1_000;

const fn room<T, const N: usize>(_: fn(&Known) -> &Bounded<T, N>) -> usize {
    N
}

#[expect(clippy::cast_possible_wrap, reason = "the room of a list, a few dozen")]
const fn count(room: usize) -> i64 {
    room as i64
}

/// What the number of a [`Feature`] means, and how a file may write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Minor units of the account's currency; a file may write `"10.00 EUR"`.
    Money,
    /// How many.
    Count,
    /// Thousandths.
    Permille,
    /// Millionths.
    Ppm,
    /// Milliseconds; a file may write `"30m"`.
    Milliseconds,
    /// 1 for yes, 0 for no; a file may write `true`.
    Flag,
    /// A [`PaymentKind`](crate::types::PaymentKind) by its number; a file may write `"cash_out"`.
    Kind,
    /// 256 times the first letter plus the second, 0 when unknown; a file may write `"NG"`.
    Country,
    /// An hour or a day by its number.
    Clock,
    /// Kilometres.
    Kilometres,
    /// Kilometres an hour.
    KilometresPerHour,
    /// [`Millibans`](super::Millibans).
    Millibans,
}

macro_rules! features {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $unit:ident, $lowest:expr, $highest:expr, $windowed:literal;)*) => {
        /// One word of the vocabulary.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Feature {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Feature {
            /// The whole vocabulary.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word as files and expressions write it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What its number means.
            #[must_use]
            pub const fn unit(self) -> Unit {
                match self { $(Self::$variant => Unit::$unit,)* }
            }

            /// The least and the greatest value it can take.
            #[must_use]
            pub const fn range(self) -> (i64, i64) {
                match self { $(Self::$variant => ($lowest, $highest),)* }
            }

            /// Whether it looks back over a window, 1 ms to 30 days.
            #[must_use]
            pub const fn has_window(self) -> bool {
                match self { $(Self::$variant => $windowed,)* }
            }
        }
    };
}

features! {
    /// The amount of the payment.
    Amount = "amount", Money, 0, AMOUNT_MINOR_MAX, false;
    /// The mean of the account's own amounts; 0 before the first.
    OwnMean = "own_mean", Money, 0, AMOUNT_MINOR_MAX, false;
    /// The amount over that mean; 1000 before the first.
    AmountMultiple = "amount_multiple_permille", Permille, 0, 1 << 40, false;
    /// Zeros at the end of the amount in minor units; 0 for an amount of 0.
    TrailingZeros = "trailing_zeros", Count, 0, 15, false;
    /// The kind of payment.
    Kind = "kind", Kind, 0, 4, false;
    /// The country it was ordered from.
    Country = "country", Country, 0, 0x5A5A, false;
    /// The local hour of the day.
    Hour = "hour", Clock, 0, 23, false;
    /// The local day of the week, 1 for Monday to 7 for Sunday.
    Weekday = "weekday", Clock, 1, 7, false;
    /// How much of the account's own spending falls into this hour of the day.
    HourShare = "hour_share_permille", Permille, 0, PERMILLE_MAX, false;
    /// How far the payment lies behind the newest event seen.
    Late = "late_ms", Milliseconds, 0, NEVER_MS * 100, false;
    /// The payee is named.
    HasPayee = "has_payee", Flag, 0, 1, false;
    /// The device is named.
    HasDevice = "has_device", Flag, 0, 1, false;
    /// The country is named.
    HasCountry = "has_country", Flag, 0, 1, false;
    /// The place is known.
    HasPosition = "has_position", Flag, 0, 1, false;
    /// A named payee that is not among the 24 the account paid last.
    IsNewPayee = "is_new_payee", Flag, 0, 1, false;
    /// A named device that the account never used.
    IsNewDevice = "is_new_device", Flag, 0, 1, false;
    /// A named country that the account never paid from.
    IsNewCountry = "is_new_country", Flag, 0, 1, false;
    /// The payee was paid as much before, counting what went there within a day.
    IsUsualAtPayee = "is_usual_at_payee", Flag, 0, 1, false;
    /// Payees the account is known to pay.
    KnownPayees = "known_payees", Count, 0, count(PAYEES_KNOWN), false;
    /// Devices the account is known to use.
    KnownDevices = "known_devices", Count, 0, count(DEVICES_KNOWN), false;
    /// Countries the account is known to pay from.
    KnownCountries = "known_countries", Count, 0, count(COUNTRIES_KNOWN), false;
    /// How often the account's payments go to a new payee.
    NewPayeeRate = "new_payee_rate_permille", Permille, 0, PERMILLE_MAX, false;
    /// How often the account's payments come from a new device.
    NewDeviceRate = "new_device_rate_permille", Permille, 0, PERMILLE_MAX, false;
    /// How often the account's payments come from a new country.
    NewCountryRate = "new_country_rate_permille", Permille, 0, PERMILLE_MAX, false;
    /// Payments that went out, this one included; never too few.
    CountOut = "count_out", Count, 1, COUNT_MAX, true;
    /// Money that went out, this payment included; never too little.
    SumOut = "sum_out", Money, 0, SUM_MAX, true;
    /// Held payments among the last sixteen events, this one not included.
    CountAttempts = "count_attempts", Count, 0, REMEMBERED, true;
    /// Different payees among the last sixteen events and this payment.
    DistinctPayees = "distinct_payees", Count, 0, REMEMBERED + 1, true;
    /// Different devices among the last sixteen events and this payment.
    DistinctDevices = "distinct_devices", Count, 0, REMEMBERED + 1, true;
    /// Payments to this payee, this one included; never too few. 0 when the payee is not named.
    CountToPayee = "count_to_payee", Count, 0, COUNT_MAX, true;
    /// Money to this payee, this payment included; never too little. 0 when the payee is not named.
    SumToPayee = "sum_to_payee", Money, 0, SUM_MAX, true;
    /// Payments of this kind, this one included; never too few.
    CountOfKind = "count_of_kind", Count, 1, COUNT_MAX, true;
    /// Money by this kind of payment, this one included; never too little.
    SumOfKind = "sum_of_kind", Money, 0, SUM_MAX, true;
    /// Payments to payees new at the time, this one included if its payee is; never too few.
    CountToNew = "count_to_new", Count, 0, COUNT_MAX, true;
    /// Money to payees new at the time, this payment included if its payee is; never too little.
    SumToNew = "sum_to_new", Money, 0, SUM_MAX, true;
    /// Payments of exactly this amount among the last sixteen events, held ones and this one included.
    CountSameAmount = "count_same_amount", Count, 1, REMEMBERED + 1, true;
    /// Credits among the last sixteen events.
    CountIn = "count_in", Count, 0, REMEMBERED, true;
    /// Money received by the credits among the last sixteen events.
    SumIn = "sum_in", Money, 0, SUM_MAX, true;
    /// Money out on this local day, this payment included; never too little.
    DaySum = "day_sum", Money, 0, SUM_MAX, false;
    /// Money out on seven local days, this payment included; never too little.
    WeekSum = "week_sum", Money, 0, SUM_MAX, false;
    /// Money out on thirty local days, this payment included; never too little.
    MonthSum = "month_sum", Money, 0, SUM_MAX, false;
    /// Since the last payment that passed.
    Silent = "silent_ms", Milliseconds, 0, NEVER_MS * 100, false;
    /// Since the last credit.
    SinceCredit = "since_credit_ms", Milliseconds, 0, NEVER_MS * 100, false;
    /// The last credit, or the run of credits it ended; 0 before the first.
    CreditAmount = "credit_amount", Money, 0, SUM_MAX, false;
    /// How much of that credit has left again, this payment included; 0 before the first.
    CreditGone = "credit_gone_permille", Permille, 0, i64::MAX, false;
    /// Since the account's first event.
    AccountAge = "account_age_ms", Milliseconds, 0, NEVER_MS * 100, false;
    /// Payments of the account that passed so far.
    Payments = "payments", Count, 0, u32::MAX as i64, false;
    /// Malware was seen in the session.
    Malware = "malware", Flag, 0, 1, false;
    /// The device is rooted or jail-broken.
    Rooted = "rooted", Flag, 0, 1, false;
    /// The credential is known as compromised.
    CompromisedCredential = "compromised_credential", Flag, 0, 1, false;
    /// The payee sits in a high-risk place.
    HighRiskLocation = "high_risk_payee_location", Flag, 0, 1, false;
    /// Payee, device or country is on a deny list.
    DenyListed = "deny_listed", Flag, 0, 1, false;
    /// The payee is on an allow list.
    AllowListed = "allow_listed", Flag, 0, 1, false;
    /// Since password, phone or device last changed.
    SinceSecurityChange = "since_security_change_ms", Milliseconds, 0, NEVER_MS * 100, false;
    /// How likely the payee is compromised; 0 when nothing of a payee was handed in.
    PayeeBelief = "payee_belief_ppm", Ppm, 0, 1_000_000, false;
    /// How likely someone else uses the account.
    AccountBelief = "account_belief_ppm", Ppm, 0, 1_000_000, false;
    /// Kilometres from the last place, the two uncertainties taken off; 0 when a place is unknown.
    Distance = "distance_km", Kilometres, 0, 20_100, false;
    /// The speed of that journey; greatest when no time passed.
    Speed = "speed_kmh", KilometresPerHour, 0, i64::MAX, false;
    /// Since the last known place.
    SincePlace = "since_place_ms", Milliseconds, 0, NEVER_MS * 100, false;
    /// The score before the custom rules.
    Score = "score", Millibans, -30_000, 60_000, false;
}

impl Feature {
    /// Reads a word; for a feature with a window, also the word with the window behind it, as expressions write it:
    /// `count_out_1h`. The window is in milliseconds, 0 without one.
    #[must_use]
    pub fn parse(word: &str) -> Option<(Self, u64)> {
        let named = |name: &str| Self::ALL.iter().copied().find(|feature| feature.name() == name);
        if let Some(feature) = named(word) {
            return Some((feature, 0));
        }
        let (name, window) = word.rsplit_once('_')?;
        let feature = named(name).filter(|feature| feature.has_window())?;
        let window_ms = parse_span_ms(window).filter(|window_ms| (1..=30 * DAY_MS).contains(window_ms))?;
        Some((feature, window_ms))
    }
}

/// A country as a number: 0 when unknown.
pub(super) fn country_number(country: Option<crate::types::Country>) -> i64 {
    country.map_or(0, |country| i64::from(u16::from_be_bytes(country.bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_unique_and_read_back_with_and_without_their_window() {
        for feature in Feature::ALL {
            assert_eq!(Feature::parse(feature.name()), Some((*feature, 0)));
            assert_eq!(serde_json::to_string(feature).unwrap(), format!("\"{}\"", feature.name()));
            let windowed = Feature::parse(&format!("{}_2h", feature.name()));
            assert_eq!(windowed, feature.has_window().then_some((*feature, 7_200_000)));
            let (lowest, highest) = feature.range();
            assert!(lowest < highest, "{feature:?}");
        }
        for wrong in
            ["", "_1h", "count_out_31d", "count_out_0s", "count_out_1w", "count_out_-1h", "sum_1h", "ümlaut_1h"]
        {
            assert_eq!(Feature::parse(wrong), None, "{wrong}");
        }
        assert!((40..=64).contains(&Feature::ALL.len()));
    }
}
