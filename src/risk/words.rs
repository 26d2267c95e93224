//! Findings for people: which rule spoke, what it saw and what that was compared with, each in its unit.
//!
//! A threshold is not what is usual: it may be what thieves do, a limit, or what an average account shows. One table says
//! which, for every page and command.

use super::check::CheckedPolicy;
use super::class_limit::{ClassLimit, PayeeClass};
use super::custom::{Comparison, Condition, CustomRule};
use super::feature::{Unit, country_number};
use super::score::Reason;
use crate::types::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::types::{Country, Currency, Money, PaymentKind, ReasonCode};

impl CheckedPolicy {
    /// The rule behind a finding of this policy: `CUSTOM_RULE:night-large` for a custom one, `LIMIT_DAY:new` for the limit
    /// of a class, the name of the code for all others.
    #[must_use]
    pub fn name_of(&self, reason: &Reason) -> String {
        self.name_by(reason.code, reason.rule)
    }

    /// The same by [`Reason::rule`].
    pub(crate) fn name_by(&self, code: ReasonCode, rule: u8) -> String {
        let name = match code {
            ReasonCode::CustomRule => own_rule(self, rule).map(|rule| rule.id.to_string()),
            _ if is_limit(code) => class(self, rule).map(ClassLimit::name),
            _ => None,
        };
        name.map_or_else(|| code.name().to_owned(), |name| format!("{}:{name}", code.name()))
    }
}

impl ClassLimit {
    /// The class in short, e.g. `new+cash_out`.
    fn name(&self) -> String {
        let payee = self.payee.map(|payee| match payee {
            PayeeClass::New => "new",
            PayeeClass::Known => "known",
            PayeeClass::Trusted => "trusted",
        });
        payee.into_iter().chain(self.kind.map(PaymentKind::name)).collect::<Vec<_>>().join("+")
    }
}

impl Reason {
    /// What was seen and what it was compared with, e.g. `3.2 times the account's mean; thieves usually take 5.0 times`.
    /// `money` is the payment's; without the policy that decided, a custom rule and a class have only their number.
    ///
    /// ```
    /// use account_security::risk::Reason;
    /// use account_security::types::{Currency, Money, ReasonCode};
    /// let found = Reason { code: ReasonCode::VelocityCount, observed: 13, threshold: 12, window_ms: 3_600_000, ..Reason::default() };
    /// let money = Money::parse("10.00", Currency::EUR)?;
    /// assert_eq!(found.in_words(money, None), "13 payments in 1 hour; it speaks above 12");
    /// # Ok::<(), account_security::types::MoneyError>(())
    /// ```
    #[must_use]
    pub fn in_words(&self, money: Money, policy: Option<&CheckedPolicy>) -> String {
        let currency = money.currency();
        let words = match self.code {
            code if is_limit(code) => self.limit(currency, policy),
            ReasonCode::VelocityCount
            | ReasonCode::VelocitySum
            | ReasonCode::VelocityPayees
            | ReasonCode::VelocityDevices
            | ReasonCode::VelocityAttempts => self.velocity(currency),
            ReasonCode::CustomRule => self.custom(currency, policy),
            ReasonCode::AmountOutlier | ReasonCode::AmountRegime | ReasonCode::RoundAmount => self.amount(money),
            ReasonCode::PayeeRisk | ReasonCode::PayeeOrdinary => {
                let (seen, usual) = (percent(self.observed, 10_000), percent(self.threshold, 10_000));
                format!("the payee is {seen} likely to be used by thieves; {usual} is usual")
            }
            _ => self.other(),
        };
        if self.exact { words } else { format!("at most {words}") }
    }

