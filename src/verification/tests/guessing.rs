//! A code passes once; five wrong guesses are five, however they are dealt out.

use super::*;

#[test]
fn the_right_code_passes_exactly_once() {
    let mut world = World::new();
    let sent = world.issue(Purpose::SignIn);
    assert_eq!(world.type_code(&sent), VerifyOutcome::Accepted);
    assert_eq!(world.type_code(&sent), VerifyOutcome::AlreadyUsed);
    assert_eq!(world.type_wrong(&sent), VerifyOutcome::AlreadyUsed, "nothing is compared any more");
}

#[test]
fn five_wrong_guesses_and_then_not_even_the_right_one() {
    let mut world = World::new();
    let sent = world.issue(Purpose::SignIn);
    for tries_left in [4, 3, 2, 1, 0] {
        let outcome = world.type_wrong(&sent);
        assert_eq!(outcome, VerifyOutcome::WrongCode { tries_left });
        assert!(outcome.counts_as_failure());
    }
    assert_eq!(world.type_code(&sent), VerifyOutcome::Exhausted);
    assert!(!VerifyOutcome::Exhausted.counts_as_failure(), "nothing was compared");
}

#[test]
fn the_fifth_guess_may_still_be_right() {
    let mut world = World::new();
    let sent = world.issue(Purpose::SignIn);
    for _ in 0..4 {
        let _ = world.type_wrong(&sent);
    }
    assert_eq!(world.type_code(&sent), VerifyOutcome::Accepted);
}

#[test]
fn a_code_is_good_until_the_millisecond_before_it_expires() {
    let life = VerificationPolicy::default().life.phone_ms;
    for (waited, expected) in [
        (0, VerifyOutcome::Accepted),
        (life - 1, VerifyOutcome::Accepted),
        (life, VerifyOutcome::Expired),
        (life + 1, VerifyOutcome::Expired),
    ] {
        let mut world = World::new();
        let sent = world.issue(Purpose::SignIn);
        world.wait(waited);
        assert_eq!(world.type_code(&sent), expected, "after {waited} ms");
    }
}

#[test]
fn a_resend_carries_the_tries_over_and_kills_the_older_code() {
    let mut world = World::new();
    let first = world.issue(Purpose::SignIn);
    let _ = world.type_wrong(&first);
    let _ = world.type_wrong(&first);
    world.wait(MINUTE);
    let second = world.try_resend(&first).unwrap();
    assert_eq!(second.challenge_id, first.challenge_id);
    assert_eq!(world.type_code(&first), VerifyOutcome::Superseded { tries_left: 2 }, "an older message costs a try");
    world.wait(2 * MINUTE);
    let third = world.try_resend(&first).unwrap();
    assert_eq!(world.type_code(&second), VerifyOutcome::Superseded { tries_left: 1 });
    assert_eq!(world.type_code(&third), VerifyOutcome::Accepted);
}

#[test]
fn the_first_of_three_messages_is_still_known_as_an_older_one() {
    let mut world = World::new();
    let first = world.issue(Purpose::SignIn);
    world.wait(MINUTE);
    let second = world.try_resend(&first).unwrap();
    world.wait(2 * MINUTE);
    let third = world.try_resend(&first).unwrap();
    assert_eq!(world.type_code(&first), VerifyOutcome::Superseded { tries_left: 4 });
    let wrong = other_than(&[&first, &second, &third]);
    let outcome = world.answer(first.challenge_id, Purpose::SignIn, &Binding::None, &wrong);
    assert_eq!(outcome, VerifyOutcome::WrongCode { tries_left: 3 });
}

#[test]
fn issuing_anew_gives_no_new_guesses_until_the_run_closes() {
    let mut world = World::new();
    let first = world.issue(Purpose::SignIn);
    for _ in 0..3 {
        let _ = world.type_wrong(&first);
    }
    world.wait(MINUTE);
    let second = world.issue(Purpose::SignIn);
    assert_ne!(second.challenge_id, first.challenge_id);
    assert_eq!(world.type_code(&first), VerifyOutcome::NotFound, "the first challenge is replaced");
    assert_eq!(world.type_wrong(&second), VerifyOutcome::WrongCode { tries_left: 1 });
    assert_eq!(world.type_wrong(&second), VerifyOutcome::WrongCode { tries_left: 0 });
    world.wait(MINUTE);
    let closes_at = first.sent_at.plus_ms(10 * MINUTE);
    let refused = world.try_issue(Purpose::SignIn, &Binding::None).unwrap_err();
    assert_eq!(refused, SendRefused::NoTriesLeft { retry_at: closes_at });
    world.now = closes_at.minus_ms(1);
    assert!(world.try_issue(Purpose::SignIn, &Binding::None).is_err());
    world.now = closes_at;
    let fresh = world.issue(Purpose::SignIn);
    assert_eq!(world.type_wrong(&fresh), VerifyOutcome::WrongCode { tries_left: 4 });
}

