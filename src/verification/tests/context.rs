//! A code opens what it was made for and nothing else.

use super::*;

/// Types the right digits in a context that differs in one thing.
fn typed_elsewhere(
    purpose: Purpose,
    elsewhere: impl FnOnce(&mut World, &Delivery) -> (Purpose, Binding),
) -> VerifyOutcome {
    let mut world = World::new();
    let sent = world.issue(purpose);
    let (purpose, binding) = elsewhere(&mut world, &sent);
    world.answer(sent.challenge_id, purpose, &binding, &sent.code.expose())
}

#[test]
fn another_amount_currency_or_payee_is_a_wrong_code_and_costs_a_try() {
    const PAYEE: &str = "6222020200112345";
    for changed in [
        pay(129_901, Currency::CNY, PAYEE),
        pay(129_900, Currency::USD, PAYEE),
        pay(129_900, Currency::CNY, "6222020200112346"),
        Binding::None,
    ] {
        let outcome = typed_elsewhere(Purpose::Payment, |_, _| (Purpose::Payment, changed));
        assert_eq!(outcome, VerifyOutcome::WrongCode { tries_left: 4 });
    }
}

#[test]
fn another_name_of_the_payee_is_another_payment() {
    let mut world = World::new();
    let shown = |name| {
        let money = Money::from_minor(1, Currency::CNY).unwrap();
        Binding::Payment(PaymentBinding::new(money, "6222").unwrap().named(name).unwrap())
    };
    let sent = world.try_issue(Purpose::Payment, &shown("张记面馆")).unwrap();
    let outcome = world.answer(sent.challenge_id, Purpose::Payment, &shown("李记面馆"), &sent.code.expose());
    assert_eq!(outcome, VerifyOutcome::WrongCode { tries_left: 4 });
    assert_eq!(world.type_code(&sent), VerifyOutcome::Accepted);
}

#[test]
fn another_new_contact_is_a_wrong_code() {
    let outcome = typed_elsewhere(Purpose::ChangeContact, |_, _| {
        (Purpose::ChangeContact, Binding::NewContact(phone("+8613987654322")))
    });
    assert_eq!(outcome, VerifyOutcome::WrongCode { tries_left: 4 });
}

#[test]
fn a_sign_in_code_unfreezes_nothing() {
    let outcome = typed_elsewhere(Purpose::SignIn, |_, _| (Purpose::Unfreeze, Binding::None));
    assert_eq!(outcome, VerifyOutcome::WrongCode { tries_left: 4 });
}

#[test]
fn another_account_with_a_copy_of_the_challenge_cannot_use_its_code() {
    let outcome = typed_elsewhere(Purpose::SignIn, |world, _| {
        world.account = AccountId::parse("c-1002").unwrap();
        (Purpose::SignIn, Binding::None)
    });
    assert_eq!(outcome, VerifyOutcome::WrongCode { tries_left: 4 });
}

#[test]
fn a_tag_moved_to_another_challenge_opens_nothing() {
    let mut world = World::new();
    let sent = world.issue(Purpose::SignIn);
    let other_id = RandomId([9; 16]);
    let moved = world.challenges.iter().map(|it| Challenge { id: other_id, ..it.clone() }).collect::<Vec<_>>();
    world.store(&Challenges::try_from(moved).unwrap());
    let outcome = world.answer(other_id, Purpose::SignIn, &Binding::None, &sent.code.expose());
    assert_eq!(outcome, VerifyOutcome::WrongCode { tries_left: 4 });
}

#[test]
fn a_tag_moved_to_another_destination_opens_nothing() {
    let mut world = World::new();
    let sent = world.issue(Purpose::SignIn);
    let tag = Tag { key_id: KeyId(1), mac: [0; 16] };
    let moved = world.challenges.iter().map(|it| Challenge { destination: tag, ..it.clone() }).collect::<Vec<_>>();
    world.store(&Challenges::try_from(moved).unwrap());
    assert_eq!(world.type_code(&sent), VerifyOutcome::WrongCode { tries_left: 4 });
}

#[test]
fn a_code_read_with_another_number_of_digits_is_wrong() {
    let mut world = World::new();
    let sent = world.issue(Purpose::SignIn);
    let padded = TypedCode::parse(&format!("00{}", sent.code.expose().as_str()), 8).unwrap();
    let request = VerifyRequest {
        account: &world.account,
        challenge_id: sent.challenge_id,
        purpose: Purpose::SignIn,
        binding: &Binding::None,
        code: &padded,
    };
    let verified = verify(&world.challenges, &request, &world.keys, world.now).unwrap();
    assert_eq!(verified.outcome, VerifyOutcome::WrongCode { tries_left: 4 });
}

#[test]
fn an_unknown_challenge_asks_for_as_many_digits_as_a_real_one() {
    let mut world = World::new();
    for purpose in [Purpose::SignIn, Purpose::ResetPassword] {
        let sent = world.issue(purpose);
        let digits = |id| digits_of(&world.challenges, id, purpose, &world.policy);
        assert_eq!(digits(RandomId([0; 16])), digits(sent.challenge_id));
    }
}

#[test]
fn a_purpose_without_its_binding_is_refused_before_anything_is_sent() {
    let world = World::new();
    let mut rng = StdRng::seed_from_u64(1);
    for (purpose, binding) in [
        (Purpose::Payment, Binding::None),
        (Purpose::SignIn, binding_for(Purpose::Payment)),
        (Purpose::ChangeContact, Binding::None),
        (Purpose::ChangeContact, Binding::NewContact(world.phone.clone())),
        (Purpose::ConfirmContact, Binding::NewContact(phone("+8613987654321"))),
    ] {
        let request = IssueRequest { account: &world.account, purpose, to: &world.phone, binding: &binding };
        let refused = issue(&world.challenges, &request, &world.keys, &world.policy, &mut rng, world.now);
        assert_eq!(refused.unwrap_err(), VerificationError::BindingMismatch, "{purpose:?}");
    }
}
