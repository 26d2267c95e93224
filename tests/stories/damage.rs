//! Somebody edits the database file.

use std::path::{Path, PathBuf};

use account_security::account::{SealError, Verdict};
use account_security::command::PaymentDecision;
use account_security::freeze::{PendingAnswer, Scopes};
use account_security::service::{ReleaseOutcome, Service, ServiceError};
use account_security::store::StoreError;
use account_security::types::time::DAY_MS;
use account_security::types::{AccountId, TxId};
use rusqlite::{Connection, params};

use crate::support::acts::{court_order, payment, sign_in_code, type_code};
use crate::support::stores::Shared;
use crate::support::{account, at, service};

/// A file with three accounts, each with two payments and a freeze of what comes after them.
struct Bank {
    _folder: tempfile::TempDir,
    file: PathBuf,
    service: Service<Shared>,
}

const NAMES: [&str; 3] = ["alice", "bob", "carol"];

impl Bank {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("security.db");
        let service = service(&Shared::sqlite(&file));
        for name in NAMES {
            for number in 1..=2 {
                service.assess(&account(name), &payment(&format!("{name}-{number}"), at(0)), 480, at(0)).unwrap();
            }
            service.execute(&account(name), &court_order(1), at(0)).unwrap().unwrap();
        }
        Self { _folder: folder, file, service }
    }

    fn edit(&self, sql: &str, parameters: impl rusqlite::Params) {
        let changed = connection(&self.file).execute(sql, parameters).unwrap();
        assert!(changed > 0, "the edit hit nothing: {sql}");
    }

    fn key(&self, name: &str) -> [u8; 16] {
        self.service.keyring().account_key(&account(name)).0
    }

    /// A payment, a look at the freezes, a freeze: all denied, with this account's error.
    fn denied(&self, name: &str) -> ServiceError {
        let owner = account(name);
        let paid = self.service.assess(&owner, &payment("new", at(1_000)), 480, at(1_000)).unwrap_err();
        assert_eq!(self.service.restriction(&owner, at(1_000)).unwrap_err(), paid);
        assert_eq!(self.service.execute(&owner, &court_order(2), at(1_000)).unwrap_err(), paid);
        assert!(self.service.is_known(&owner).is_err(), "never a fresh account");
        assert!(matches!(self.service.verify_account(&owner), Ok(Verdict::CannotTell { .. }) | Err(_)));
        paid
    }

    /// What was allowed and told before the freeze is asked for again: the old answer must not come back.
    fn denies_repeats(&self, name: &str, tx_id: &str) {
        let owner = account(name);
        let old = payment(tx_id, at(0));
        let denied = [
            self.service.assess(&owner, &old, 480, at(1_000)).map(|_| ()),
            self.service.first_decision(&owner, &old).map(|_| ()),
            self.service.settle_pending(&owner, old.tx_id, at(1_000)).map(|_| ()),
            self.service.execute(&owner, &court_order(7), at(1_000)).map(|_| ()),
        ];
        for (number, denied) in denied.into_iter().enumerate() {
            assert!(matches!(denied, Err(ServiceError::Store(StoreError::Corrupt(_)))), "{number}: {denied:?}");
        }
    }

    fn row(&self, name: &str) -> (i64, Vec<u8>) {
        let sql = "SELECT version, body FROM cell WHERE key = ?1";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        connection(&self.file).query_row(sql, params![self.key(name)], row).unwrap()
    }

    fn works(&self, name: &str) {
        let owner = account(name);
        let paid = self.service.assess(&owner, &payment("new", at(1_000)), 480, at(1_000)).unwrap();
        assert_eq!(paid, PaymentDecision::Frozen);
        assert_eq!(self.service.restriction(&owner, at(1_000)).unwrap(), Scopes::PAY_OUT);
        assert!(matches!(self.service.verify_account(&owner).unwrap(), Verdict::Intact { .. }));
    }
}

fn connection(file: &Path) -> Connection {
    Connection::open(file).unwrap()
}

