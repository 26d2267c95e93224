//! An owner with contacts: what other flows left in the record, what arrives, and the steps of a change.

use account_security::account::ContactKind;
use account_security::account::{AccountRecord, Contact, Errand, EventKind, Proofs, TicketId};
use account_security::command::{
    BeginContactChange, CodeSent, Command, ContactChangeBegun, ContactRefused, Effect, Env, FinishContactChange,
    OldContactAgreed, ProveNewContact, ProveOldContact, Rejection, Transition,
};
use account_security::service::{Service, ServiceError};
use account_security::types::{AccountId, Locale, RandomId, Timestamp, TypedCode};
use account_security::verification::{Channel, Destination, Sender};

use super::stores::Shared;

pub const OLD: &str = "+8613812345678";
pub const NEW: &str = "+8613987654321";
pub const OTHER: &str = "+8613700001111";
pub const MAIL: &str = "alice@example.com";

/// Whatever another flow would have left in the record.
pub struct Prepare<F>(pub F);

impl<F: Fn(&mut AccountRecord, Timestamp)> Command for Prepare<F> {
    type Record = AccountRecord;
    type Reply = ();

    fn decide(&self, record: AccountRecord, env: &mut Env<'_>) -> Result<Transition<AccountRecord, ()>, Rejection> {
        let mut record = record;
        (self.0)(&mut record, env.now);
        Ok(Transition { record, events: vec![EventKind::ContactsReviewed], effects: Vec::new(), reply: () })
    }
}

pub fn to(text: &str) -> Destination {
    Destination::parse(if text.contains('@') { Channel::Email } else { Channel::Sms }, text).unwrap()
}

pub fn sender() -> Sender {
    Sender::new("Example Pay").unwrap()
}

/// Registers confirmed contacts.
pub fn register(service: &Service<Shared>, account: &AccountId, contacts: &[&str], now: Timestamp) {
    let prepare = Prepare(|record: &mut AccountRecord, now| {
        for contact in contacts {
            record.contacts.replace(Contact::confirmed(to(contact), now));
        }
    });
    service.execute(account, &prepare, now).unwrap();
}

/// Opens a ticket that carries these proofs.
pub fn ticket(
    service: &Service<Shared>,
    account: &AccountId,
    errand: Errand,
    proven: Proofs,
    now: Timestamp,
) -> TicketId {
    let mut id = [0xE7; 16];
    id[0] = u8::from(proven);
    id[8..].copy_from_slice(&now.unix_ms().to_le_bytes());
    let id = TicketId(id);
    let prepare = Prepare(|record: &mut AccountRecord, now| record.tickets.open(id, errand, proven, now));
    service.execute(account, &prepare, now).unwrap();
    id
}

/// Takes every waiting message out: to whom, and what it says.
pub fn inbox(service: &Service<Shared>) -> Vec<(String, String)> {
    let waiting = service.drain(1_000).unwrap();
    service.delivered(&waiting.iter().map(|waiting| waiting.id).collect::<Vec<_>>()).unwrap();
    let texts = waiting.into_iter().filter_map(|waiting| match waiting.effect.unwrap() {
        Effect::Send { to, text, .. } => Some((to.as_str().to_owned(), text.as_str().to_owned())),
        _ => None,
    });
    texts.collect()
}

/// The code of `digits` digits in the newest message to this contact.
pub fn code_to(inbox: &[(String, String)], contact: &str, digits: u8) -> TypedCode {
    let (_, text) = inbox.iter().rfind(|(to, _)| to == contact).expect("a message went there");
    let mut runs = text.split(|mark: char| !mark.is_ascii_digit());
    TypedCode::parse(runs.find(|run| run.len() == usize::from(digits)).unwrap(), digits).unwrap()
}

/// The cancel handle in a message.
pub fn handle_in(text: &str) -> String {
    let is_handle = |word: &str| word.len() == 14 && word.matches('-').count() == 2;
    let mut words = text.split(|mark: char| !(mark.is_ascii_uppercase() || mark == '-'));
    words.find(|word| is_handle(word)).expect("a handle").to_owned()
}

pub fn begin(
    service: &Service<Shared>,
    account: &AccountId,
    new: &str,
    ticket: Option<TicketId>,
    now: Timestamp,
) -> Result<Result<ContactChangeBegun, ContactRefused>, ServiceError> {
    let begin = BeginContactChange { new: to(new), ticket, sender: sender(), locale: Locale::En };
    service.execute(account, &begin, now)
}

pub fn prove_old(
    service: &Service<Shared>,
    account: &AccountId,
    change: RandomId,
    code: TypedCode,
    now: Timestamp,
) -> Result<Result<OldContactAgreed, ContactRefused>, ServiceError> {
    service.execute(account, &ProveOldContact { change, code, sender: sender(), locale: Locale::En }, now)
}

pub fn prove_new(
    service: &Service<Shared>,
    account: &AccountId,
    change: RandomId,
    code: TypedCode,
    now: Timestamp,
) -> Result<Result<Timestamp, ContactRefused>, ServiceError> {
    service.execute(account, &ProveNewContact { change, code }, now)
}

pub fn finish(
    service: &Service<Shared>,
    account: &AccountId,
    change: RandomId,
    now: Timestamp,
) -> Result<Result<ContactKind, ContactRefused>, ServiceError> {
    service.execute(account, &FinishContactChange { change }, now)
}

/// A change whose old contact has agreed: its name, and the code the new contact got.
pub fn agreed(service: &Service<Shared>, account: &AccountId, new: &str, now: Timestamp) -> (RandomId, TypedCode) {
    let change = begin(service, account, new, None, now).unwrap().unwrap().change;
    let code = code_to(&inbox(service), OLD, 8);
    let sent: CodeSent = prove_old(service, account, change, code, now).unwrap().unwrap().sent.unwrap();
    let code = code_to(&inbox(service), new, 6);
    assert_eq!(sent.destination_masked, to(new).masked());
    (change, code)
}

/// A change that cools off: its name, when it is due, and what was sent.
pub fn cooling(
    service: &Service<Shared>,
    account: &AccountId,
    new: &str,
    now: Timestamp,
) -> (RandomId, Timestamp, Vec<(String, String)>) {
    let (change, code) = agreed(service, account, new, now);
    let until = prove_new(service, account, change, code, now).unwrap().unwrap();
    (change, until, inbox(service))
}

/// The number or address in force.
pub fn in_force(service: &Service<Shared>, account: &AccountId, kind: ContactKind) -> Option<String> {
    let contacts = service.record(account).unwrap().contacts;
    contacts.confirmed(kind).map(|contact| contact.destination().expose().to_owned())
}

/// A wrong code near the right one.
pub fn wrong(code: &TypedCode) -> TypedCode {
    let digits = code.digits();
    let other = (code.value() + 1) % 10_u32.pow(u32::from(digits));
    TypedCode::parse(&format!("{other:0width$}", width = usize::from(digits)), digits).unwrap()
}
