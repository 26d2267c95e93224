//! A record like that of an ordinary customer: what stands in for the account that a name has not.
//!
//! Reading, changing and sealing a record takes the longer the more is in it. So a request on a name without an account is
//! decided on such a record as well, and costs what it costs on an account that has been used for a while.

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::aggregate::Aggregate;
use super::chain::ChainHead;
use super::contact::{Contact, ContactKind};
use super::record::AccountRecord;
use crate::password::{PasswordPolicy, PasswordState, Phc};
use crate::risk::{AssessContext, CheckedPolicy, Profile, StoredProfile, assess};
use crate::types::time::HOUR_MS;
use crate::types::{AccountId, Currency, KeyId, Money, Payment, SecretBytes, StoreKey, Timestamp, TypedCode};
use crate::verification::budget::{self, SendPolicy};
use crate::verification::{
    self, Binding, Challenges, Channel, CodeKey, CodeKeys, Destination, IssueRequest, Purpose, SendOutcome,
    VerificationPolicy, VerifyRequest,
};

/// Payments of the ordinary customer.
const PAYMENTS: u64 = 40;
const FIRST_AT_S: i64 = 1_767_225_600;

/// The same record whenever it is made with the same hash and secret. Not for a customer: nothing in it is anybody's. The
/// secret keeps the name of its challenge from who has read this: asked for it, a name without an account would answer.
pub(crate) fn typical(phc: &Phc, secret: StoreKey) -> AccountRecord {
    let start = Timestamp::from_unix_s(FIRST_AT_S).unwrap_or_default();
    let password = PasswordState::set(None, phc, &PasswordPolicy::card_default(), start);
    let mut record = AccountRecord { password: Some(password), ..AccountRecord::default() };
    if let Ok(phone) = Destination::parse(Channel::Sms, "+8613800000000") {
        record.contacts.replace(Contact::confirmed(phone, start));
    }
    if let Some(challenges) = confirmed_once(&record, secret, start) {
        record.challenges = challenges;
    }
    record.sends = budget::charge(&record.sends, &SendPolicy::default().account_rules(), None, start).budget;
    let mut profile = Profile::new();
    for number in 0..PAYMENTS {
        let Some(payment) = payment(number, start) else { continue };
        let context = AssessContext::at(payment.at, 480);
        if let Ok(assessed) = assess(&profile, &payment, None, &CheckedPolicy::wallet(), &context) {
            assessed.commit(&mut profile);
        }
    }
    record.profile = StoredProfile::of(&profile).unwrap_or_default();
    record.advance(start.plus_ms(PAYMENTS * HOUR_MS), ChainHead { seq: PAYMENTS + 2, mac: [1; 32], epoch: 0 });
    record
}

/// The code of the sign-up, sent and typed, whose challenge is remembered for a while.
fn confirmed_once(record: &AccountRecord, secret: StoreKey, start: Timestamp) -> Option<Challenges> {
    let account = AccountId::parse("typical").ok()?;
    let key = CodeKey::new(KeyId(1), &SecretBytes::new(vec![1; 32])).ok()?;
    let mut seed = [0; 32];
    seed.iter_mut().zip(secret.0).for_each(|(byte, other)| *byte = other);
    let (keys, mut rng) = (CodeKeys::new(key, Vec::new()).ok()?, StdRng::from_seed(seed));
    let (policy, purpose) = (VerificationPolicy::default(), Purpose::ConfirmContact);
    let to = record.contacts.get(ContactKind::Phone)?.destination();
    let binding = Binding::NewContact(to.clone());
    let request = IssueRequest { account: &account, purpose, to, binding: &binding };
    let issued = verification::issue(&record.challenges, &request, &keys, &policy, &mut rng, start).ok()?;
    let SendOutcome::Sent(sent) = issued else { return None };
    let challenge_id = sent.delivery.challenge_id;
    let digits = verification::digits_of(&sent.challenges, challenge_id, purpose, &policy);
    let code = TypedCode::parse(&sent.delivery.code.expose(), digits).ok()?;
    let request = VerifyRequest { account: &account, challenge_id, purpose, binding: &binding, code: &code };
    verification::verify(&sent.challenges, &request, &keys, start).ok().map(|tried| tried.challenges)
}

fn payment(number: u64, start: Timestamp) -> Option<Payment> {
    let minor = i64::try_from(1_000 + number * 37 % 9_000).ok()?;
    let money = Money::from_minor(minor, Currency::CNY).ok()?;
    let payment = Payment::out(&format!("typical-{number}"), money, start.plus_ms(number * HOUR_MS)).ok()?;
    Some(payment.to(&format!("shop-{}", number % 17)).from_device("phone"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::VerifyCeiling;

    const PHC: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    #[test]
    fn it_is_as_large_as_an_ordinary_record_and_always_the_same() {
        let phc = Phc::parse(PHC, &VerifyCeiling::DEFAULT).unwrap();
        let secret = StoreKey([7; 16]);
        let record = typical(&phc, secret);
        let bytes = record.encode().unwrap();
        assert!((500..2_048).contains(&bytes.len()), "{} bytes", bytes.len());
        assert_eq!(bytes, typical(&phc, secret).encode().unwrap());
        let challenge = |record: &AccountRecord| record.challenges.iter().next().unwrap().id;
        assert_ne!(challenge(&record), challenge(&typical(&phc, StoreKey([8; 16]))), "nobody can name it");
        assert_eq!(record.profile.read().unwrap().payments(), 40);
        assert!(record.password.is_some() && record.contacts.iter().count() == 1);
    }
}
