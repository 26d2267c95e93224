//! Keys change and get lost; neither may look like a wrong code.

use super::*;

fn tried(world: &World, sent: &Delivery) -> Result<VerifyOutcome, VerificationError> {
    let code = TypedCode::parse(&sent.code.expose(), 6).unwrap();
    let request = VerifyRequest {
        account: &world.account,
        challenge_id: sent.challenge_id,
        purpose: sent.purpose,
        binding: &sent.binding,
        code: &code,
    };
    verify(&world.challenges, &request, &world.keys, world.now).map(|verified| verified.outcome)
}

#[test]
fn a_code_outlives_the_rotation_of_its_key() {
    let mut world = World::new();
    let sent = world.issue(Purpose::SignIn);
    world.keys = CodeKeys::new(key(2), vec![key(1)]).unwrap();
    assert_eq!(tried(&world, &sent), Ok(VerifyOutcome::Accepted));
}

#[test]
fn after_a_rotation_codes_of_both_keys_are_told_apart() {
    let mut world = World::new();
    let first = world.issue(Purpose::SignIn);
    world.keys = CodeKeys::new(key(2), vec![key(1)]).unwrap();
    world.wait(MINUTE);
    let second = world.try_resend(&first).unwrap();
    assert_eq!(world.type_code(&first), VerifyOutcome::Superseded { tries_left: 4 });
    assert_eq!(world.type_code(&second), VerifyOutcome::Accepted);
}

#[test]
fn a_lost_key_is_a_fault_and_costs_no_try() {
    let mut world = World::new();
    let sent = world.issue(Purpose::SignIn);
    world.keys = CodeKeys::new(key(2), vec![]).unwrap();
    let fault = tried(&world, &sent).unwrap_err();
    assert_eq!((fault, fault.code()), (VerificationError::KeyLost(KeyId(1)), 3001));
    world.wait(MINUTE);
    let request = ResendRequest {
        account: &world.account,
        challenge_id: sent.challenge_id,
        to: &world.phone,
        binding: &Binding::None,
    };
    let resent = resend(&world.challenges, &request, &world.keys, &world.policy, &mut world.rng, world.now);
    assert_eq!(resent.unwrap_err(), VerificationError::KeyLost(KeyId(1)));
    let anew = world.issue(Purpose::SignIn);
    assert_eq!(tried(&world, &anew), Ok(VerifyOutcome::Accepted), "the customer is not locked out by it");
}

#[test]
fn losing_the_key_of_an_older_code_loses_a_hint_only() {
    let mut world = World::new();
    let first = world.issue(Purpose::SignIn);
    world.keys = CodeKeys::new(key(2), vec![key(1)]).unwrap();
    world.wait(MINUTE);
    let second = world.try_resend(&first).unwrap();
    world.keys = CodeKeys::new(key(2), vec![]).unwrap();
    assert_eq!(world.type_code(&first), VerifyOutcome::WrongCode { tries_left: 4 });
    assert_eq!(world.type_code(&second), VerifyOutcome::Accepted);
}

#[test]
fn the_same_id_with_other_bytes_opens_nothing() {
    let mut world = World::new();
    let sent = world.issue(Purpose::SignIn);
    let forged = CodeKey::new(KeyId(1), &SecretBytes::new(vec![99; 32])).unwrap();
    world.keys = CodeKeys::new(forged, vec![]).unwrap();
    assert_eq!(tried(&world, &sent), Ok(VerifyOutcome::WrongCode { tries_left: 4 }));
}
