//! When a message goes out, and when none does.

use super::*;

#[test]
fn a_second_message_waits_a_minute_to_the_millisecond() {
    let mut world = World::new();
    let first = world.issue(Purpose::SignIn);
    let retry_at = first.sent_at.plus_ms(MINUTE);
    assert_eq!(first.resend_at, retry_at);
    world.wait(MINUTE - 1);
    assert_eq!(world.try_resend(&first).unwrap_err(), SendRefused::TooSoon { retry_at });
    let refused = world.try_issue(Purpose::SignIn, &Binding::None).unwrap_err();
    assert_eq!((refused, refused.retry_at()), (SendRefused::TooSoon { retry_at }, Some(retry_at)));
    world.wait(1);
    assert!(world.try_resend(&first).is_ok());
}

#[test]
fn cancelling_does_not_shorten_the_wait() {
    let mut world = World::new();
    let first = world.issue(Purpose::SignIn);
    let _ = world.cancel(&first);
    assert!(matches!(world.try_issue(Purpose::SignIn, &Binding::None), Err(SendRefused::TooSoon { .. })));
}

#[test]
fn three_messages_in_a_run_however_they_are_asked_for() {
    let mut world = World::new();
    let first = world.issue(Purpose::SignIn);
    world.wait(MINUTE);
    let second = world.try_resend(&first).unwrap();
    world.wait(2 * MINUTE - 1);
    let retry_at = second.sent_at.plus_ms(2 * MINUTE);
    assert_eq!(second.resend_at, retry_at, "after the second message the wait is two minutes");
    assert_eq!(world.try_resend(&first).unwrap_err(), SendRefused::TooSoon { retry_at });
    world.wait(1);
    let third = world.issue(Purpose::SignIn);
    world.wait(2 * MINUTE);
    let refused = SendRefused::NoSendsLeft { retry_at: first.sent_at.plus_ms(10 * MINUTE) };
    assert_eq!(world.try_resend(&third).unwrap_err(), refused);
    assert_eq!(world.try_issue(Purpose::SignIn, &Binding::None).unwrap_err(), refused);
}

#[test]
fn a_new_code_lives_five_minutes_but_never_past_the_run() {
    let mut world = World::new();
    let first = world.issue(Purpose::SignIn);
    let closes_at = first.sent_at.plus_ms(10 * MINUTE);
    world.wait(4 * MINUTE);
    let second = world.try_resend(&first).unwrap();
    assert_eq!(second.expires_at, second.sent_at.plus_ms(5 * MINUTE));
    world.wait(4 * MINUTE);
    let third = world.try_resend(&first).unwrap();
    assert_eq!(third.expires_at, closes_at);
    world.now = closes_at.minus_ms(1);
    assert_eq!(world.type_wrong(&third), VerifyOutcome::WrongCode { tries_left: 4 });
    world.now = closes_at;
    assert_eq!(world.type_code(&third), VerifyOutcome::Expired);
}

#[test]
fn a_call_for_a_payment_lives_as_short_as_its_text_and_a_mail_as_long_as_the_run() {
    let mut world = World::new();
    let first = world.issue(Purpose::Payment);
    assert_eq!(first.expires_at, first.sent_at.plus_ms(3 * MINUTE));
    world.wait(MINUTE);
    let call = Destination::parse(Channel::Voice, first.to.expose()).unwrap();
    let called = world.resend_to(first.challenge_id, &call, &first.binding).unwrap();
    assert_eq!(called.expires_at, called.sent_at.plus_ms(3 * MINUTE));
    world.phone = Destination::parse(Channel::Email, "alice@example.com").unwrap();
    let mailed = world.issue(Purpose::SignIn);
    assert_eq!(mailed.expires_at, mailed.sent_at.plus_ms(10 * MINUTE));
    world.wait(2 * MINUTE);
    let again = world.try_resend(&mailed).unwrap();
    assert_eq!(again.expires_at, mailed.expires_at, "never past the run");
}

