//! Stories of floods: who is stopped, who is not, and when it ends.

use super::*;
use crate::types::Timestamp;
use crate::types::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::verification::{CallingPrefix, Channel, Destination};

fn at(ms: u64) -> Timestamp {
    Timestamp::from_unix_s(1_800_000_000).unwrap().plus_ms(ms)
}

fn to(text: &str) -> Destination {
    Destination::parse(if text.contains('@') { Channel::Email } else { Channel::Sms }, text).unwrap()
}

fn prefix(number: u16) -> Option<CallingPrefix> {
    Some(CallingPrefix::try_from(number).unwrap())
}

/// One scope with a clock.
struct Scope {
    budget: SendBudget,
    rules: ScopeRules,
    now: Timestamp,
}

impl Scope {
    fn new(pick: impl Fn(&SendScope) -> bool) -> Self {
        let policy = SendPolicy::default();
        let planned = scopes(&to("+8613812345678"), "192.0.2.7".parse().ok(), 0, &policy).unwrap();
        let rules = policy.rules_for(planned.iter().find(|scope| pick(scope)).unwrap());
        Self { budget: SendBudget::default(), rules, now: at(0) }
    }

    fn billed() -> Self {
        Self::new(|scope| scope.kind() == ScopeKind::Prefix)
    }

    fn send_to(&mut self, number: u16) -> Charged {
        let charged = charge(&self.budget, &self.rules, prefix(number), self.now);
        let bytes = postcard::to_allocvec(&charged.budget).unwrap();
        self.budget = postcard::from_bytes(&bytes).expect("a charge made a state its own checks refuse");
        assert_eq!(self.budget, charged.budget);
        charged
    }

    fn send(&mut self) -> Result<(), BudgetRefused> {
        self.send_to(86).verdict
    }

    fn type_back(&mut self) {
        self.budget = settle(&self.budget, self.now);
    }

    fn wait(&mut self, ms: u64) {
        self.now = self.now.plus_ms(ms);
    }
}

#[test]
fn a_message_is_charged_most_specific_scope_first() {
    let policy = SendPolicy::default();
    let kinds = |text, from: Option<&str>| -> Vec<ScopeKind> {
        let from = from.and_then(|from| from.parse().ok());
        scopes(&to(text), from, 0, &policy).unwrap().iter().map(SendScope::kind).collect()
    };
    let all = [ScopeKind::Destination, ScopeKind::Network, ScopeKind::Prefix, ScopeKind::All];
    assert_eq!(kinds("+8613812345678", Some("2001:db8::1")), all);
    assert_eq!(kinds("+8613812345678", None), [all[0], all[2], all[3]]);
    assert_eq!(kinds("alice@example.com", Some("192.0.2.7")), [all[0], all[1], all[3]]);
    let closed = scopes(&to("+97912345678"), None, 0, &policy);
    assert_eq!(closed, Err(BudgetRefused::DestinationNotAllowed), "before anything is charged");
    let settled = |text| SendScope::settled(&to(text), 0, &policy).iter().map(SendScope::kind).collect::<Vec<_>>();
    assert_eq!(settled("+8613812345678"), [all[2], all[3]]);
    assert_eq!(settled("alice@example.com"), [], "what is not billed has no brake to feed");
}

#[test]
fn every_scope_has_bytes_of_its_own() {
    let policy = SendPolicy { shards: 16, ..SendPolicy::default() };
    let mut seen = Vec::new();
    for text in ["+8613812345678", "+8613812345679", "+12025550123", "alice@example.com"] {
        for from in ["192.0.2.7", "192.0.3.7", "2001:db8::1"] {
            for spread in [0, 1, 15] {
                for claim in [Claim::Known, Claim::Anybody, Claim::Owner, Claim::SignIn] {
                    seen.extend(scopes_of(claim, &to(text), from.parse().ok(), spread, &policy).unwrap());
                }
            }
        }
    }
    let mut bytes: Vec<_> = seen.iter().map(SendScope::to_bytes).collect();
    bytes.sort_unstable();
    bytes.dedup();
    // Destinations and what anybody has sent there, networks, two prefixes in three cells, phones and mails in three cells;
    // then prefixes and phones once more for owners. A code to sign in is counted with its destination's other messages.
    assert_eq!(bytes.len(), 2 * 4 + 3 + 2 * 3 + 2 * 3 + 2 * 3 + 3);
}