#[test]
fn a_damaged_row_denies_its_account_and_no_other() {
    let edits = [
        ("UPDATE cell SET body = substr(body, 1, length(body) - 1) WHERE key = ?1", "cut"),
        ("UPDATE cell SET body = substr(body, 1, 20) WHERE key = ?1", "cut within the header"),
        ("UPDATE cell SET body = x'' WHERE key = ?1", "emptied"),
        ("UPDATE cell SET body = zeroblob(length(body)) WHERE key = ?1", "zeroed"),
        ("UPDATE cell SET body = CAST(body || x'00' AS BLOB) WHERE key = ?1", "lengthened"),
        ("UPDATE cell SET version = version + 1 WHERE key = ?1", "another version"),
        (
            "UPDATE cell SET body = CAST(substr(body, 1, 60) || x'ff' || substr(body, 62) AS BLOB) WHERE key = ?1",
            "a byte",
        ),
    ];
    for (sql, what) in edits {
        let bank = Bank::open();
        bank.edit(sql, params![bank.key("bob")]);
        let error = bank.denied("bob");
        assert!(matches!(error, ServiceError::Seal(_)), "{what}: {error:?}");
        bank.works("alice");
        bank.works("carol");
    }
    for sql in ["UPDATE cell SET version = 0 WHERE key = ?1", "UPDATE cell SET body = zeroblob(70000) WHERE key = ?1"] {
        let bank = Bank::open();
        bank.edit(sql, params![bank.key("bob")]);
        let error = bank.denied("bob");
        assert!(matches!(error, ServiceError::Store(StoreError::Corrupt(_))), "{error:?}");
        bank.works("alice");
    }
}

#[test]
fn two_rows_exchanged_deny_both_accounts_and_no_third() {
    let bank = Bank::open();
    let body = |name: &str| -> Vec<u8> {
        let sql = "SELECT body FROM cell WHERE key = ?1";
        connection(&bank.file).query_row(sql, params![bank.key(name)], |row| row.get(0)).unwrap()
    };
    let (alices, bobs) = (body("alice"), body("bob"));
    bank.edit("UPDATE cell SET body = ?2 WHERE key = ?1", params![bank.key("alice"), bobs]);
    bank.edit("UPDATE cell SET body = ?2 WHERE key = ?1", params![bank.key("bob"), alices]);
    assert_eq!(bank.denied("alice"), ServiceError::Seal(SealError::Corrupt));
    assert_eq!(bank.denied("bob"), ServiceError::Seal(SealError::Corrupt));
    bank.works("carol");
}