#[test]
fn no_code_is_sent_that_would_die_within_two_minutes() {
    let mut world = World::new();
    let first = world.issue(Purpose::SignIn);
    let closes_at = first.sent_at.plus_ms(10 * MINUTE);
    world.now = closes_at.minus_ms(2 * MINUTE - 1);
    let refused = world.try_issue(Purpose::SignIn, &Binding::None).unwrap_err();
    assert_eq!(refused, SendRefused::TooSoon { retry_at: closes_at });
    world.now = closes_at.minus_ms(2 * MINUTE);
    assert_eq!(world.issue(Purpose::SignIn).expires_at, closes_at);
}

#[test]
fn three_purposes_are_open_at_most_and_a_closed_one_makes_room() {
    let mut world = World::new();
    let _ = world.issue(Purpose::SignIn);
    world.wait(SECOND);
    let second = world.issue(Purpose::Payment);
    let _ = world.issue(Purpose::BindDevice);
    let refused = world.try_issue(Purpose::Unfreeze, &Binding::None).unwrap_err();
    assert_eq!(refused, SendRefused::TooManyOpen { retry_at: second.expires_at }, "a payment's code dies first");
    assert_eq!(world.type_code(&second), VerifyOutcome::Accepted);
    assert!(world.try_issue(Purpose::Unfreeze, &Binding::None).is_ok());
}

#[test]
fn codes_of_other_purposes_do_not_keep_a_code_to_sign_in_back() {
    let mut world = World::new();
    for purpose in [Purpose::StepUp, Purpose::BindDevice, Purpose::Unfreeze] {
        let _ = world.issue(purpose);
    }
    let _ = world.issue(Purpose::SignIn);
    let again = world.try_issue(Purpose::SignIn, &Binding::None).unwrap_err();
    assert!(matches!(again, SendRefused::TooSoon { .. }), "and there is one of each: {again:?}");
}

#[test]
fn a_reset_that_a_stranger_began_does_not_keep_the_owners_codes_back() {
    let mut world = World::new();
    world.policy = VerificationPolicy::strict(); // one open purpose
    let _ = world.issue(Purpose::ResetPassword);
    assert!(world.try_issue(Purpose::SignIn, &Binding::None).is_ok());
    let refused = world.try_issue(Purpose::Unfreeze, &Binding::None).unwrap_err();
    assert!(matches!(refused, SendRefused::TooManyOpen { .. }));
}

#[test]
fn a_second_payment_may_follow_an_accepted_one_at_once() {
    let mut world = World::new();
    let first = world.issue(Purpose::Payment);
    assert_eq!(world.type_code(&first), VerifyOutcome::Accepted);
    let second = world.issue(Purpose::Payment);
    assert_eq!(world.type_code(&second), VerifyOutcome::Accepted);
}

#[test]
fn a_code_is_never_sent_again_to_another_number_or_for_another_payment() {
    let mut world = World::new();
    let first = world.issue(Purpose::Payment);
    world.wait(MINUTE);
    let thief = phone("+8613900000000");
    let refused = world.resend_to(first.challenge_id, &thief, &first.binding).unwrap_err();
    assert_eq!(refused, SendRefused::ContextChanged);
    let more = pay(999_900, Currency::CNY, "6222020200112345");
    let refused = world.resend_to(first.challenge_id, &first.to, &more).unwrap_err();
    assert_eq!(refused, SendRefused::ContextChanged);
    let call = Destination::parse(Channel::Voice, first.to.expose()).unwrap();
    let called = world.resend_to(first.challenge_id, &call, &first.binding).unwrap();
    assert_eq!(world.challenges.get(first.challenge_id).unwrap().channel, Channel::Voice);
    assert_eq!(world.type_code(&called), VerifyOutcome::Accepted);
}

