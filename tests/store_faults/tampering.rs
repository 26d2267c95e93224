//! Somebody edits what a server holds: rows flipped, exchanged, put back, taken away; events changed, cut, deleted.

use account_security::account::{SealError, Verdict};
use account_security::command::PaymentDecision;
use account_security::freeze::Scopes;
use account_security::service::{Service, ServiceError};
use account_security::store::StoreError;
use account_security::types::StoreKey;

use crate::servers::{postgres, redis};
use crate::support::acts::{court_order, payment};
use crate::support::stores::Shared;
use crate::support::{account, at, service};

const NAMES: [&str; 3] = ["alice", "bob", "carol"];
/// Two payments and a freeze.
const EVENTS: u64 = 3;

/// Edits behind the library's back.
trait Editor {
    fn set_cell(&self, key: StoreKey, version: u64, body: &[u8]);
    fn drop_cell(&self, key: StoreKey);
    fn set_event(&self, key: StoreKey, seq: u64, body: &[u8], mac: &[u8; 32]);
    /// Deletes the events from this number on.
    fn cut_events(&self, key: StoreKey, from_seq: u64);
}

struct InPostgres(&'static postgres::Postgres, String);

impl InPostgres {
    fn edit(&self, text: &str) {
        let counted =
            format!("SET search_path = {}; WITH edited AS ({text} RETURNING 1) SELECT count(*) FROM edited", self.1);
        assert_ne!(self.0.sql(&counted).unwrap().trim(), "0", "the edit hit nothing: {text}");
    }
}

impl Editor for InPostgres {
    fn set_cell(&self, key: StoreKey, version: u64, body: &[u8]) {
        let body = hex(body);
        self.edit(&format!(
            "UPDATE account_security_cell SET version = {version}, body = '\\x{body}' WHERE key = '\\x{key}'"
        ));
    }

    fn drop_cell(&self, key: StoreKey) {
        self.edit(&format!("DELETE FROM account_security_cell WHERE key = '\\x{key}'"));
    }

    fn set_event(&self, key: StoreKey, seq: u64, body: &[u8], mac: &[u8; 32]) {
        let (body, mac) = (hex(body), hex(mac));
        self.edit(&format!(
            "UPDATE account_security_event SET body = '\\x{body}', mac = '\\x{mac}' WHERE key = '\\x{key}' AND seq = {seq}"
        ));
    }

    fn cut_events(&self, key: StoreKey, from_seq: u64) {
        self.edit(&format!("DELETE FROM account_security_event WHERE key = '\\x{key}' AND seq >= {from_seq}"));
    }
}

struct InRedis(&'static redis::Redis, String);

impl InRedis {
    fn name(&self, key: StoreKey, what: &str) -> String {
        let bucket = u16::from_be_bytes([key.0[0], key.0[1]]) >> 6;
        format!("{}{{{bucket:03x}}}:{what}:{key}", self.1)
    }
}

impl Editor for InRedis {
    fn set_cell(&self, key: StoreKey, version: u64, body: &[u8]) {
        let name = self.name(key, "cell");
        self.0
            .ask_bytes(&[b"HSET", name.as_bytes(), b"version", version.to_string().as_bytes(), b"body", body])
            .unwrap();
    }

    fn drop_cell(&self, key: StoreKey) {
        assert_eq!(self.0.ask(&["DEL", &self.name(key, "cell")]), Ok(::redis::Value::Int(1)));
    }

    fn set_event(&self, key: StoreKey, seq: u64, body: &[u8], mac: &[u8; 32]) {
        let name = self.name(key, "events");
        let event = [&mac[..], body].concat();
        self.0.ask_bytes(&[b"LSET", name.as_bytes(), (seq - 1).to_string().as_bytes(), &event]).unwrap();
    }

    fn cut_events(&self, key: StoreKey, from_seq: u64) {
        let name = self.name(key, "events");
        match from_seq {
            1 => drop(self.0.ask(&["DEL", &name]).unwrap()),
            _ => drop(self.0.ask(&["LTRIM", &name, "0", &(from_seq - 2).to_string()]).unwrap()),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Three accounts in a store, and somebody who edits it.
struct Bank {
    service: Service<Shared>,
    store: Shared,
    editor: Box<dyn Editor>,
}

/// The same story on each server that is installed.
fn on_every_server(story: impl Fn(&Bank)) {
    if let Some(server) = postgres::shared() {
        let (store, schema) = server.new_store(0);
        story(&Bank::open(Shared::new(store), Box::new(InPostgres(server, schema))));
    }
    if let Some(server) = redis::shared() {
        let (store, prefix) = server.new_store();
        story(&Bank::open(Shared::new(store), Box::new(InRedis(server, prefix))));
    }
}

impl Bank {
    fn open(store: Shared, editor: Box<dyn Editor>) -> Self {
        let service = service(&store);
        for name in NAMES {
            for number in 1..=2 {
                service.assess(&account(name), &payment(&format!("{name}-{number}"), at(0)), 480, at(0)).unwrap();
            }
            service.execute(&account(name), &court_order(1), at(0)).unwrap().unwrap();
        }
        Self { service, store, editor }
    }

    fn key(&self, name: &str) -> StoreKey {
        self.service.keyring().account_key(&account(name))
    }

    /// A payment, a look at the freezes, a freeze: all denied, with one error.
    fn denied(&self, name: &str) -> ServiceError {
        let owner = account(name);
        let paid = self.service.assess(&owner, &payment("new", at(1_000)), 480, at(1_000)).unwrap_err();
        assert_eq!(self.service.restriction(&owner, at(1_000)).unwrap_err(), paid);
        assert_eq!(self.service.execute(&owner, &court_order(2), at(1_000)).unwrap_err(), paid);
        assert!(self.service.is_known(&owner).is_err(), "never a fresh account");
        assert!(matches!(self.service.verify_account(&owner), Ok(Verdict::CannotTell { .. }) | Err(_)));
        paid
    }

    fn works(&self, name: &str) {
        let owner = account(name);
        let paid = self.service.assess(&owner, &payment("new", at(1_000)), 480, at(1_000)).unwrap();
        assert_eq!(paid, PaymentDecision::Frozen);
        assert_eq!(self.service.restriction(&owner, at(1_000)).unwrap(), Scopes::PAY_OUT);
        assert!(matches!(self.service.verify_account(&owner).unwrap(), Verdict::Intact { .. }));
    }
}

#[test]
fn one_flipped_bit_denies_its_account_and_no_other() {
    on_every_server(|bank| {
        let key = bank.key("bob");
        let cell = bank.store.0.load(key).unwrap().unwrap();
        for place in [0, 3, 20, 60, cell.body.len() - 1] {
            let mut body = cell.body.clone();
            body[place] ^= 1;
            bank.editor.set_cell(key, cell.version, &body);
            bank.denied("bob");
            bank.works("alice");
        }
        bank.editor.set_cell(key, cell.version + 1, &cell.body);
        bank.denied("bob");
        bank.editor.set_cell(key, cell.version, &cell.body);
        bank.works("bob");
    });
}

#[test]
fn rows_exchanged_deny_both_accounts_and_no_third() {
    on_every_server(|bank| {
        let (alice, bob) = (bank.key("alice"), bank.key("bob"));
        let load = |key| bank.store.0.load(key).unwrap().unwrap();
        let (alices, bobs) = (load(alice), load(bob));
        bank.editor.set_cell(alice, bobs.version, &bobs.body);
        bank.editor.set_cell(bob, alices.version, &alices.body);
        assert_eq!(bank.denied("alice"), ServiceError::Seal(SealError::Corrupt));
        assert_eq!(bank.denied("bob"), ServiceError::Seal(SealError::Corrupt));
        bank.works("carol");
    });
}

#[test]
fn an_older_row_put_back_lets_no_payment_through() {
    on_every_server(|bank| {
        let key = bank.key("bob");
        let older = bank.store.0.load(key).unwrap().unwrap();
        let lift = court_order(3);
        bank.service.execute(&account("bob"), &lift, at(500)).unwrap().unwrap();
        bank.editor.set_cell(key, older.version, &older.body);
        let denied = bank.service.assess(&account("bob"), &payment("new", at(1_000)), 480, at(1_000));
        assert!(
            matches!(denied, Err(ServiceError::Store(StoreError::Corrupt(_))) | Ok(PaymentDecision::Frozen)),
            "{denied:?}"
        );
        let verdict = bank.service.verify_account(&account("bob")).unwrap();
        assert_eq!(verdict, Verdict::Altered { seq: EVENTS + 1 }, "there are more events than the record knows of");
        bank.works("alice");
    });
}

#[test]
fn a_row_taken_away_lets_no_payment_through() {
    on_every_server(|bank| {
        bank.editor.drop_cell(bank.key("bob"));
        let denied = bank.service.assess(&account("bob"), &payment("new", at(1_000)), 480, at(1_000));
        assert!(matches!(denied, Err(ServiceError::Store(StoreError::Corrupt(_)))), "{denied:?}");
        assert!(matches!(bank.service.verify_account(&account("bob")).unwrap(), Verdict::CannotTell { .. }));
        bank.works("alice");
    });
}

#[test]
fn events_changed_cut_or_deleted_are_told_apart() {
    on_every_server(|bank| {
        let key = bank.key("bob");
        let verdict = || bank.service.verify_account(&account("bob")).unwrap();
        let events = bank.store.0.events(key, 1, 10).unwrap();
        assert_eq!(events.len(), usize::try_from(EVENTS).unwrap());
        for event in &events {
            let mut body = event.body.clone();
            let last = body.len() - 1;
            body[last] ^= 1;
            bank.editor.set_event(key, event.seq, &body, &event.mac);
            assert_eq!(verdict(), Verdict::Altered { seq: event.seq });
            bank.editor.set_event(key, event.seq, &event.body, &[0; 32]);
            assert_eq!(verdict(), Verdict::Altered { seq: event.seq });
            bank.editor.set_event(key, event.seq, &event.body, &event.mac);
        }
        assert_eq!(verdict(), Verdict::Intact { events: EVENTS });
        bank.editor.cut_events(key, EVENTS);
        assert_eq!(verdict(), Verdict::Truncated { have: EVENTS - 1, want: EVENTS });
        bank.editor.cut_events(key, 1);
        assert_eq!(verdict(), Verdict::Truncated { have: 0, want: EVENTS });
        bank.works("alice");
    });
}