    fn limit(&self, currency: Currency, policy: Option<&CheckedPolicy>) -> String {
        let (total, limit) = (amount(self.observed, currency), amount(self.threshold, currency));
        let within = match self.code {
            ReasonCode::LimitDay => "on this day with this payment",
            ReasonCode::LimitWeek => "in seven days with this payment",
            ReasonCode::LimitMonth => "in thirty days with this payment",
            _ => "at once",
        };
        let whose = match (self.rule, policy.and_then(|policy| class(policy, self.rule))) {
            (0, _) => String::new(),
            (_, Some(class)) => format!(" for payments of the class {}", class.name()),
            (number, None) => format!(" of class {number} of the policy"),
        };
        format!("{total} {within}; the limit{whose} is {limit}")
    }

    fn velocity(&self, currency: Currency) -> String {
        let (seen, above, within) = (self.observed, self.threshold, span(self.window_ms));
        let what = match self.code {
            ReasonCode::VelocitySum => {
                let (seen, above) = (amount(seen, currency), amount(above, currency));
                return format!("{seen} in {within}; it speaks above {above}");
            }
            ReasonCode::VelocityPayees => "payees",
            ReasonCode::VelocityDevices => "devices",
            ReasonCode::VelocityAttempts => "held payments",
            _ => "payments",
        };
        format!("{seen} {what} in {within}; it speaks above {above}")
    }

    fn amount(&self, money: Money) -> String {
        let currency = money.currency();
        match self.code {
            ReasonCode::AmountRegime => {
                let (seen, usual) = (percent(self.observed, 10_000), percent(self.threshold, 10_000));
                format!("someone else is {seen} likely to spend from the account; {usual} is usual")
            }
            ReasonCode::RoundAmount => {
                format!("{} is a multiple of {}", amount(self.observed, currency), amount(self.threshold, currency))
            }
            // Two rules have this name; the one that knows no account saw the amount itself.
            _ if u64::try_from(self.observed) == Ok(money.minor().unsigned_abs()) => {
                let from = amount(self.threshold, currency);
                format!("{}; from {from} on it is no ordinary account's", amount(self.observed, currency))
            }
            _ => {
                let (seen, thieves) = (tenths(self.observed, 1_000), tenths(self.threshold, 1_000));
                format!("{seen} times the account's mean; thieves usually take {thieves} times")
            }
        }
    }

    fn other(&self) -> String {
        let (seen, compared, within) = (self.observed, self.threshold, span(self.window_ms));
        let times = (span(seen.unsigned_abs()), span(compared.unsigned_abs()));
        let shares = (percent(seen, 10), percent(compared, 10));
        match self.code {
            ReasonCode::NewDevice => new("device", &shares),
            ReasonCode::NewPayee => new("payee", &shares),
            ReasonCode::NewCountry => new("country", &shares),
            ReasonCode::NewDeviceNewPayee => new("device or payee", &shares),
            ReasonCode::NewDeviceNewCountry => new("device or country", &shares),
            ReasonCode::ImpossibleTravel => {
                format!("{seen} km/h from the last place, {within} ago; up to {compared} km/h can be travelled")
            }
            ReasonCode::Structuring => {
                format!("{seen} payments just below the threshold in {within}; it speaks from {compared} on")
            }
            ReasonCode::DormantWake => format!("silent for {}; it speaks from {} on", times.0, times.1),
            ReasonCode::RapidInOut => {
                format!("{} of what came in left within {within}; it speaks from {} on", shares.0, shares.1)
            }
            ReasonCode::CardTesting => format!("{seen} small payments in {within}; it speaks from {compared} on"),
            ReasonCode::UnusualHour => format!("at {seen}:00 to {seen}:59, when the account never pays"),
            ReasonCode::RecentSecurityChange => {
                format!("{} after a change of password, phone or device; it speaks for {}", times.0, times.1)
            }
            code => fact(code).to_owned(),
        }
    }

    fn custom(&self, currency: Currency, policy: Option<&CheckedPolicy>) -> String {
        match policy.and_then(|policy| own_rule(policy, self.rule)) {
            Some(rule) => conditions(rule, self.observed, currency),
            None => {
                let (number, seen, value) = (self.rule, self.observed, self.threshold);
                format!(
                    "rule {number} of the policy; its first condition saw {seen} and compares with {value}, in its own unit"
                )
            }
        }
    }
}