#[test]
fn what_is_closed_or_unknown_is_not_sent_again() {
    let mut world = World::new();
    let unknown = world.resend_to(RandomId([0; 16]), &phone("+8613812345678"), &Binding::None);
    assert_eq!(unknown.unwrap_err(), SendRefused::NotFound);
    let sent = world.issue(Purpose::SignIn);
    world.wait(5 * MINUTE);
    assert_eq!(world.try_resend(&sent).unwrap_err(), SendRefused::Closed, "expired: start anew");
    let again = world.issue(Purpose::SignIn);
    for _ in 0..5 {
        let _ = world.type_wrong(&again);
    }
    world.wait(MINUTE);
    assert!(matches!(world.try_resend(&again), Err(SendRefused::NoTriesLeft { .. })));
}

#[test]
fn where_email_is_no_factor_it_carries_no_sign_in() {
    let mut world = World::new();
    world.policy = VerificationPolicy::strict();
    world.phone = Destination::parse(Channel::Email, "alice@example.com").unwrap();
    assert_eq!(world.try_issue(Purpose::SignIn, &Binding::None).unwrap_err(), SendRefused::ChannelNotAllowed);
    let binding = Binding::NewContact(world.phone.clone());
    assert!(world.try_issue(Purpose::ConfirmContact, &binding).is_ok());
}

#[test]
fn a_resent_code_never_equals_an_older_one_even_if_the_generator_repeats_itself() {
    let mut world = World::new();
    let first = world.issue(Purpose::SignIn);
    world.wait(MINUTE);
    world.rng = StdRng::seed_from_u64(7); // draws the first code once more
    let second = world.try_resend(&first).unwrap();
    assert_ne!(second.code.expose(), first.code.expose());
}

#[test]
fn a_policy_out_of_range_sends_nothing() {
    let world = World::new();
    let policy = VerificationPolicy { tries: 200, ..world.policy };
    let request =
        IssueRequest { account: &world.account, purpose: Purpose::SignIn, to: &world.phone, binding: &Binding::None };
    let mut rng = StdRng::seed_from_u64(1);
    let refused = issue(&world.challenges, &request, &world.keys, &policy, &mut rng, world.now);
    assert!(matches!(refused, Err(VerificationError::PolicyOutOfRange(_))));
}

/// Every number other than in any preset, and no two alike that could be taken for each other.
fn odd() -> VerificationPolicy {
    VerificationPolicy {
        digits: 7,
        digits_high_risk: 8,
        life: CodeLife { phone_ms: 4 * MINUTE, phone_payment_ms: 150 * SECOND, email_ms: 7 * MINUTE },
        life_max_ms: 8 * MINUTE,
        code_life_min_ms: 90 * SECOND,
        tries: 2,
        sends: 4,
        resend_wait_ms: [40 * SECOND, 80 * SECOND],
        open_max: 2,
        email_as_factor: false,
    }
}

fn odd_world() -> World {
    World { policy: odd(), ..World::new() }
}

#[test]
fn digits_and_lives_are_those_of_the_policy() {
    let lives_ms = |delivery: &Delivery| delivery.expires_at.ms_since(delivery.sent_at);
    for (purpose, digits, life_ms) in [
        (Purpose::SignIn, 7, 4 * MINUTE),
        (Purpose::Payment, 7, 150 * SECOND),
        (Purpose::ResetPassword, 8, 4 * MINUTE),
        (Purpose::ChangeContact, 8, 4 * MINUTE),
    ] {
        let sent = odd_world().issue(purpose);
        assert_eq!((sent.code.expose().len(), lives_ms(&sent)), (digits, life_ms), "{purpose:?}");
    }
    let short = VerificationPolicy { digits_high_risk: 6, ..odd() };
    assert_eq!(World { policy: short, ..World::new() }.issue(Purpose::ResetPassword).code.expose().len(), 6);
    let mut mailed = odd_world();
    mailed.phone = Destination::parse(Channel::Email, "alice@example.com").unwrap();
    let sent = mailed.try_issue(Purpose::ConfirmContact, &Binding::NewContact(mailed.phone.clone())).unwrap();
    assert_eq!(lives_ms(&sent), 7 * MINUTE);
}