#[test]
fn what_goes_to_a_confirmed_contact_is_billed_apart_and_judged_by_no_brake() {
    let policy = SendPolicy::default();
    let planned = |claim| scopes_of(claim, &to("+8613812345678"), None, 0, &policy).unwrap();
    let kinds = |claim| planned(claim).iter().map(SendScope::kind).collect::<Vec<_>>();
    for claim in [Claim::Owner, Claim::SignIn] {
        assert_eq!(kinds(claim), kinds(Claim::Known));
        assert!(planned(claim).iter().all(|scope| policy.rules_for(scope).brake.is_none()));
        assert!(planned(claim)[1..].iter().all(|scope| !planned(Claim::Known).contains(scope)));
    }
    let limits = |claim| policy.rules_for(&planned(claim)[0]).limits;
    assert_eq!(limits(Claim::Owner), Limits { per_hour: 5, per_day: 10 });
    assert_eq!(limits(Claim::SignIn), Limits { per_hour: 8, per_day: 15 });
    assert_eq!(policy.sign_in_rules().limits, Limits { per_hour: 15, per_day: 15 });
}

#[test]
fn one_mailbox_is_one_destination_however_its_name_is_written() {
    let scope = |text| SendScope::destination(&to(text));
    assert_eq!(scope("Alice+1@Example.com"), scope("alice+2@example.com"));
    assert_ne!(scope("alice@example.com"), scope("alice@example.org"));
    assert_eq!(format!("{:?}", scope("alice@example.com")), "Destination(redacted)");
}

#[test]
fn five_an_hour_and_ten_a_day_to_one_number() {
    let mut number = Scope::new(|scope| scope.kind() == ScopeKind::Destination);
    for _ in 0..5 {
        assert_eq!(number.send(), Ok(()));
    }
    let Err(BudgetRefused::LimitReached { retry_at }) = number.send() else { panic!("the sixth in an hour") };
    assert!((HOUR_MS..=HOUR_MS + MINUTE_MS).contains(&retry_at.ms_since(number.now)));
    number.now = retry_at.minus_ms(1);
    assert!(number.send().is_err());
    number.now = retry_at;
    for _ in 0..5 {
        assert_eq!(number.send(), Ok(()));
    }
    number.wait(2 * HOUR_MS);
    let Err(BudgetRefused::LimitReached { retry_at }) = number.send() else { panic!("the eleventh in a day") };
    assert!((DAY_MS..=DAY_MS + HOUR_MS).contains(&retry_at.ms_since(at(0))));
    number.now = retry_at;
    assert_eq!(number.send(), Ok(()));
}

#[test]
fn a_network_writes_to_five_countries_a_day_and_again_to_those_it_knows() {
    let mut network = Scope::new(|scope| scope.kind() == ScopeKind::Network);
    for number in [86, 852, 1, 44, 33] {
        assert_eq!(network.send_to(number).verdict, Ok(()));
    }
    let refused = network.send_to(49).verdict;
    assert_eq!(refused, Err(BudgetRefused::TooManyPrefixes { retry_at: at(DAY_MS) }));
    assert_eq!(network.send_to(86).verdict, Ok(()));
    network.now = at(DAY_MS);
    assert_eq!(network.send_to(49).verdict, Ok(()), "the other four are forgotten now, half-open");
}

#[test]
fn codes_nobody_types_back_brake_their_prefix_once_and_alert_once() {
    let mut pumped = Scope::billed();
    // Fifty prove nothing and the youngest fifty are not judged yet: 101 go out, whatever the speed.
    let out = (0..1_000).filter(|_| pumped.send().is_ok()).count();
    assert_eq!(out, 101);
    assert_eq!(pumped.budget.braked_since(), Some(at(0)));
    let quiet = pumped.send_to(86);
    assert!(matches!(quiet.verdict, Err(BudgetRefused::Braked { .. })) && quiet.news.is_none());
    assert_eq!(quiet.budget, pumped.budget, "refusing over and over stores nothing");
}

