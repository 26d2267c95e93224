//! What people do: ask for a code, type it, pay, freeze.

use account_security::account::{CheckedIdentity, Event, EventKind, EvidenceHash, IdentityCheck};
use account_security::command::{CodeAnswer, CodeSent, Effect, IssueCode, PlaceFreeze, VerifyCode};
use account_security::freeze::{Authority, FreezeReason, FreezeRequest, Scopes};
use account_security::service::{Service, ServiceError};
use account_security::types::{
    AccountId, ActorId, CaseRef, Currency, Locale, Money, Payment, RandomId, Timestamp, TypedCode,
};
use account_security::verification::{Binding, Channel, Destination, Purpose, Sender};

use super::stores::Shared;

pub const PHONE: &str = "+8613812345678";

pub fn phone() -> Destination {
    Destination::parse(Channel::Sms, PHONE).unwrap()
}

/// Asks for a code.
pub fn send_code(
    service: &Service<Shared>,
    account: &AccountId,
    purpose: Purpose,
    binding: Binding,
    now: Timestamp,
) -> Result<CodeSent, ServiceError> {
    let sender = Sender::new("Example Pay").unwrap();
    let issue = IssueCode { purpose, to: phone(), binding, sender, locale: Locale::En };
    service.execute(account, &issue, now).map(|sent| sent.expect("the policy lets it be sent"))
}

/// Asks for a sign-in code and reads it from the message.
pub fn sign_in_code(service: &Service<Shared>, account: &AccountId, now: Timestamp) -> (RandomId, u32) {
    let sent = send_code(service, account, Purpose::SignIn, Binding::None, now).unwrap();
    (sent.challenge, receive(service))
}

/// Takes every waiting message and reads the code of the last one.
pub fn receive(service: &Service<Shared>) -> u32 {
    let waiting = service.drain(1_000).unwrap();
    let ids: Vec<_> = waiting.iter().map(|waiting| waiting.id).collect();
    service.delivered(&ids).unwrap();
    let mut texts = waiting.iter().filter_map(|waiting| match waiting.effect.as_ref().unwrap() {
        Effect::Send { text, .. } => Some(text),
        _ => None,
    });
    code_in(texts.next_back().expect("a message waits"))
}

/// The only run of six digits.
pub fn code_in(text: &str) -> u32 {
    let mut runs = text.split(|mark: char| !mark.is_ascii_digit());
    runs.rfind(|run| run.len() == 6).unwrap().parse().unwrap()
}

pub fn typed(code: u32) -> TypedCode {
    TypedCode::parse(&format!("{:06}", code % 1_000_000), 6).unwrap()
}

/// Types a sign-in code.
pub fn type_code(
    service: &Service<Shared>,
    account: &AccountId,
    challenge: RandomId,
    code: u32,
    now: Timestamp,
) -> Result<CodeAnswer, ServiceError> {
    let verify = VerifyCode { challenge, purpose: Purpose::SignIn, binding: Binding::None, code: typed(code) };
    service.execute(account, &verify, now)
}

pub fn yuan(minor: i64) -> Money {
    Money::from_minor(minor, Currency::CNY).unwrap()
}

/// A small payment to the shop.
pub fn payment(tx_id: &str, now: Timestamp) -> Payment {
    Payment::out(tx_id, yuan(1_250), now).unwrap().to("shop-7").from_device("phone-1")
}

/// A court closes what goes out, under a key of its own.
pub fn court_order(number: u8) -> PlaceFreeze {
    let clerk = ActorId::parse("clerk-3").unwrap();
    let request = FreezeRequest::new(Scopes::PAY_OUT, FreezeReason::CourtOrder, Authority::Court, clerk);
    let case = CaseRef::parse(&format!("2026-{number}")).unwrap();
    PlaceFreeze { request: request.for_case(case).with_key([number; 16]), caused_by: None }
}

/// The owner was seen with a document.
pub fn seen() -> CheckedIdentity {
    shown(IdentityCheck::DocumentInBranch)
}

/// The owner was shown to be the owner, in this way.
pub fn shown(method: IdentityCheck) -> CheckedIdentity {
    CheckedIdentity::matched(method, EvidenceHash::of(b"a scan"))
}

/// The whole history, oldest first.
pub fn history(service: &Service<Shared>, account: &AccountId) -> Vec<(u64, Event)> {
    service.history(account, 1, 100_000).unwrap()
}

pub fn kinds(service: &Service<Shared>, account: &AccountId) -> Vec<EventKind> {
    history(service, account).into_iter().map(|(_, event)| event.kind).collect()
}
