//! A support desk's day: freeze an account, look why a payment fails, lift the freeze under dual control.
//!
//! `cargo run --example freeze_and_lift`

use account_security::freeze::{FreezeError, PaymentFacts, SupportChannels, diagnose};
use account_security::prelude::*;

/// Tells the story; its test runs it too.
pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    // 32 random bytes each, from a vault, never from source code.
    let (lookup_key, root_key) = (SecretBytes::new(vec![1; 32]), SecretBytes::new(vec![2; 32]));
    let keyring = Keyring::new(lookup_key, KeyId(1), vec![(KeyId(1), root_key)])?;
    let security = Service::new(MemoryStore::new(), keyring, Settings::default())?;
    let alice = AccountId::parse("c-1001")?;
    let now = Timestamp::from_unix_s(1_767_225_600)?;

    let anna = Actor::staff(ActorId::parse("agent-anna")?, Authority::Agent);
    let request = FreezeRequest::new(Scopes::PAY_OUT, FreezeReason::SuspectedFraud, anna.authority, anna.id.clone());
    let placed = security.execute(&alice, &PlaceFreeze { request, caused_by: None }, now)??;

    let utc_offset_min = 60; // Berlin in winter
    let payment = Payment::out("tx-1", Money::parse("12.50", Currency::EUR)?, now)?.to("bakery");
    assert_eq!(security.assess(&alice, &payment, utc_offset_min, now)?, PaymentDecision::Frozen);
    let record = security.record(&alice)?;
    let causes = diagnose(&PaymentFacts::new(&record.freezes, Direction::Out), now);
    let channels = SupportChannels::default().with_hotline("+49 30 1234567")?;
    for cause in causes.for_customer(Locale::En, &channels) {
        println!("to the customer: {}", cause.text);
    }

    let lift = |by: &Actor| LiftFreeze { freeze: placed.id, by: by.clone(), release: None, identity: None };
    let alone = security.execute(&alice, &lift(&anna), now)?;
    assert!(matches!(alone, Err(FreezeError::SecondAgentNeeded)));
    let asked = RequestLift { freeze: placed.id, by: anna.clone(), release: None, identity: None };
    security.execute(&alice, &asked, now)??;
    let boris = Actor::staff(ActorId::parse("agent-boris")?, Authority::Agent);
    let still_closed = security.execute(&alice, &lift(&boris), now)??;
    println!("lifted by two; still closed: {:?}", still_closed.names().collect::<Vec<_>>());

    for (seq, event) in security.history(&alice, 1, 10)? {
        let what = match event.kind {
            EventKind::FreezePlaced { .. } => "frozen",
            EventKind::PaymentStopped { .. } => "payment refused",
            EventKind::LiftRequested { .. } => "lift requested",
            EventKind::FreezeLifted { .. } => "lifted",
            _ => "something else",
        };
        println!("{seq} {} {what}", event.at);
    }
    println!("audit trail: {:?}", security.verify_account(&alice)?);
    Ok(())
}
