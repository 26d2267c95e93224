//! A scenario as deeds in the order in which they reach the decision.

use account_security::risk::{AssessContext, CheckedPolicy, Label, RuleId, Signals, SnoozedRule};
use account_security::types::time::{DAY_MS, MINUTE_MS, parse_span_ms};
use account_security::types::{Country, Currency, Direction, Money, Payment, Position, ReasonCode, Timestamp, Zone};

use super::expect::Expect;
use super::file::{History, LabelLine, Ordered, Scenario, Signal, Snooze};
use super::policy::policy_of;

/// A file, ready to be played.
#[derive(Debug)]
pub struct Plan {
    pub file: String,
    pub policy: CheckedPolicy,
    /// The payments, in the order of the file.
    pub steps: Vec<Step>,
    /// What happens, in the order of the decision's clock.
    pub deeds: Vec<Deed>,
}

/// A payment with what is known beside it.
#[derive(Clone, Debug)]
pub struct Step {
    /// What a failure calls it.
    pub name: String,
    pub payment: Payment,
    pub context: AssessContext,
    pub expect: Expect,
    /// It comes from a block of history.
    pub is_history: bool,
    /// Held or not, it was let pass.
    pub is_reviewed: bool,
}

/// What happens. Numbers are places in [`Plan::steps`].
#[derive(Clone, Debug)]
pub enum Deed {
    Label(usize, Label),
    Snooze(SnoozedRule, Timestamp, Timestamp),
    Pay(usize),
}

/// What the whole file shares, and what was read of it so far.
struct Reader {
    zone: Zone,
    currency: Currency,
    changed_at: Option<Timestamp>,
    steps: Vec<Step>,
    /// When, and labels before snoozes before payments of the same moment.
    deeds: Vec<((Timestamp, u8), Deed)>,
}

impl Plan {
    pub fn of(file: &str, scenario: &Scenario) -> Result<Self, String> {
        let policy = policy_of(scenario.preset.as_deref(), &scenario.policy)?;
        let zone: Zone = scenario.zone.parse().map_err(|error| format!("{}: {error}", scenario.zone))?;
        let currency = currency(&scenario.currency)?;
        let changed_at = scenario.security_changed_at.as_deref().map(|text| time(&zone, text)).transpose()?;
        let mut reader = Reader { zone, currency, changed_at, steps: Vec::new(), deeds: Vec::new() };
        scenario.history.iter().try_for_each(|block| reader.history(block))?;
        scenario.snooze.iter().try_for_each(|line| reader.snooze(line))?;
        scenario.payment.iter().try_for_each(|line| reader.ordered(line))?;
        let Reader { steps, mut deeds, .. } = reader;
        if let Some(name) = steps.iter().find_map(|step| step.expect.unknown_name(&policy)) {
            return Err(format!("`{name}` is neither a reason nor a rule of the policy"));
        }
        deeds.sort_by_key(|(order, _)| *order);
        Ok(Self { file: file.to_owned(), policy, steps, deeds: deeds.into_iter().map(|(_, deed)| deed).collect() })
    }
}

impl Reader {
    fn history(&mut self, block: &History) -> Result<(), String> {
        let (first, every_ms) = (self.time(&block.from)?, span_ms(&block.every)?);
        if block.count == 0 || block.amounts.is_empty() {
            return Err(format!("the history from {} pays nothing", block.from));
        }
        for turn in 0..block.count {
            let place = usize::try_from(turn).unwrap();
            let at = self.keeping_the_clock(first, first.plus_ms(u64::from(turn) * every_ms), every_ms);
            let id = format!("history-{}", self.steps.len() + 1);
            let amount = &block.amounts[place % block.amounts.len()];
            let payee = block.payees.get(place % block.payees.len().max(1)).map(String::as_str);
            let payment = Payment::new(&id, money(amount, self.currency)?, at, block.direction);
            let payment = payment.map_err(|error| error.to_string())?.of_kind(block.kind);
            let payment = named(payment, payee, block.device.as_deref(), block.country.as_deref())?;
            let expect = block.outcome.as_expect();
            self.pay(&id, payment, at, Signals::default(), expect, block.label.as_ref())?;
            let step = self.steps.last_mut().unwrap();
            (step.is_history, step.is_reviewed) = (true, block.reviewed);
        }
        Ok(())
    }

    fn ordered(&mut self, line: &Ordered) -> Result<(), String> {
        let at = self.time(&line.at)?;
        let now = line.seen_at.as_deref().map_or(Ok(at), |text| self.time(text))?;
        let id = line.id.clone().unwrap_or_else(|| format!("payment-{}", self.steps.len() + 1));
        let currency = line.currency.as_deref().map_or(Ok(self.currency), currency)?;
        let payment = Payment::new(&id, money(&line.amount, currency)?, at, line.direction);
        let payment = payment.map_err(|error| error.to_string())?.of_kind(line.kind);
        let payment = named(payment, line.to.as_deref(), line.device.as_deref(), line.country.as_deref())?;
        let payment = match line.place {
            Some(place) => payment.at_position(position(place)?),
            None => payment,
        };
        self.pay(&id, payment, now, signals(&line.signals), line.expect.clone(), line.label.as_ref())
    }

