//! Sending codes within budgets that all accounts share.

use account_security::account::Verdict;
use account_security::command::{Alert, CodeAnswer, Effect, IssueCode, VerifyCode};
use account_security::service::Service;
use account_security::types::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use account_security::types::{Locale, Timestamp, TypedCode};
use account_security::verification::budget::{BudgetRefused, DialPlan, Limits, ScopeKind, SendPolicy};
use account_security::verification::{Binding, Channel, Destination, Purpose, SendRefused, Sender, VerifyOutcome};

use crate::on_every_store;
use crate::support::acts::{receive, typed};
use crate::support::stores::Shared;
use crate::support::{account, at, ring, service, settings};

fn sign_in(to: &str) -> IssueCode {
    let channel = if to.contains('@') { Channel::Email } else { Channel::Sms };
    let to = Destination::parse(channel, to).unwrap();
    let sender = Sender::new("Example Pay").unwrap();
    IssueCode { purpose: Purpose::SignIn, to, binding: Binding::None, sender, locale: Locale::En }
}

/// Account `n` asks for a code to its own number from a network of its own.
fn send(service: &Service<Shared>, n: u64, now: Timestamp) -> Result<(), SendRefused> {
    let from = format!("10.{}.{}.1", n / 250, n % 250).parse().ok();
    let code = sign_in(&format!("+86138{n:08}"));
    service.send_code(&account(&format!("c-{n}")), from, &code, now).unwrap().map(|_| ())
}

fn with(store: &Shared, policy: SendPolicy) -> Service<Shared> {
    let mut settings = settings();
    settings.sending = policy;
    Service::new(store.clone(), ring(1, &[1]), settings).unwrap()
}

#[test]
fn a_number_gets_five_an_hour_whoever_asks_and_from_wherever() {
    on_every_store(|store| {
        let service = service(store);
        let ask = |n: u64, now| {
            let (who, from) = (account(&format!("thief-{n}")), format!("192.0.{n}.1").parse().ok());
            service.send_code(&who, from, &sign_in("+8613812345678"), now).unwrap()
        };
        for n in 0..5 {
            assert!(ask(n, at(n)).is_ok());
        }
        let Err(SendRefused::OverBudget { scope, why: BudgetRefused::LimitReached { retry_at } }) = ask(5, at(5))
        else {
            panic!("the sixth")
        };
        assert_eq!(scope, ScopeKind::Destination);
        assert_eq!(service.drain(100).unwrap().len(), 5, "and no code was made for it");
        assert!(ask(5, retry_at.minus_ms(1)).is_err());
        assert!(ask(5, retry_at).is_ok());
    });
}

#[test]
fn impatience_costs_no_budget() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let ask = |now| service.send_code(&alice, None, &sign_in("+8613812345678"), now).unwrap();
        assert!(ask(at(0)).is_ok());
        for second in 1..30 {
            assert!(matches!(ask(at(second * 1_000)), Err(SendRefused::TooSoon { .. })));
        }
        assert!(ask(at(MINUTE_MS)).is_ok());
    });
}

#[test]
fn an_account_has_a_budget_of_its_own_however_many_numbers_it_names() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let mut sent = 0;
        for n in 0..40 {
            let code = sign_in(&format!("+86138{n:08}"));
            match service.send_code(&alice, None, &code, at(n * 11 * MINUTE_MS)).unwrap() {
                Ok(_) => sent += 1,
                Err(refused) => {
                    assert!(matches!(refused, SendRefused::OverBudget { scope: ScopeKind::Account, .. }));
                    assert!(service.execute(&alice, &code, at(n * 11 * MINUTE_MS)).unwrap().is_err());
                }
            }
        }
        assert_eq!(sent, 10);
    });
}

#[test]
fn a_network_is_held_to_twenty_an_hour_and_a_premium_number_costs_nothing() {
    on_every_store(|store| {
        let service = service(store);
        let from = "2001:db8::1".parse().ok();
        for n in 0..25_u64 {
            let premium = sign_in(&format!("+9791234{n:04}"));
            let refused = service.send_code(&account("thief"), from, &premium, at(0)).unwrap().unwrap_err();
            let why = BudgetRefused::DestinationNotAllowed;
            assert_eq!(refused, SendRefused::OverBudget { scope: ScopeKind::Destination, why });
        }
        let sent = (0..40_u64).filter(|n| {
            let code = sign_in(&format!("+86138{n:08}"));
            service.send_code(&account(&format!("c-{n}")), from, &code, at(0)).unwrap().is_ok()
        });
        assert_eq!(sent.count(), 20);
    });
}

#[test]
fn pumping_brakes_the_prefix_alerts_once_and_leaves_other_countries_alone() {
    on_every_store(|store| {
        let service = service(store);
        let sent = (0..300).filter(|n| send(&service, *n, at(*n)).is_ok()).count();
        assert_eq!(sent, 101);
        let alerts = |service: &Service<Shared>| {
            let waiting = service.drain(1_000).unwrap();
            waiting.into_iter().filter(|it| matches!(it.effect, Ok(Effect::AlertOperator { .. }))).collect::<Vec<_>>()
        };
        let found = alerts(&service);
        let [alert] = found.as_slice() else { panic!("{found:?}") };
        let Ok(Effect::AlertOperator { alert: Alert::SendBrake { prefix, sent: 101, verified: 0 } }) = alert.effect
        else {
            panic!("{alert:?}")
        };
        assert_eq!(prefix.map(|prefix| prefix.number()), Some(86));
        let mail = service.send_code(&account("bob"), None, &sign_in("bob@example.com"), at(400)).unwrap();
        assert!(mail.is_ok(), "what is not billed is not braked");
        let later = at(HOUR_MS + 3 * MINUTE_MS);
        assert!(send(&service, 1_000, later).is_ok(), "released by itself");
    });
}