#[test]
fn neither_cancelling_nor_expiring_gives_new_guesses() {
    for expire in [false, true] {
        let mut world = World::new();
        let first = world.issue(Purpose::SignIn);
        let _ = world.type_wrong(&first);
        if expire {
            world.wait(5 * MINUTE);
            assert_eq!(world.type_code(&first), VerifyOutcome::Expired);
        } else {
            assert!(matches!(world.cancel(&first), CancelOutcome::Cancelled(_)));
            world.wait(MINUTE);
        }
        let second = world.issue(Purpose::SignIn);
        assert_eq!(world.type_wrong(&second), VerifyOutcome::WrongCode { tries_left: 3 });
    }
}

#[test]
fn the_right_code_clears_the_slate() {
    let mut world = World::new();
    let first = world.issue(Purpose::SignIn);
    let _ = world.type_wrong(&first);
    let _ = world.type_code(&first);
    let next = world.issue(Purpose::SignIn);
    assert_eq!(world.type_wrong(&next), VerifyOutcome::WrongCode { tries_left: 4 });
}

#[test]
fn a_cancelled_challenge_takes_no_code() {
    let mut world = World::new();
    let sent = world.issue(Purpose::BindDevice);
    assert!(matches!(world.cancel(&sent), CancelOutcome::Cancelled(_)));
    assert_eq!(world.type_code(&sent), VerifyOutcome::Cancelled);
    assert_eq!(world.cancel(&sent), CancelOutcome::AlreadyClosed);
    assert_eq!(world.try_resend(&sent).unwrap_err(), SendRefused::Closed);
}

#[test]
fn cancelling_all_leaves_nothing_open() {
    let mut world = World::new();
    let sent = [Purpose::SignIn, Purpose::Payment, Purpose::Unfreeze].map(|purpose| world.issue(purpose));
    let _ = world.type_code(&sent[0]);
    let closed = cancel_all(&world.challenges, world.now);
    world.store(&closed);
    assert_eq!(world.type_code(&sent[0]), VerifyOutcome::AlreadyUsed);
    assert_eq!(world.type_code(&sent[1]), VerifyOutcome::Cancelled);
    assert_eq!(world.type_code(&sent[2]), VerifyOutcome::Cancelled);
}

#[test]
fn a_clock_five_seconds_back_is_borne_and_one_further_back_opens_and_counts_nothing() {
    let mut world = World::new();
    let sent = world.issue(Purpose::SignIn);
    world.now = sent.sent_at.minus_ms(CLOCK_BACK_MS_MAX + 1);
    let before = world.challenges.clone();
    for outcome in [world.type_code(&sent), world.type_wrong(&sent)] {
        assert_eq!((outcome, outcome.public()), (VerifyOutcome::ClockAnomaly, PublicOutcome::TryLater));
        assert!(!outcome.counts_as_failure());
    }
    assert_eq!(world.challenges, before);
    assert_eq!(world.try_resend(&sent).unwrap_err(), SendRefused::ClockAnomaly);
    assert_eq!(
        world.try_issue(Purpose::Payment, &binding_for(Purpose::Payment)).unwrap_err(),
        SendRefused::ClockAnomaly
    );
    assert!(
        matches!(cancel(&before, sent.challenge_id, world.now), CancelOutcome::Cancelled(_)),
        "an owner can always stop"
    );
    world.now = sent.sent_at.minus_ms(CLOCK_BACK_MS_MAX);
    assert_eq!(world.type_wrong(&sent), VerifyOutcome::WrongCode { tries_left: 4 });
    assert_eq!(world.type_code(&sent), VerifyOutcome::Accepted);
}

#[test]
fn the_customer_is_told_four_things_only() {
    use PublicOutcome::{Accepted, Rejected, RequestNew, TryLater, UseNewest};
    for (outcome, public) in [
        (VerifyOutcome::Accepted, Accepted),
        (VerifyOutcome::WrongCode { tries_left: 1 }, Rejected),
        (VerifyOutcome::Superseded { tries_left: 1 }, UseNewest),
        (VerifyOutcome::NotFound, Rejected),
        (VerifyOutcome::WrongCode { tries_left: 0 }, RequestNew),
        (VerifyOutcome::Superseded { tries_left: 0 }, RequestNew),
        (VerifyOutcome::Expired, RequestNew),
        (VerifyOutcome::Exhausted, RequestNew),
        (VerifyOutcome::AlreadyUsed, RequestNew),
        (VerifyOutcome::Cancelled, RequestNew),
        (VerifyOutcome::ClockAnomaly, TryLater),
    ] {
        assert_eq!(outcome.public(), public, "{outcome:?}");
    }
}