#[test]
fn the_alert_tells_the_numbers() {
    let mut pumped = Scope::billed();
    for sent in 0..60 {
        if sent % 10 == 0 {
            pumped.wait(MINUTE_MS);
        }
        let _ = pumped.send();
        if sent < 10 {
            pumped.type_back();
        }
    }
    pumped.wait(2 * MINUTE_MS);
    assert_eq!(pumped.send_to(86).news, Some(BudgetNews::BrakeOn { sent: 60, verified: 10 }));
}

#[test]
fn the_brake_releases_by_itself_when_the_messages_age_out() {
    let mut pumped = Scope::billed();
    while pumped.send().is_ok() {
        pumped.wait(SECOND_MS);
    }
    let Err(BudgetRefused::Braked { retry_at }) = pumped.send() else { panic!("braked") };
    assert!(retry_at.ms_since(at(0)) <= HOUR_MS + 3 * MINUTE_MS);
    pumped.now = retry_at.minus_ms(1);
    assert!(pumped.send().is_err());
    pumped.now = retry_at;
    let released = pumped.send_to(86);
    assert_eq!((released.verdict, released.news), (Ok(()), Some(BudgetNews::BrakeOff)));
    let again = (0..1_000).filter(|_| pumped.send().is_ok()).count();
    assert!(again <= 101, "{again} more");
}

#[test]
fn late_codes_release_the_brake_at_once() {
    let mut slow = Scope::billed();
    while slow.send().is_ok() {}
    for _ in 0..35 {
        slow.type_back();
    }
    assert_eq!(slow.send(), Ok(()));
}

#[test]
fn honest_traffic_never_brakes_even_from_a_cold_start() {
    let mut home = Scope::billed();
    // Two messages a second for two hours, one in two typed back twenty seconds later.
    for second in 0..7_200_u64 {
        home.now = at(second * SECOND_MS);
        assert_eq!(home.send(), Ok(()), "at second {second}");
        if home.rules.limits.per_hour < home.budget.sent_in_hour(home.now) + 2 {
            home.rules.limits = Limits { per_hour: 100_000, per_day: 1_000_000 };
        }
        let _ = home.send();
        if second >= 20 {
            home.type_back();
        }
    }
    assert_eq!(home.budget.braked_since(), None);
}

#[test]
fn more_codes_than_messages_are_not_believed() {
    let mut home = Scope::billed();
    let _ = home.send();
    for _ in 0..5 {
        home.type_back();
    }
    assert_eq!((home.budget.sent_in_hour(home.now), home.budget.verified_in_hour(home.now)), (1, 1));
}

#[test]
fn a_refusal_is_written_down_once_an_hour() {
    let mut number = Scope::new(|scope| scope.kind() == ScopeKind::Destination);
    while number.send().is_ok() {}
    assert_eq!(number.budget.refusal_told_at, Some(at(0)));
    assert_eq!(number.send_to(86).news, None);
    number.wait(HOUR_MS);
    while number.send().is_ok() {}
    assert_eq!(number.budget.refusal_told_at, Some(at(HOUR_MS)));
}

proptest::proptest! {
    #[test]
    fn no_order_of_sends_and_waits_gets_more_through_than_the_limits(steps in proptest::collection::vec((0_u64..40 * MINUTE_MS, 1_u16..9), 1..300)) {
        let mut number = Scope::new(|scope| scope.kind() == ScopeKind::Destination);
        let mut sent: Vec<Timestamp> = Vec::new();
        for (wait, _) in steps {
            number.wait(wait);
            let verdict = number.send();
            let within = |ms| sent.iter().filter(|at| number.now.ms_since(**at) < ms).count();
            match verdict {
                Ok(()) => proptest::prop_assert!(within(HOUR_MS) < 5 && within(DAY_MS) < 10),
                Err(refused) => {
                    proptest::prop_assert!(within(HOUR_MS + MINUTE_MS) >= 5 || within(DAY_MS + HOUR_MS) >= 10);
                    let retry_at = refused.retry_at().unwrap();
                    proptest::prop_assert!(retry_at > number.now);
                    proptest::prop_assert_eq!(charge(&number.budget, &number.rules, None, retry_at).verdict, Ok(()));
                }
            }
            if verdict.is_ok() {
                sent.push(number.now);
            }
        }
    }
}