/// The conditions of a custom rule; of the first is known what it saw.
fn conditions(rule: &CustomRule, seen: i64, currency: Currency) -> String {
    let mut told: Vec<String> = rule.when.iter().map(|condition| condition.in_words(currency)).collect();
    if let (Some(first), Some(condition)) = (told.first_mut(), rule.when.first()) {
        first.push_str(&format!(" (saw {})", value(condition.feature.unit(), seen, currency)));
    }
    told.extend(rule.expr.iter().cloned());
    told.join(" and ")
}

impl Condition {
    fn in_words(&self, currency: Currency) -> String {
        let op = match self.op {
            Comparison::Above => ">",
            Comparison::AtLeast => ">=",
            Comparison::Below => "<",
            Comparison::AtMost => "<=",
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
        };
        let within = if self.window_ms > 0 { format!(" in {}", span(self.window_ms)) } else { String::new() };
        format!("{}{within} {op} {}", self.feature.name(), value(self.feature.unit(), self.value, currency))
    }
}

/// A value of the vocabulary in its unit.
fn value(unit: Unit, value: i64, currency: Currency) -> String {
    match unit {
        Unit::Money => amount(value, currency),
        Unit::Permille => percent(value, 10),
        Unit::Ppm => percent(value, 10_000),
        Unit::Milliseconds => span(value.unsigned_abs()),
        Unit::Flag => if value == 0 { "no" } else { "yes" }.to_owned(),
        Unit::Kind => {
            let kind = PaymentKind::ALL.into_iter().find(|kind| i64::from(*kind as u8) == value);
            kind.map_or_else(|| value.to_string(), |kind| kind.name().to_owned())
        }
        Unit::Country => country(value),
        Unit::Kilometres => format!("{value} km"),
        Unit::KilometresPerHour => format!("{value} km/h"),
        Unit::Millibans => format!("{} dB", tenths(value, 100)),
        Unit::Count | Unit::Clock => value.to_string(),
    }
}

fn country(value: i64) -> String {
    let letters = u16::try_from(value).unwrap_or(0).to_be_bytes();
    let country = std::str::from_utf8(&letters).ok().and_then(Country::parse);
    let known = country.filter(|country| country_number(Some(*country)) == value);
    known.map_or_else(|| "unknown".to_owned(), |_| String::from_utf8_lossy(&letters).into_owned())
}

/// Findings without a measure.
fn fact(code: ReasonCode) -> &'static str {
    match code {
        ReasonCode::DenyList => "payee, device or country is on a deny list",
        ReasonCode::AllowList => "a trusted payee: takes away the points of the soft findings",
        ReasonCode::MalwareSignal => "malware was seen in the session",
        ReasonCode::DeviceRooted => "the device is rooted or jail-broken",
        ReasonCode::CompromisedCredential => "the credential is known as compromised",
        ReasonCode::HighRiskPayeeLocation => "the payee sits in a high-risk place",
        ReasonCode::LateEvent => "came after later payments of the account",
        ReasonCode::ClockSkew => "lies ahead of the clock",
        ReasonCode::DuplicateConflict => "its id came before with another content",
        ReasonCode::CurrencyMismatch => "not the currency of the account's earlier payments",
        ReasonCode::SumSaturated => "sums are at their ceiling",
        ReasonCode::Frozen => "the account is frozen",
        _ => "no measure",
    }
}

fn new(what: &str, (seen, silent): &(String, String)) -> String {
    format!("a new {what}; {seen} of the account's payments bring one, from {silent} on it is silent")
}

fn own_rule(policy: &CheckedPolicy, number: u8) -> Option<&CustomRule> {
    policy.policy().rules.get(usize::from(number).checked_sub(1)?)
}

