//! The presets of lockout under attack: strangers lock strangers, never the owner, and all guesses together are few.

use account_security::account::DeviceToken;
use account_security::command::{Effect, Lockout, Notice};
use account_security::types::Timestamp;
use account_security::types::time::DAY_MS;

use crate::support::stores::Shared;
use crate::support::visits::{RIGHT, Typed, Visits};
use crate::support::{at, settings};

const PRESETS: [Lockout; 3] = [Lockout::nist(), Lockout::pci(), Lockout::psd2()];

fn visits(lockout: Lockout) -> Visits {
    let visits = Visits::with(&Shared::memory(), settings().with_lockout(lockout));
    visits.sign_up_confirmed(None);
    visits
}

/// Wrong passwords until nothing is compared any more, each when the longest block is over; how many were compared.
fn guess_on(visits: &Visits, device: Option<&DeviceToken>, now: &mut Timestamp) -> u32 {
    let block_ms = visits.service.settings().throttle.block_ms_max;
    let mut compared = 0;
    loop {
        *now = now.plus_ms(block_ms);
        match visits.type_password("guess", device, *now) {
            Typed::Wrong => compared += 1,
            Typed::Blocked(Timestamp::MAX) => return compared,
            other => panic!("after {compared}: {other:?}"),
        }
    }
}

#[test]
fn strangers_lock_strangers_and_the_owner_signs_in_on_the_known_device() {
    for lockout in PRESETS {
        let visits = visits(lockout);
        let (_, token) = visits.sign_in_remembered(at(0));
        let mut now = at(0);
        assert_eq!(guess_on(&visits, None, &mut now), lockout.throttle.hard_lock_at);
        assert!(matches!(visits.type_password(RIGHT, Some(&token), now), Typed::Right(_)), "{lockout:?}");
        // Further knocking changes nothing for anybody.
        for knock in 1..=20 {
            let now = now.plus_ms(knock);
            assert_eq!(visits.type_password("guess", None, now), Typed::Blocked(Timestamp::MAX));
        }
        assert!(matches!(visits.type_password(RIGHT, Some(&token), now.plus_ms(21)), Typed::Right(_)));
    }
}

/// A thief with the tokens of every known device has all budgets, one after another.
#[test]
fn all_budgets_together_stay_within_a_hundred_guesses() {
    for lockout in PRESETS {
        let visits = visits(lockout);
        let tokens: Vec<_> = (0..8).map(|number| visits.sign_in_remembered(at(number * 600_000)).1).collect();
        assert_eq!(visits.service.record(&visits.alice).unwrap().devices.iter().count(), 8);
        let (mut now, mut compared) = (at(DAY_MS), 0);
        for token in &tokens {
            // A device that is used up is a stranger, so its last guesses count there.
            for _ in 0..lockout.device_failures_max {
                now = now.plus_ms(DAY_MS);
                assert_eq!(visits.type_password("guess", Some(token), now), Typed::Wrong);
                compared += 1;
            }
        }
        compared += guess_on(&visits, tokens.first(), &mut now);
        for token in tokens.iter().map(Some).chain([None]) {
            assert_eq!(visits.type_password(RIGHT, token, now), Typed::Blocked(Timestamp::MAX), "all is used up");
        }
        assert!(compared == lockout.guesses_max() && compared <= 100, "{compared} for {lockout:?}");
    }
}

/// Whoever lowers the bound finds accounts beyond it: the next wrong try locks, and its owner hears of it.
#[test]
fn a_bound_lowered_below_what_was_counted_locks_at_the_next_try_and_tells_the_owner() {
    let mut lenient = settings();
    (lenient.throttle.hard_lock_at, lenient.sign_in.device_failures_max) = (100, 10);
    let visits = Visits::with(&Shared::memory(), lenient);
    visits.sign_up_confirmed(None);
    let (_, token) = visits.sign_in_remembered(at(0));
    let mut now = at(0);
    let mut guess = |device| {
        now = now.plus_ms(DAY_MS);
        visits.type_password("guess", device, now)
    };
    (0..50).for_each(|_| assert_eq!(guess(None), Typed::Wrong));
    (0..8).for_each(|_| assert_eq!(guess(Some(&token)), Typed::Wrong));
    told_of_failures(&visits);

    visits.service.swap_settings(settings());
    assert_eq!(guess(Some(&token)), Typed::Wrong);
    assert_eq!(told_of_failures(&visits), [9], "the device is a stranger now");
    assert_eq!(guess(None), Typed::Wrong);
    assert_eq!(told_of_failures(&visits), [51]);
    assert_eq!(guess(None), Typed::Blocked(Timestamp::MAX));
    assert_eq!(guess(Some(&token)), Typed::Blocked(Timestamp::MAX));
    assert_eq!(told_of_failures(&visits), [0; 0], "once");
}

/// The failures in a row that the app was told of since the last look.
fn told_of_failures(visits: &Visits) -> Vec<u32> {
    let waiting = visits.service.drain(1_000).unwrap();
    visits.service.delivered(&waiting.iter().map(|waiting| waiting.id).collect::<Vec<_>>()).unwrap();
    let told = waiting.into_iter().filter_map(|waiting| match waiting.effect.unwrap() {
        Effect::NotifyOwner { notice: Notice::ManyFailures { failures_in_a_row } } => Some(failures_in_a_row),
        _ => None,
    });
    told.collect()
}
