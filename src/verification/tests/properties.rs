//! Whatever is done in whatever order, the promise holds.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Issue(Purpose),
    Resend(usize),
    TypeRight(usize),
    TypeWrong(usize),
    Cancel(usize),
    CancelAll,
    Wait(u64),
    ClockBack(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let purpose =
        || prop::sample::select(&[Purpose::SignIn, Purpose::Payment, Purpose::Unfreeze, Purpose::ResetPassword][..]);
    prop_oneof![
        4 => purpose().prop_map(Step::Issue),
        3 => (0_usize..8).prop_map(Step::Resend),
        2 => (0_usize..8).prop_map(Step::TypeRight),
        6 => (0_usize..8).prop_map(Step::TypeWrong),
        1 => (0_usize..8).prop_map(Step::Cancel),
        1 => Just(Step::CancelAll),
        5 => prop::sample::select(&[1, SECOND, MINUTE - 1, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE][..]).prop_map(Step::Wait),
        1 => (0..2 * CLOCK_BACK_MS_MAX).prop_map(Step::ClockBack),
    ]
}

/// What an attacker could count: failures and messages since the purpose's run began, and how often each challenge passed.
#[derive(Default)]
struct Ledger {
    deliveries: Vec<Delivery>,
    run_ends: BTreeMap<Purpose, Timestamp>,
    failures: BTreeMap<Purpose, u32>,
    messages: BTreeMap<Purpose, u32>,
    passed: BTreeMap<RandomId, u32>,
}

impl Ledger {
    /// The model of a run: ten minutes from its first message, ended early by the right code.
    fn sent(&mut self, delivery: Delivery) {
        let purpose = delivery.purpose;
        if self.run_ends.get(&purpose).is_none_or(|end| delivery.sent_at >= *end) {
            self.run_ends.insert(purpose, delivery.sent_at.plus_ms(10 * MINUTE));
            self.failures.insert(purpose, 0);
            self.messages.insert(purpose, 0);
        }
        *self.messages.entry(purpose).or_default() += 1;
        self.deliveries.push(delivery);
    }

    fn answered(&mut self, delivery: (RandomId, Purpose), outcome: VerifyOutcome) {
        let (id, purpose) = delivery;
        if outcome.counts_as_failure() {
            *self.failures.entry(purpose).or_default() += 1;
        }
        if outcome == VerifyOutcome::Accepted {
            *self.passed.entry(id).or_default() += 1;
            self.run_ends.remove(&purpose);
        }
    }

    fn pick(&self, nth_last: usize) -> Option<&Delivery> {
        self.deliveries.len().checked_sub(nth_last + 1).map(|index| &self.deliveries[index])
    }
}

fn play(world: &mut World, ledger: &mut Ledger, step: &Step) {
    match step {
        Step::Issue(purpose) => {
            if let Ok(delivery) = world.try_issue(*purpose, &binding_for(*purpose)) {
                ledger.sent(delivery);
            }
        }
        Step::Resend(nth) => {
            if let Some(Ok(delivery)) = ledger.pick(*nth).map(|first| world.try_resend(first)) {
                ledger.sent(delivery);
            }
        }
        Step::TypeRight(nth) | Step::TypeWrong(nth) => {
            let Some(delivery) = ledger.pick(*nth) else { return };
            let typed = match step {
                Step::TypeRight(_) => delivery.code.expose().to_string(),
                _ => other_than(&[delivery]),
            };
            let named = (delivery.challenge_id, delivery.purpose);
            let outcome = world.answer(named.0, named.1, &binding_for(named.1), &typed);
            ledger.answered(named, outcome);
        }
        Step::Cancel(nth) => {
            let _ = ledger.pick(*nth).map(|delivery| world.cancel(delivery));
        }
        Step::CancelAll => {
            let closed = cancel_all(&world.challenges, world.now);
            world.store(&closed);
        }
        Step::Wait(ms) => world.wait(*ms),
        Step::ClockBack(ms) => world.now = world.now.minus_ms(*ms),
    }
}

proptest! {
    #[test]
    fn no_order_of_commands_wins_a_guess_a_message_or_a_second_use(steps in prop::collection::vec(step(), 1..120)) {
        let (mut world, mut ledger) = (World::new(), Ledger::default());
        for step in &steps {
            play(&mut world, &mut ledger, step);
            prop_assert!(ledger.passed.values().all(|times| *times <= 1), "a challenge passed twice");
            prop_assert!(ledger.failures.values().all(|guesses| *guesses <= 5), "more than five guesses in a run");
            prop_assert!(ledger.messages.values().all(|messages| *messages <= 3), "more than three messages in a run");
            // At the moment decisions are made at; none are while the clock is out.
            let Some(now) = world.challenges.settled(world.now) else { continue };
            let counts = |it: &&Challenge| it.standing(now) == Standing::Open && !it.purpose.is_open_to_strangers();
            let open = world.challenges.iter().filter(counts).count();
            prop_assert!(open <= 3, "{open} purposes open");
        }
    }

    #[test]
    fn the_right_code_passes_whatever_it_is(seed in any::<u64>(), wait in 0..3 * MINUTE) {
        let mut world = World::new();
        world.rng = StdRng::seed_from_u64(seed);
        let sent = world.issue(Purpose::Payment);
        world.wait(wait);
        prop_assert_eq!(world.type_code(&sent), VerifyOutcome::Accepted);
    }
}
