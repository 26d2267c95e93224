//! An old backup of one account put back, row and events together: whole in itself, and seen by a check-point.

use account_security::account::Verdict;
use account_security::account::checkpoint::{CellHead, CheckpointError, CheckpointFile, HEADS_HEADER, HeadsParser};
use account_security::store::Store;
use account_security::types::StoreKey;
use account_security::types::time::DAY_MS;

use crate::support::acts::phone;
use crate::support::stores::Shared;
use crate::support::{account, at, service};
use crate::{Backup, backup, freeze, heads, key, pay, put_back};

#[test]
fn every_older_state_of_an_account_is_seen_and_no_later_one_is_taken_for_one() {
    let store = Shared::memory();
    let (security, alice) = (service(&store), account("alice"));
    let alices = key(&security, "alice");
    let mut backups: Vec<Backup> = Vec::new();
    let mut seen = None;
    for number in 1..=8_u8 {
        pay(&security, &alice, number.into());
        backups.push(backup(&store, alices));
        if number == 5 {
            pay(&security, &account("bob"), 1);
            seen = Some(heads(&security).0);
        }
    }
    let seen = seen.unwrap();
    let head = seen.iter().find(|head| head.key == alices).unwrap();
    assert_eq!((seen.len(), head.seq), (2, 5));
    for (seq, old) in (1..).zip(&backups) {
        let other = Shared::memory();
        put_back(&other, alices, old);
        let restored = service(&other);
        assert_eq!(restored.verify_cell(alices).unwrap(), Verdict::Intact { events: seq }, "whole in itself");
        let verdict = restored.verify_since(head, at(10)).unwrap();
        let want = if seq < 5 { Verdict::RolledBack { have: seq, had: 5 } } else { Verdict::Intact { events: seq } };
        assert_eq!(verdict, want);
        if seq < 5 {
            // It grows on, past where the check-point saw it, with other events.
            (20..28).for_each(|number| pay(&restored, &alice, number));
            let verdict = restored.verify_since(head, at(30)).unwrap();
            assert_eq!(verdict, Verdict::RolledBack { have: seq + 8, had: 5 });
        }
    }
    let empty = service(&Shared::memory());
    assert_eq!(empty.verify_since(head, at(10)).unwrap(), Verdict::RolledBack { have: 0, had: 5 });
}

#[test]
fn the_root_is_of_all_heads_and_the_file_of_heads_is_held_against_it() {
    crate::on_every_store(|store| {
        let security = service(store);
        ["alice", "bob", "carol"].iter().for_each(|name| freeze(&security, &account(name), 1));
        let (heads_then, tree) = heads(&security);
        let checkpoint = tree.finish(security.keyring().lookup_fingerprint(), 0, at(5));
        assert_eq!(
            CheckpointFile::parse(CheckpointFile::unsigned(checkpoint).to_text().as_bytes()).unwrap().checkpoint,
            checkpoint
        );
        let read = |heads: &[CellHead]| {
            let text = heads.iter().fold(HEADS_HEADER.to_owned(), |text, head| text + &head.line());
            let mut parser = HeadsParser::new();
            parser.feed(text.as_bytes(), &mut |_| {}).unwrap();
            checkpoint.finish(parser)
        };
        assert_eq!(read(&heads_then), Ok(()));
        // Whoever put bob back would like the file to say so too.
        let mut forged = heads_then.clone();
        forged[1].mac[0] ^= 1;
        assert_eq!(read(&forged), Err(CheckpointError::OtherHeads));
        assert_eq!(read(&heads_then[..2]), Err(CheckpointError::OtherHeads));
        // Accounts go on, and new ones come: neither is a finding.
        pay(&security, &account("alice"), 100);
        freeze(&security, &account("dave"), 1);
        for head in &heads_then {
            assert!(matches!(security.verify_since(head, at(200)).unwrap(), Verdict::Intact { .. }));
        }
        assert_ne!(heads(&security).1.root(), checkpoint.root);
    });
}

#[test]
fn counts_that_had_to_go_are_not_missed_and_counts_that_had_not_are() {
    crate::on_every_store(|store| {
        let security = service(store);
        security.charge_send(&phone(), None, at(0)).unwrap().unwrap();
        let (seen, _) = heads(&security);
        assert!(!seen.is_empty() && seen.iter().all(|head| head.expires_at.is_some()));
        let expired = at(2 * DAY_MS);
        assert_eq!(store.purge_expired(expired, 1_000).unwrap(), seen.len());
        for head in &seen {
            assert_eq!(security.verify_since(head, expired).unwrap(), Verdict::Intact { events: 0 });
            assert_eq!(security.verify_since(head, at(1)).unwrap(), Verdict::RolledBack { have: 0, had: head.seq });
        }
        assert_eq!(heads(&security).0, []);
    });
}

#[test]
fn a_record_that_does_not_open_is_left_out_and_named() {
    let store = Shared::memory();
    let security = service(&store);
    pay(&security, &account("alice"), 1);
    let bobs = StoreKey([0xEE; 16]);
    put_back(&store, bobs, &backup(&store, key(&security, "alice")));
    let page = security.heads(None, 10).unwrap();
    assert_eq!((page.heads.len(), page.left_out), (1, vec![bobs]), "another account's record opens for nobody");
}

#[cfg(feature = "async")]
#[test]
fn tasks_find_the_same_heads_and_verdicts() {
    use account_security::service::AsyncService;
    use account_security::store::{AtOnce, MemoryStore};
    futures_lite::future::block_on(async {
        let store = AtOnce(MemoryStore::new());
        let tasks = AsyncService::new(store, crate::support::ring(1, &[1]), crate::support::settings()).await.unwrap();
        let threads = service(&Shared::memory());
        let alice = account("alice");
        let order = crate::support::acts::court_order(1);
        tasks.execute(&alice, &order, at(1)).await.unwrap().unwrap();
        threads.execute(&alice, &order, at(1)).unwrap().unwrap();
        let (page, other) = (tasks.heads(None, 10).await.unwrap(), threads.heads(None, 10).unwrap());
        assert_eq!((page.heads.len(), page.last), (1, other.last));
        let verdict = tasks.verify_since(&page.heads[0], at(2)).await.unwrap();
        assert_eq!(verdict, Verdict::Intact { events: 1 });
        assert!(matches!(tasks.verify_since(&other.heads[0], at(2)).await.unwrap(), Verdict::RolledBack { .. }));
        assert_eq!(tasks.rotate_keys(None, 10).await.unwrap().resealed, 0);
        assert_eq!(tasks.export(page.heads[0].key, 1, 10).await.unwrap().len(), 1);
    });
}
