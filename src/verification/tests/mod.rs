//! Stories across the verbs. Each file tells one part of the promise.

mod context;
mod guessing;
mod keys;
mod properties;
mod sending;

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::types::{AccountId, Currency, KeyId, Money, RandomId, SecretBytes, Timestamp, TypedCode};

pub(super) const SECOND: u64 = 1_000;
pub(super) const MINUTE: u64 = 60 * SECOND;

/// One account with its record, a clock and a generator. Every new state goes through postcard and its checks, as it
/// would through a store.
pub(super) struct World {
    pub account: AccountId,
    pub keys: CodeKeys,
    pub policy: VerificationPolicy,
    pub phone: Destination,
    pub rng: StdRng,
    pub challenges: Challenges,
    pub now: Timestamp,
}

impl World {
    pub fn new() -> Self {
        Self {
            account: AccountId::parse("c-1001").unwrap(),
            keys: CodeKeys::new(key(1), vec![]).unwrap(),
            policy: VerificationPolicy::default(),
            phone: phone("+8613812345678"),
            rng: StdRng::seed_from_u64(7),
            challenges: Challenges::default(),
            now: Timestamp::from_unix_s(1_800_000_000).unwrap(),
        }
    }

    pub fn wait(&mut self, ms: u64) {
        self.now = self.now.plus_ms(ms);
    }

    pub fn try_issue(&mut self, purpose: Purpose, binding: &Binding) -> Result<Delivery, SendRefused> {
        let request = IssueRequest { account: &self.account, purpose, to: &self.phone, binding };
        let outcome = issue(&self.challenges, &request, &self.keys, &self.policy, &mut self.rng, self.now).unwrap();
        self.stored(outcome)
    }

    pub fn issue(&mut self, purpose: Purpose) -> Delivery {
        self.try_issue(purpose, &binding_for(purpose)).unwrap()
    }

    pub fn try_resend(&mut self, first: &Delivery) -> Result<Delivery, SendRefused> {
        self.resend_to(first.challenge_id, &first.to, &first.binding)
    }

    pub fn resend_to(&mut self, id: RandomId, to: &Destination, binding: &Binding) -> Result<Delivery, SendRefused> {
        let request = ResendRequest { account: &self.account, challenge_id: id, to, binding };
        let outcome = resend(&self.challenges, &request, &self.keys, &self.policy, &mut self.rng, self.now).unwrap();
        self.stored(outcome)
    }

    /// Types the digits of `delivery` into its own challenge.
    pub fn type_code(&mut self, delivery: &Delivery) -> VerifyOutcome {
        self.answer(delivery.challenge_id, delivery.purpose, &delivery.binding, &delivery.code.expose())
    }

    /// Types digits that are certainly not those of `delivery`.
    pub fn type_wrong(&mut self, delivery: &Delivery) -> VerifyOutcome {
        self.answer(delivery.challenge_id, delivery.purpose, &delivery.binding, &other_than(&[delivery]))
    }

    pub fn answer(&mut self, id: RandomId, purpose: Purpose, binding: &Binding, typed: &str) -> VerifyOutcome {
        let code = TypedCode::parse(typed, digits_of(&self.challenges, id, purpose, &self.policy)).unwrap();
        let request = VerifyRequest { account: &self.account, challenge_id: id, purpose, binding, code: &code };
        let verified = verify(&self.challenges, &request, &self.keys, self.now).unwrap();
        self.store(&verified.challenges);
        verified.outcome
    }

    pub fn cancel(&mut self, delivery: &Delivery) -> CancelOutcome {
        let outcome = cancel(&self.challenges, delivery.challenge_id, self.now);
        if let CancelOutcome::Cancelled(challenges) = &outcome {
            self.store(challenges);
        }
        outcome
    }

    pub fn store(&mut self, challenges: &Challenges) {
        let bytes = postcard::to_allocvec(challenges).unwrap();
        self.challenges = postcard::from_bytes(&bytes).expect("a command made a state its own checks refuse");
        assert_eq!(&self.challenges, challenges);
    }

    fn stored(&mut self, outcome: SendOutcome) -> Result<Delivery, SendRefused> {
        match outcome {
            SendOutcome::Refused(refused) => Err(refused),
            SendOutcome::Sent(sent) => {
                self.store(&sent.challenges);
                Ok(sent.delivery)
            }
        }
    }
}

pub(super) fn key(id: u8) -> CodeKey {
    CodeKey::new(KeyId(u32::from(id)), &SecretBytes::new(vec![id; 32])).unwrap()
}

pub(super) fn phone(text: &str) -> Destination {
    Destination::parse(Channel::Sms, text).unwrap()
}

pub(super) fn pay(minor: i64, currency: Currency, payee: &str) -> Binding {
    Binding::Payment(PaymentBinding::new(Money::from_minor(minor, currency).unwrap(), payee).unwrap())
}

/// A binding that suits the purpose and the phone of [`World`].
pub(super) fn binding_for(purpose: Purpose) -> Binding {
    match purpose {
        Purpose::Payment => pay(129_900, Currency::CNY, "6222020200112345"),
        Purpose::ChangeContact => Binding::NewContact(phone("+8613987654321")),
        Purpose::ConfirmContact => Binding::NewContact(phone("+8613812345678")),
        _ => Binding::None,
    }
}

/// Digits that no delivery carries.
pub(super) fn other_than(deliveries: &[&Delivery]) -> String {
    let digits = deliveries[0].code.expose().len();
    let sent: Vec<_> = deliveries.iter().map(|it| it.code.expose()).collect();
    (0..=deliveries.len())
        .map(|n| format!("{n:0digits$}"))
        .find(|typed| sent.iter().all(|code| code.as_str() != typed))
        .unwrap()
}
