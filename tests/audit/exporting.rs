//! Exported lines: parsed by others, verified from the lines alone.

use account_security::account::{AuditEpoch, ChainHead, ChainVerifier, Event, EventKind, Verdict};
use account_security::service::Service;
use account_security::types::{SecretBytes, StoreKey};
use serde_json::Value;

use crate::support::stores::Shared;
use crate::support::{account, ring, service};
use crate::{freeze, key, on_every_store, pay, with_ring};

const FIELDS: [&str; 12] =
    ["v", "chain", "seq", "at_ms", "at", "key", "epoch", "number", "event", "fields", "mac", "body"];

fn unhex(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn lines(service: &Service<Shared>, chain: StoreKey) -> Vec<String> {
    let (mut lines, mut next) = (Vec::new(), 1);
    loop {
        let page = service.export(chain, next, 2).unwrap();
        let Some(last) = page.last() else { return lines };
        next = last.seq + 1;
        lines.extend(page.into_iter().map(|line| line.text));
    }
}

#[test]
fn a_chain_is_verified_from_its_exported_lines() {
    on_every_store(|store| {
        let epoch = AuditEpoch::first(&SecretBytes::new(vec![1; 32])).unwrap();
        let security = with_ring(store, ring(1, &[1]).with_audit_epochs(&epoch, 1).unwrap());
        let alice = account("alice");
        (1..=4).for_each(|number| pay(&security, &alice, number));
        freeze(&security, &alice, 9);
        let chain = key(&security, "alice");
        let lines = lines(&security, chain);
        let mut verifier = ChainVerifier::new(security.keyring(), chain);
        let mut head = ChainHead::default();
        for (seq, line) in (1..).zip(&lines) {
            assert!(line.ends_with("}\n") && line.matches('\n').count() == 1);
            let read: Value = serde_json::from_str(line).unwrap();
            let places: Vec<usize> = FIELDS.iter().map(|name| line.find(&format!("\"{name}\":")).unwrap()).collect();
            let masked = read.get("masked").map(|masked| masked == &Value::Bool(true));
            let members = FIELDS.len() + usize::from(masked.is_some());
            assert!(places.is_sorted() && read.as_object().unwrap().len() == members, "{line}");
            let body = unhex(&read["body"]);
            let mac: [u8; 32] = unhex(&read["mac"]).try_into().unwrap();
            verifier.push(read["seq"].as_u64().unwrap(), &body, &mac);
            head = ChainHead { seq, mac, epoch: 1 };
            let event = Event::decode(&body).unwrap();
            assert_eq!(masked, event.is_masked.then_some(true), "told where it is so, and nowhere else");
            let told = (read["number"].as_u64().unwrap(), read["at_ms"].as_i64().unwrap());
            assert_eq!(told, (event.kind.number().into(), event.at.unix_ms()));
            assert_eq!((&read["at"], &read["epoch"]), (&event.at.to_string().into(), &1.into()));
            assert_eq!(read["chain"], chain.to_string());
        }
        assert_eq!(verifier.finish(head), Verdict::Intact { events: 5 });
        let paid: Value = serde_json::from_str(&lines[0]).unwrap();
        let Event { kind: EventKind::PaymentAssessed { tx_id, assessment, .. }, .. } =
            Event::decode(&unhex(&paid["body"])).unwrap()
        else {
            panic!("{paid}")
        };
        assert_eq!(
            (&paid["event"], &paid["fields"]["tx_id"].as_str().unwrap().len()),
            (&"PaymentAssessed".into(), &32)
        );
        assert_eq!(unhex(&paid["fields"]["tx_id"]), tx_id.0);
        assert_eq!(paid["fields"]["assessment"]["score"], assessment.score.0);
    });
}

#[test]
fn an_event_that_cannot_be_read_is_exported_all_the_same() {
    let store = Shared::memory();
    let security = service(&store);
    pay(&security, &account("alice"), 1);
    let mut old = crate::backup(&store, key(&security, "alice"));
    old.1[0].body[5] ^= 0xFF;
    let other = Shared::memory();
    crate::put_back(&other, key(&security, "alice"), &old);
    let line = service(&other).export(key(&security, "alice"), 1, 10).unwrap().remove(0);
    let read: Value = serde_json::from_str(&line.text).unwrap();
    assert_eq!((line.at, unhex(&read["body"])), (None, old.1[0].body.clone()));
    assert!(read["unreadable"].as_str().unwrap().contains("damaged"), "{read}");
}
