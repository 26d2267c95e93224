//! A record like that of an ordinary customer: what a name without an account is weighed against.
//!
//! Reading, changing and sealing a record takes the longer the more is in it. A cell of names without an account carries
//! such a record as ballast, so that a request on one costs what it costs on an account that has been used for a while.

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::contact::{Contact, ContactKind};
use super::record::AccountRecord;
use crate::password::{PasswordPolicy, PasswordState, Phc, VerifyCeiling};
use crate::risk::{AssessContext, CheckedPolicy, assess};
use crate::types::time::HOUR_MS;
use crate::types::{AccountId, Currency, KeyId, Money, Payment, SecretBytes, Timestamp};
use crate::verification::budget::{self, SendPolicy};
use crate::verification::{
    self, Binding, Challenges, Channel, CodeKey, CodeKeys, Destination, IssueRequest, Purpose, SendOutcome,
    VerificationPolicy,
};

/// Payments of the ordinary customer.
const PAYMENTS: u64 = 40;
const FIRST_AT_S: i64 = 1_767_225_600;
const PHC: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The same record whenever it is made. Not for a customer: nothing in it is anybody's.
pub(super) fn typical() -> AccountRecord {
    let start = Timestamp::from_unix_s(FIRST_AT_S).unwrap_or_default();
    let mut record = AccountRecord::default();
    if let Ok(phc) = Phc::parse(PHC, &VerifyCeiling::DEFAULT) {
        record.password = Some(PasswordState::set(None, &phc, &PasswordPolicy::card_default(), start));
    }
    if let Ok(phone) = Destination::parse(Channel::Sms, "+8613800000000") {
        record.contacts.replace(Contact::confirmed(phone, start));
    }
    if let Some(challenges) = asked_once(&record, start) {
        record.challenges = challenges;
    }
    record.sends = budget::charge(&record.sends, &SendPolicy::default().account_rules(), None, start).budget;
    for number in 0..PAYMENTS {
        let Some(payment) = payment(number, start) else { continue };
        let context = AssessContext::at(payment.at, 480);
        if let Ok(assessed) = assess(&record.profile, &payment, None, &CheckedPolicy::wallet(), &context) {
            assessed.commit(&mut record.profile);
        }
    }
    record
}

/// The code of the sign-up, whose challenge is remembered for a while.
fn asked_once(record: &AccountRecord, start: Timestamp) -> Option<Challenges> {
    let account = AccountId::parse("typical").ok()?;
    let key = CodeKey::new(KeyId(1), &SecretBytes::new(vec![1; 32])).ok()?;
    let (keys, mut rng) = (CodeKeys::new(key, Vec::new()).ok()?, StdRng::seed_from_u64(0));
    let to = record.contacts.get(ContactKind::Phone)?.destination();
    let request = IssueRequest { account: &account, purpose: Purpose::SignIn, to, binding: &Binding::None };
    let policy = VerificationPolicy::default();
    match verification::issue(&record.challenges, &request, &keys, &policy, &mut rng, start).ok()? {
        SendOutcome::Sent(sent) => Some(sent.challenges),
        SendOutcome::Refused(_) => None,
    }
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
    use crate::account::Aggregate;

    #[test]
    fn it_is_as_large_as_an_ordinary_record_and_always_the_same() {
        let bytes = typical().encode().unwrap();
        assert!((500..2_048).contains(&bytes.len()), "{} bytes", bytes.len());
        assert_eq!(bytes, typical().encode().unwrap());
        assert!(typical().password.is_some() && typical().contacts.iter().count() == 1);
    }
}