#[test]
fn codes_that_come_back_keep_the_road_open() {
    on_every_store(|store| {
        let service = service(store);
        for n in 0..150_u64 {
            let who = account(&format!("c-{n}"));
            let code = sign_in(&format!("+86138{n:08}"));
            let from = format!("10.1.{n}.1").parse().ok();
            let sent = service.send_code(&who, from, &code, at(n)).unwrap().unwrap();
            let digits = receive(&service);
            if n % 3 == 0 {
                continue;
            }
            let (purpose, binding) = (Purpose::SignIn, Binding::None);
            let verify = VerifyCode { challenge: sent.challenge, purpose, binding, code: typed(digits) };
            let _ = service.verify_code(&who, &code.to, &verify, at(n)).unwrap();
        }
        assert!(send(&service, 999, at(5 * MINUTE_MS)).is_ok());
    });
}

#[test]
fn the_count_goes_on_over_midnight_and_old_days_are_purged() {
    on_every_store(|store| {
        let service = service(store);
        let midnight = at(DAY_MS - at(0).ms_since(Timestamp::MIN) % DAY_MS);
        let ask = |n: u64, now| {
            let who = account(&format!("c-{n}"));
            service.send_code(&who, None, &sign_in("+8613812345678"), now).unwrap()
        };
        for n in 0..5 {
            assert!(ask(n, midnight.minus_ms(1)).is_ok());
        }
        assert!(ask(5, midnight).is_err(), "a new day's cell knows yesterday's messages");
        assert!(ask(6, midnight.plus_ms(HOUR_MS + MINUTE_MS)).is_ok());
        let keys = |store: &Shared| store.0.keys(None, 1_000).unwrap();
        let before = keys(store);
        for key in &before {
            assert!(matches!(service.verify_cell(*key).unwrap(), Verdict::Intact { .. }));
        }
        assert_eq!(store.0.purge_expired(midnight.plus_ms(DAY_MS - 1), 1_000).unwrap(), 0);
        let purged = store.0.purge_expired(midnight.plus_ms(DAY_MS), 1_000).unwrap();
        assert_eq!(purged, 3, "yesterday's destination, prefix and total");
        assert_eq!(keys(store).len(), before.len() - 3);
    });
}

#[test]
fn spread_cells_share_a_limit_and_a_closed_plan_sends_nowhere_else() {
    on_every_store(|store| {
        let limit = Limits { per_hour: 32, per_day: 32 };
        let service = with(store, SendPolicy { shards: 16, prefix: limit, ..SendPolicy::default() });
        let sent = (0..400).filter(|n| send(&service, *n, at(0)).is_ok()).count();
        assert_eq!(sent, 32, "every cell gave its share of two");
        let only_home = SendPolicy { dial_plan: DialPlan::only(&["+852"]).unwrap(), ..SendPolicy::default() };
        assert!(matches!(
            send(&with(store, only_home), 7_000, at(0)),
            Err(SendRefused::OverBudget { why: BudgetRefused::DestinationNotAllowed, .. })
        ));
    });
}

#[test]
fn what_is_no_code_uses_up_no_try_and_what_is_no_destination_no_message() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let sent = service.send_code(&alice, None, &sign_in("+8613812345678"), at(0)).unwrap().unwrap();
        let code = receive(&service);
        let before = service.record(&alice).unwrap();
        let megabyte = "1".repeat(1 << 20);
        for bad in [megabyte.as_str(), "", "12345", "1234567", "123 45o", "+12345", "12345\0", "①②③④⑤⑥", "১২৩৪৫৬"]
        {
            assert!(TypedCode::parse(bad, 6).is_err(), "there is no command to run");
        }
        let long_name = format!("{}@example.com", "a".repeat(1 << 20));
        for bad in
            [format!("+86{megabyte}").as_str(), "+86138\x0012345678", "+86138１2345678", &long_name, "a\0b@c.com"]
        {
            assert!(Destination::parse(Channel::Sms, bad).is_err() && Destination::parse(Channel::Email, bad).is_err());
            assert!(Destination::parse_email(bad).is_err());
        }
        assert_eq!(service.record(&alice).unwrap(), before);
        // Digits of several scripts in one code are digits all the same.
        let zeros = ['0', '\u{FF10}', '\u{0660}', '\u{06F0}', '\u{0966}', '0'];
        let mixed: String = format!("{code:06}")
            .chars()
            .zip(zeros)
            .map(|(digit, zero)| char::from_u32(u32::from(zero) + digit.to_digit(10).unwrap()).unwrap())
            .collect();
        let (purpose, binding) = (Purpose::SignIn, Binding::None);
        let code = TypedCode::parse(&mixed, 6).unwrap();
        let verify = VerifyCode { challenge: sent.challenge, purpose, binding, code };
        let answer = service.verify_code(&alice, &sign_in("+8613812345678").to, &verify, at(1)).unwrap();
        assert_eq!(answer, CodeAnswer::Tried(VerifyOutcome::Accepted));
    });
}