fn class(policy: &CheckedPolicy, number: u8) -> Option<&ClassLimit> {
    policy.policy().limits.class.get(usize::from(number).checked_sub(1)?)
}

const fn is_limit(code: ReasonCode) -> bool {
    matches!(code, ReasonCode::LimitTransaction | ReasonCode::LimitDay | ReasonCode::LimitWeek | ReasonCode::LimitMonth)
}

fn amount(minor: i64, currency: Currency) -> String {
    // A sum may lie above what one payment can be.
    Money::from_minor(minor, currency)
        .map_or_else(|_| format!("{minor} minor units of {currency}"), |it| it.to_string())
}

/// Of so many parts to the per cent.
fn percent(value: i64, parts: i64) -> String {
    let hundredths = i128::from(value) * 100 / i128::from(parts);
    if hundredths != 0 && hundredths.abs() < 10 {
        return format!("0.{:02} %", hundredths.abs());
    }
    format!("{} %", tenths(value, parts))
}

/// With one decimal; a unit is so many parts.
fn tenths(value: i64, parts: i64) -> String {
    let tenths = i128::from(value) * 10 / i128::from(parts);
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}

/// A length of time in its largest whole unit, or with one decimal in the largest it reaches.
pub(crate) fn span(ms: u64) -> String {
    let units = [(DAY_MS, "day"), (HOUR_MS, "hour"), (MINUTE_MS, "minute"), (SECOND_MS, "second")];
    if let Some((unit, name)) = units.into_iter().find(|(unit, _)| ms >= *unit && ms.is_multiple_of(*unit)) {
        let plural = if ms == unit { "" } else { "s" };
        // Ninety seconds are told as such, 97,211 seconds are not.
        if ms / unit < 1_000 {
            return format!("{} {name}{plural}", ms / unit);
        }
    }
    match units.into_iter().find(|(unit, _)| ms >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}s", ms / unit, ms % unit * 10 / unit),
        None => format!("{ms} ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::{CustomRule, Feature, Limits, ReasonGroup, RiskPolicy, RuleId};

    fn found(code: ReasonCode, observed: i64, threshold: i64, window_ms: u64) -> Reason {
        Reason { code, observed, threshold, window_ms, ..Reason::default() }
    }

    fn words(code: ReasonCode, observed: i64, threshold: i64, window_ms: u64) -> String {
        let money = Money::parse("500.00", Currency::EUR).unwrap();
        found(code, observed, threshold, window_ms).in_words(money, None)
    }

    #[test]
    fn each_finding_is_told_with_its_unit_and_what_it_was_compared_with() {
        let rows = [
            (
                words(ReasonCode::AmountOutlier, 3_210, 5_000, 0),
                "3.2 times the account's mean; thieves usually take 5.0 times",
            ),
            (
                words(ReasonCode::AmountOutlier, 50_000, 22_189, 0),
                "500.00 EUR; from 221.89 EUR on it is no ordinary account's",
            ),
            (
                words(ReasonCode::AmountRegime, 912_345, 4_200, 0),
                "someone else is 91.2 % likely to spend from the account; 0.4 % is usual",
            ),
            (
                words(ReasonCode::PayeeRisk, 730, 11_111, 0),
                "the payee is 0.07 % likely to be used by thieves; 1.1 % is usual",
            ),
            (
                words(ReasonCode::VelocitySum, 120_000, 100_000, DAY_MS),
                "1200.00 EUR in 1 day; it speaks above 1000.00 EUR",
            ),
            (words(ReasonCode::VelocityPayees, 8, 7, HOUR_MS), "8 payees in 1 hour; it speaks above 7"),
            (
                words(ReasonCode::LimitWeek, 120_000, 100_000, 7 * DAY_MS),
                "1200.00 EUR in seven days with this payment; the limit is 1000.00 EUR",
            ),
            (
                words(ReasonCode::ImpossibleTravel, 2_400, 1_000, 90 * MINUTE_MS),
                "2400 km/h from the last place, 90 minutes ago; up to 1000 km/h can be travelled",
            ),
            (
                words(ReasonCode::DormantWake, 8_640_000_001, 7_776_000_000, 0),
                "silent for 100.0 days; it speaks from 90 days on",
            ),
            (
                words(ReasonCode::RapidInOut, 950, 800, HOUR_MS),
                "95.0 % of what came in left within 1 hour; it speaks from 80.0 % on",
            ),
        ];
        for (told, expected) in rows {
            assert_eq!(told, expected);
        }
        for code in ReasonCode::ALL {
            let told = words(*code, 2, 1, HOUR_MS);
            assert!(!told.is_empty() && !told.contains("usual up to"), "{code}: {told}");
        }
        let most = Reason { exact: false, ..found(ReasonCode::VelocityCount, 13, 12, HOUR_MS) };
        assert_eq!(
            most.in_words(Money::parse("1.00", Currency::EUR).unwrap(), None),
            "at most 13 payments in 1 hour; it speaks above 12"
        );
    }

    #[test]
    fn a_rule_of_ones_own_and_a_class_are_told_by_name_and_in_full() {
        let when = |feature, window_ms, op, value| Condition { feature, window_ms, op, value };
        let night = vec![
            when(Feature::SumOut, HOUR_MS, Comparison::AtLeast, 30_000),
            when(Feature::Kind, 0, Comparison::Equal, PaymentKind::CashOut as i64),
            when(Feature::Country, 0, Comparison::NotEqual, country_number(Country::parse("DE"))),
            when(Feature::Score, 0, Comparison::Above, 1_050),
            when(Feature::IsNewPayee, 0, Comparison::Equal, 1),
        ];
        let rule = CustomRule {
            points_db: 1,
            ..CustomRule::new(RuleId::parse("night").unwrap(), ReasonGroup::Pattern, night)
        };
        let class = ClassLimit {
            payee: Some(PayeeClass::New),
            kind: Some(PaymentKind::CashOut),
            day_minor: Some(5),
            ..ClassLimit::default()
        };
        let limits = Limits { class: vec![class], ..Limits::default() };
        let policy = RiskPolicy { rules: vec![rule], limits, ..RiskPolicy::wallet() };
        let policy = CheckedPolicy::new(policy).unwrap();
        let money = Money::parse("500.00", Currency::EUR).unwrap();

        let own = Reason { rule: 1, ..found(ReasonCode::CustomRule, 45_000, 30_000, HOUR_MS) };
        assert_eq!(policy.name_of(&own), "CUSTOM_RULE:night");
        assert_eq!(
            own.in_words(money, Some(&policy)),
            "sum_out in 1 hour >= 300.00 EUR (saw 450.00 EUR) and kind == cash_out and country != DE and score > 10.5 dB and is_new_payee == yes"
        );
        assert!(own.in_words(money, None).starts_with("rule 1 of the policy"));

        let limit = Reason { rule: 1, ..found(ReasonCode::LimitDay, 9, 5, DAY_MS) };
        assert_eq!(policy.name_of(&limit), "LIMIT_DAY:new+cash_out");
        assert_eq!(policy.name_of(&Reason { rule: 0, ..limit }), "LIMIT_DAY");
        assert_eq!(
            limit.in_words(money, Some(&policy)),
            "0.09 EUR on this day with this payment; the limit for payments of the class new+cash_out is 0.05 EUR"
        );
        assert!(limit.in_words(money, None).contains("the limit of class 1 of the policy is 0.05 EUR"));
    }

    #[test]
    fn a_length_of_time_is_short_to_read() {
        let told = [7 * DAY_MS, HOUR_MS, 90_000, 7, 97_211_000, 8_640_000_001].map(span);
        assert_eq!(told, ["7 days", "1 hour", "90 seconds", "7 ms", "1.1 days", "100.0 days"]);
    }
}