#[test]
fn waits_messages_and_the_end_of_a_run_are_those_of_the_policy() {
    let mut world = odd_world();
    let mut sent = world.issue(Purpose::SignIn);
    let closes_at = sent.sent_at.plus_ms(8 * MINUTE);
    for (number, wait_ms) in [(2, 40 * SECOND), (3, 80 * SECOND), (4, 80 * SECOND)] {
        let retry_at = sent.sent_at.plus_ms(wait_ms);
        assert_eq!(sent.resend_at, retry_at, "message {number}");
        world.now = retry_at.minus_ms(1);
        assert_eq!(world.try_resend(&sent).unwrap_err(), SendRefused::TooSoon { retry_at });
        world.now = retry_at;
        sent = world.try_resend(&sent).unwrap();
    }
    world.wait(80 * SECOND);
    assert_eq!(world.try_resend(&sent).unwrap_err(), SendRefused::NoSendsLeft { retry_at: closes_at });

    let mut late = odd_world();
    let first = late.issue(Purpose::SignIn);
    late.now = closes_at.minus_ms(90 * SECOND - 1);
    let refused = late.try_issue(Purpose::SignIn, &Binding::None).unwrap_err();
    assert_eq!(refused, SendRefused::TooSoon { retry_at: first.sent_at.plus_ms(8 * MINUTE) });
    late.now = closes_at.minus_ms(90 * SECOND);
    assert_eq!(late.issue(Purpose::SignIn).expires_at, closes_at);
}

#[test]
fn tries_and_open_purposes_are_those_of_the_policy() {
    let mut world = odd_world();
    let sent = world.issue(Purpose::SignIn);
    for tries_left in [1, 0] {
        assert_eq!(world.type_wrong(&sent), VerifyOutcome::WrongCode { tries_left });
    }
    assert_eq!(world.type_code(&sent), VerifyOutcome::Exhausted);

    let mut world = odd_world();
    let _ = (world.issue(Purpose::StepUp), world.issue(Purpose::Payment));
    let refused = world.try_issue(Purpose::Unfreeze, &Binding::None).unwrap_err();
    assert!(matches!(refused, SendRefused::TooManyOpen { .. }), "{refused:?}");
    world.policy.open_max = 3;
    assert!(world.try_issue(Purpose::Unfreeze, &Binding::None).is_ok());
}

/// Fewer tries in a new policy count at once, also in a run that began with more; more do not.
#[test]
fn a_run_has_the_tries_of_the_stricter_of_two_policies() {
    for (before, after, left) in [(5, 2, 1), (2, 5, 1)] {
        let mut world = World::new();
        world.policy.tries = before;
        let _ = world.issue(Purpose::SignIn);
        world.wait(MINUTE);
        world.policy.tries = after;
        let again = world.issue(Purpose::SignIn);
        assert_eq!(world.type_wrong(&again), VerifyOutcome::WrongCode { tries_left: left });
    }
}

#[test]
fn at_the_end_of_time_nothing_breaks() {
    let mut world = World::new();
    world.now = Timestamp::MAX;
    assert!(matches!(world.try_issue(Purpose::SignIn, &Binding::None), Err(SendRefused::TooSoon { .. })));
}

#[test]
fn nothing_secret_is_stored_or_printed() {
    let mut world = World::new();
    let sent = world.issue(Purpose::Payment);
    let stored = postcard::to_allocvec(&world.challenges).unwrap();
    let printed = format!("{sent:?} {:?}", world.challenges);
    for secret in [sent.code.expose().as_str(), "13812345678", "6222020200112345"] {
        assert!(!stored.windows(secret.len()).any(|window| window == secret.as_bytes()));
        assert!(!printed.contains(secret), "{printed}");
    }
}
