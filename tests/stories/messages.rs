//! Messages: delivered at least once, and the only place where a code or a full phone number is ever in plain.

use account_security::command::{Effect, Notice};
use account_security::service::Waiting;
use account_security::verification::{Binding, Channel, Purpose};

use crate::on_every_store;
use account_security::freeze::{Authority, FreezeReason};

use crate::support::acts::{PHONE, code_in, court_order, history, send_code, type_code};
use crate::support::{account, at, service};

#[test]
fn a_message_waits_until_it_is_delivered_and_holds_the_code() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let sent = send_code(&service, &alice, Purpose::SignIn, Binding::None, at(0)).unwrap();
        assert_eq!(sent.destination_masked, "+86 ****5678");
        let waiting = service.drain(10).unwrap();
        assert_eq!(service.drain(10).unwrap(), waiting, "a sender that died in between gets it again");
        let [
            Waiting { id, effect: Ok(Effect::Send { channel: Channel::Sms, to, subject: None, text, expires_at, .. }) },
        ] = waiting.as_slice()
        else {
            panic!("{waiting:?}");
        };
        assert_eq!((to.as_str(), *expires_at), (PHONE, sent.expires_at));
        let code = code_in(text);
        service.delivered(&[*id]).unwrap();
        service.delivered(&[*id]).unwrap();
        assert_eq!(service.drain(10).unwrap(), []);
        assert!(type_code(&service, &alice, sent.challenge, code, at(0)).is_ok());
    });
}

#[test]
fn what_nobody_can_deliver_holds_up_nothing_that_waits_behind_it() {
    on_every_store(|store| {
        let service = service(store);
        for name in ["alice", "bob", "carol"] {
            send_code(&service, &account(name), Purpose::SignIn, Binding::None, at(0)).unwrap();
        }
        let all = service.drain(10).unwrap();
        // The courier hands out one at a time, and none of them can be delivered.
        let mut seen = service.drain(1).unwrap();
        while let Some(next) = service.drain_after(seen.last().unwrap().id, 1).unwrap().pop() {
            seen.push(next);
        }
        assert_eq!((seen.len(), &seen), (3, &all));
        service.delivered(&[all[2].id]).unwrap();
        assert_eq!(service.drain_after(all[2].id, 10).unwrap(), all[..2], "what is delivered begins a new walk");
    });
}

#[test]
fn neither_history_nor_record_nor_debug_output_holds_the_code_or_the_phone_number() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let sent = send_code(&service, &alice, Purpose::SignIn, Binding::None, at(0)).unwrap();
        let waiting = service.drain(10).unwrap();
        let Some(Waiting { effect: Ok(Effect::Send { text, .. }), .. }) = waiting.first() else {
            panic!("{waiting:?}")
        };
        let code = code_in(text);
        type_code(&service, &alice, sent.challenge, code + 1, at(0)).unwrap();
        type_code(&service, &alice, sent.challenge, code, at(0)).unwrap();
        let (history, record) = (history(&service, &alice), service.record(&alice).unwrap());
        assert_eq!(history.len(), 3);
        let code = format!("{code:06}");
        for shown in [format!("{history:?}"), format!("{record:?}"), format!("{waiting:?} {sent:?}")] {
            assert!(!shown.contains(&code) && !shown.contains(&PHONE[1..]) && !shown.contains("13812345678"));
        }
        let stored = store.0.events(service.keyring().account_key(&alice), 1, 10).unwrap();
        let cell = store.0.load(service.keyring().account_key(&alice)).unwrap().unwrap().body;
        let outbox = store.0.outbox(10).unwrap().into_iter().map(|item| item.body);
        let bodies = stored.into_iter().map(|event| event.body).chain([cell]).chain(outbox);
        for body in bodies {
            for secret in [code.as_bytes(), b"13812345678", b"alice"] {
                assert!(!body.windows(secret.len()).any(|window| window == secret), "a plain secret is stored");
            }
        }
    });
}

#[cfg(feature = "sqlite")]
#[test]
fn the_database_file_and_its_log_hold_no_code_phone_number_or_account_name() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::support::stores::Shared::sqlite(&folder.path().join("security.db"));
    let (service, owner) = (service(&store), account("alice-in-the-file"));
    send_code(&service, &owner, Purpose::SignIn, Binding::None, at(0)).unwrap();
    let waiting = service.drain(10).unwrap();
    let Some(Waiting { effect: Ok(Effect::Send { text, .. }), .. }) = waiting.first() else { panic!("{waiting:?}") };
    let code = format!("{:06}", code_in(text));
    let mut bytes_seen = 0;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes_seen += bytes.len();
        for secret in [text.as_bytes(), b"13812345678", b"alice-in-the-file"] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret));
        }
        let with_words = format!("{code} is your code");
        assert!(!bytes.windows(with_words.len()).any(|window| window == with_words.as_bytes()));
    }
    assert!(bytes_seen > 4_096, "the files were looked at");
}

#[test]
fn the_owner_is_told_of_a_freeze_that_may_be_told_and_of_no_other() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        service.execute(&alice, &court_order(1), at(0)).unwrap().unwrap();
        let waiting = service.drain(10).unwrap();
        service.delivered(&waiting.iter().map(|waiting| waiting.id).collect::<Vec<_>>()).unwrap();
        let effects: Vec<_> = waiting.into_iter().map(|waiting| waiting.effect.unwrap()).collect();
        assert!(matches!(effects[..], [Effect::PendingPayments { .. }]), "a court's order is not told: {effects:?}");
        let owner = account_security::types::ActorId::parse("alice").unwrap();
        let scopes = account_security::freeze::Scopes::SIGN_IN;
        let request = account_security::freeze::FreezeRequest::by_owner(owner, scopes);
        let place = account_security::command::PlaceFreeze { request, caused_by: None };
        let freeze = service.execute(&alice, &place, at(0)).unwrap().unwrap().id;
        let (reason, authority) = (FreezeReason::OwnerRequest, Authority::Owner);
        let told: Vec<_> = service.drain(10).unwrap().into_iter().map(|waiting| waiting.effect.unwrap()).collect();
        assert_eq!(told, [Effect::NotifyOwner { notice: Notice::Frozen { freeze, scopes, reason, authority } }]);
    });
}