    fn pay(
        &mut self,
        id: &str,
        payment: Payment,
        now: Timestamp,
        signals: Signals,
        expect: Expect,
        label: Option<&LabelLine>,
    ) -> Result<(), String> {
        let place = self.steps.len();
        let context = AssessContext {
            last_security_change: self.changed_at.filter(|changed| *changed <= now),
            signals,
            ..AssessContext::at(now, self.zone.offset_min(payment.at))
        };
        let name = format!("{id} of {} ordered at {}", payment.money, payment.at);
        self.steps.push(Step { name, payment, context, expect, is_history: false, is_reviewed: false });
        self.deeds.push(((now, 2), Deed::Pay(place)));
        if let Some(line) = label {
            let label = if line.fraud { Label::Fraud } else { Label::Genuine };
            let known_at = now.plus_ms(span_ms(&line.after)?.max(1));
            self.deeds.push(((known_at, 0), Deed::Label(place, label)));
        }
        Ok(())
    }

    fn snooze(&mut self, line: &Snooze) -> Result<(), String> {
        let code = ReasonCode::ALL.iter().copied().find(|code| code.name() == line.rule);
        let rule = match code {
            Some(code) => SnoozedRule::BuiltIn(code),
            None => SnoozedRule::Own(RuleId::parse(&line.rule).ok_or_else(|| format!("`{}` is no rule", line.rule))?),
        };
        let (from, until) = (self.time(&line.from)?, self.time(&line.until)?);
        self.deeds.push(((from, 1), Deed::Snooze(rule, from, until)));
        Ok(())
    }

    fn time(&self, text: &str) -> Result<Timestamp, String> {
        time(&self.zone, text)
    }

    /// Moves a step of whole days by what the clocks were changed meanwhile.
    fn keeping_the_clock(&self, first: Timestamp, at: Timestamp, every_ms: u64) -> Timestamp {
        let shift_min = self.zone.offset_min(at) - self.zone.offset_min(first);
        let shift_ms = u64::from(shift_min.unsigned_abs()) * MINUTE_MS;
        match shift_min {
            _ if !every_ms.is_multiple_of(DAY_MS) => at,
            shift if shift > 0 => at.minus_ms(shift_ms),
            _ => at.plus_ms(shift_ms),
        }
    }
}

fn time(zone: &Zone, text: &str) -> Result<Timestamp, String> {
    zone.read_time(text).map_err(|error| format!("{text}: {error}"))
}

fn currency(code: &str) -> Result<Currency, String> {
    Currency::parse(code).map_err(|error| format!("{code}: {error}"))
}

fn money(text: &str, currency: Currency) -> Result<Money, String> {
    Money::parse(text, currency).map_err(|error| format!("{text}: {error}"))
}

fn named(
    mut payment: Payment,
    payee: Option<&str>,
    device: Option<&str>,
    country: Option<&str>,
) -> Result<Payment, String> {
    payment = payee.map_or(payment, |payee| payment.to(payee));
    payment = device.map_or(payment, |device| payment.from_device(device));
    let Some(code) = country else { return Ok(payment) };
    Country::parse(code).map(|country| payment.in_country(country)).ok_or_else(|| format!("{code}: no country"))
}

/// Degrees as millionths, by way of text: no rounding that is not written down.
fn position((lat, lon, accuracy_m): (f64, f64, u32)) -> Result<Position, String> {
    let millionths = |degrees: f64| format!("{degrees:.6}").replace('.', "").parse::<i32>().ok();
    let place = millionths(lat).zip(millionths(lon)).and_then(|(lat, lon)| Position::new(lat, lon, accuracy_m));
    place.ok_or_else(|| format!("{lat}, {lon}: not on earth"))
}

/// What a line does not name was not asked.
fn signals(seen: &[Signal]) -> Signals {
    let has = |signal| seen.contains(&signal);
    let shown = |signal| has(signal).then_some(true);
    Signals {
        malware: shown(Signal::Malware),
        rooted: shown(Signal::Rooted),
        compromised_credential: shown(Signal::CompromisedCredential),
        high_risk_payee_location: shown(Signal::HighRiskPayeeLocation),
        deny_listed: has(Signal::DenyListed),
        allow_listed: has(Signal::AllowListed),
    }
}

/// `90s`, `30m`, `12h`, `7d`; never none.
fn span_ms(text: &str) -> Result<u64, String> {
    let span = parse_span_ms(text).filter(|span_ms| *span_ms > 0);
    span.ok_or_else(|| format!("`{text}` is no span; write 90s, 30m, 12h or 7d"))
}

impl Step {
    pub fn is_ordinary_spend(&self) -> bool {
        self.is_history && self.payment.direction == Direction::Out
    }
}