#[test]
fn a_row_put_back_to_an_older_state_lets_no_payment_through() {
    let bank = Bank::open();
    let key = bank.key("bob");
    let (version, body): (i64, Vec<u8>) = connection(&bank.file)
        .query_row("SELECT version, body FROM cell WHERE key = ?1", params![key], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    let (challenge, code) = sign_in_code(&bank.service, &account("bob"), at(0));
    type_code(&bank.service, &account("bob"), challenge, code, at(0)).unwrap();
    bank.edit("UPDATE cell SET version = ?2, body = ?3 WHERE key = ?1", params![key, version, body]);
    let denied = bank.service.assess(&account("bob"), &payment("new", at(1_000)), 480, at(1_000));
    assert!(matches!(denied, Err(ServiceError::Store(StoreError::Corrupt(_)))), "{denied:?}");
    let verdict = bank.service.verify_account(&account("bob")).unwrap();
    assert_eq!(verdict, Verdict::Altered { seq: 4 }, "there are more events than the record knows of");
    bank.works("alice");
}

#[test]
fn a_row_taken_away_lets_no_payment_through() {
    let bank = Bank::open();
    bank.edit("DELETE FROM cell WHERE key = ?1", params![bank.key("bob")]);
    let denied = bank.service.assess(&account("bob"), &payment("new", at(1_000)), 480, at(1_000));
    assert!(matches!(denied, Err(ServiceError::Store(StoreError::Corrupt(_)))), "{denied:?}");
    assert!(matches!(bank.service.verify_account(&account("bob")).unwrap(), Verdict::CannotTell { .. }));
    bank.works("alice");
}

#[test]
fn an_event_that_was_changed_or_taken_out_is_named_and_a_cut_tail_is_counted() {
    let verdict_after = |sql: &str, seq: i64| {
        let bank = Bank::open();
        bank.edit(sql, params![bank.key("bob"), seq]);
        let owner: AccountId = account("bob");
        let verdict = bank.service.verify_account(&owner).unwrap();
        bank.works("alice");
        verdict
    };
    let change_body = "UPDATE event SET body = CAST(substr(body, 1, 30) || x'7f' || substr(body, 32) AS BLOB)
                       WHERE key = ?1 AND seq = ?2";
    for seq in 1..=2 {
        assert_eq!(verdict_after(change_body, seq), Verdict::Altered { seq: seq.unsigned_abs() });
    }
    let change_time = "UPDATE event SET body = CAST(substr(body, 1, 7) || x'5a' || substr(body, 9) AS BLOB)
                       WHERE key = ?1 AND seq = ?2";
    assert_eq!(verdict_after(change_time, 3), Verdict::Altered { seq: 3 });
    assert_eq!(
        verdict_after("UPDATE event SET mac = zeroblob(32) WHERE key = ?1 AND seq = ?2", 2),
        Verdict::Altered { seq: 2 }
    );
    assert_eq!(verdict_after("DELETE FROM event WHERE key = ?1 AND seq = ?2", 1), Verdict::Altered { seq: 1 });
    assert_eq!(verdict_after("DELETE FROM event WHERE key = ?1 AND seq = ?2", 2), Verdict::Altered { seq: 2 });
    assert_eq!(
        verdict_after("DELETE FROM event WHERE key = ?1 AND seq >= ?2", 3),
        Verdict::Truncated { have: 2, want: 3 }
    );
    assert_eq!(
        verdict_after("DELETE FROM event WHERE key = ?1 AND seq >= ?2", 1),
        Verdict::Truncated { have: 0, want: 3 }
    );
}

#[test]
fn events_of_one_account_prove_nothing_about_another() {
    let bank = Bank::open();
    bank.edit("DELETE FROM event WHERE key = ?1", params![bank.key("bob")]);
    bank.edit("UPDATE event SET key = ?2 WHERE key = ?1", params![bank.key("carol"), bank.key("bob")]);
    assert_eq!(bank.service.verify_account(&account("bob")).unwrap(), Verdict::Altered { seq: 1 });
    assert_eq!(bank.service.verify_account(&account("carol")).unwrap(), Verdict::Truncated { have: 0, want: 3 });
    bank.works("alice");
}

#[test]
fn an_old_payment_asked_for_again_is_denied_where_the_row_is_gone_or_older_than_the_freeze() {
    for is_put_back in [false, true] {
        let (bank, dave) = (Bank::open(), account("dave"));
        bank.service.assess(&dave, &payment("dave-1", at(0)), 480, at(0)).unwrap();
        let settled = bank.service.settle_pending(&dave, TxId::of("dave-1"), at(0)).unwrap();
        assert_eq!(settled, Some(PendingAnswer::Finish));
        let (version, body) = bank.row("dave");
        bank.service.execute(&dave, &court_order(7), at(0)).unwrap().unwrap();
        if is_put_back {
            let sql = "UPDATE cell SET version = ?2, body = ?3 WHERE key = ?1";
            bank.edit(sql, params![bank.key("dave"), version, body]);
        } else {
            bank.edit("DELETE FROM cell WHERE key = ?1", params![bank.key("dave")]);
        }
        bank.denies_repeats("dave", "dave-1");
        bank.works("alice");
    }
}

#[test]
fn an_event_that_its_commit_id_does_not_lead_to_is_altered_and_answers_for_no_other_payment() {
    let take_off = "UPDATE event SET commit_id = NULL WHERE key = ?1 AND seq = ?2";
    let bank = Bank::open();
    bank.edit(take_off, params![bank.key("bob"), 2]);
    assert_eq!(bank.service.verify_account(&account("bob")).unwrap(), Verdict::Altered { seq: 2 });
    // What is not derived from the event, the id of a freeze here, is nobody's to check.
    let bank = Bank::open();
    bank.edit(take_off, params![bank.key("bob"), 3]);
    assert_eq!(bank.service.verify_account(&account("bob")).unwrap(), Verdict::Intact { events: 3 });

    // The first payment's event under the id of the second: it must not be taken for that one's.
    let bank = Bank::open();
    let (bob, second) = (account("bob"), payment("bob-2", at(0)));
    bank.edit(take_off, params![bank.key("bob"), 2]);
    let lead = "UPDATE event SET commit_id = ?2 WHERE key = ?1 AND seq = 1";
    bank.edit(lead, params![bank.key("bob"), second.tx_id.0]);
    assert_eq!(bank.service.verify_account(&bob).unwrap(), Verdict::Altered { seq: 1 });
    let corrupt = |denied: Result<(), ServiceError>| {
        assert!(matches!(denied, Err(ServiceError::Store(StoreError::Corrupt(_)))), "{denied:?}");
    };
    corrupt(bank.service.judged(&bob, second.tx_id).map(|_| ()));
    corrupt(bank.service.settle_pending(&bob, second.tx_id, at(1_000)).map(|_| ()));
    assert_eq!(
        bank.service.first_decision(&bob, &second),
        Ok(None),
        "the first payment's decision is not the second's"
    );
}

/// A release that its id does not lead to could be made twice, and counted twice.
#[test]
fn a_release_that_its_commit_id_does_not_lead_to_is_altered() {
    let (bank, dave) = (Bank::open(), account("dave"));
    for day in 0..10 {
        let now = at(day * DAY_MS);
        bank.service.assess(&dave, &payment(&format!("dave-{day}"), now), 480, now).unwrap();
    }
    let now = at(10 * DAY_MS);
    let stranger = payment("dave-stranger", now).to("stranger").from_device("another phone");
    bank.service.assess(&dave, &stranger, 480, now).unwrap();
    assert_eq!(bank.service.release_payment(&dave, &stranger, 480, None, now).unwrap(), ReleaseOutcome::Released);
    assert_eq!(bank.service.verify_account(&dave).unwrap(), Verdict::Intact { events: 12 });
    bank.edit("UPDATE event SET commit_id = NULL WHERE key = ?1 AND seq = 12", params![bank.key("dave")]);
    assert_eq!(bank.service.verify_account(&dave).unwrap(), Verdict::Altered { seq: 12 });
}

#[test]
fn another_key_id_in_the_record_hides_no_altered_event() {
    let (bank, bob) = (Bank::open(), account("bob"));
    let name_key_9 =
        "UPDATE cell SET body = CAST(substr(body, 1, 1) || x'09' || substr(body, 3) AS BLOB) WHERE key = ?1";
    bank.edit(name_key_9, params![bank.key("bob")]);
    assert!(
        matches!(bank.service.verify_account(&bob).unwrap(), Verdict::CannotTell { why } if why.contains("KeyLost"))
    );
    bank.edit("UPDATE event SET mac = zeroblob(32) WHERE key = ?1 AND seq = 2", params![bank.key("bob")]);
    assert_eq!(bank.service.verify_account(&bob).unwrap(), Verdict::Altered { seq: 2 });

    // Another key under the same id: the chain proves nothing, but a check-point needs no key.
    let bank = Bank::open();
    let heads = bank.service.heads(None, 100).unwrap().heads;
    let seen = *heads.iter().find(|head| head.key.0 == bank.key("bob")).unwrap();
    let other_check =
        "UPDATE cell SET body = CAST(substr(body, 1, 5) || x'ffff' || substr(body, 8) AS BLOB) WHERE key = ?1";
    bank.edit(other_check, params![bank.key("bob")]);
    assert!(matches!(bank.service.verify_since(&seen, at(0)).unwrap(), Verdict::CannotTell { .. }));
    bank.edit("DELETE FROM event WHERE key = ?1 AND seq = 3", params![bank.key("bob")]);
    assert_eq!(bank.service.verify_since(&seen, at(0)).unwrap(), Verdict::RolledBack { have: 2, had: 3 });
}
