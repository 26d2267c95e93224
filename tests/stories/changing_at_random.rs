//! Whatever owner, thief and agents do in whatever order: a contact changes only at the end of the whole way.

use std::collections::BTreeMap;

use account_security::account::{CancelHandle, Errand, Event, EventKind, Proofs};
use account_security::command::{
    ApproveLostContact, BeginContactChange, BeginLostContactChange, CancelContactChange, ContactCancel,
    FinishContactChange, PlaceFreeze, ProveNewContact, ProveOldContact, RecordIdentityCheck, SendContactCode,
};
use account_security::freeze::{Actor, Authority, FreezeRequest, Scopes};
use account_security::service::Service;
use account_security::types::time::{HOUR_MS, MINUTE_MS};
use account_security::types::{AccountId, ActorId, Locale, RandomId, Timestamp, TypedCode};
use proptest::prelude::*;

use crate::support::acts::{history, seen};
use crate::support::owner::{MAIL, NEW, OLD, OTHER, handle_in, inbox, register, sender, ticket, to};
use crate::support::stores::Shared;
use crate::support::{account, at, service};

#[derive(Clone, Copy, Debug)]
enum Act {
    Begin(bool),
    ReportLost(bool),
    Check(bool),
    Approve(bool),
    SendAgain,
    ProveOld,
    ProveNew,
    Finish,
    Cancel(bool),
    Freeze,
    Wait(u64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => any::<bool>().prop_map(Act::Begin),
        3 => any::<bool>().prop_map(Act::ReportLost),
        4 => any::<bool>().prop_map(Act::Check),
        4 => any::<bool>().prop_map(Act::Approve),
        3 => Just(Act::SendAgain),
        6 => Just(Act::ProveOld),
        6 => Just(Act::ProveNew),
        6 => Just(Act::Finish),
        1 => any::<bool>().prop_map(Act::Cancel),
        1 => Just(Act::Freeze),
        4 => prop_oneof![Just(MINUTE_MS), Just(HOUR_MS), Just(24 * HOUR_MS), Just(72 * HOUR_MS)].prop_map(Act::Wait),
    ];
    proptest::collection::vec(act, 1..60)
}

/// Everybody's view: all messages, the newest change, and the clock.
struct World {
    service: Service<Shared>,
    alice: AccountId,
    mail: Vec<(String, String)>,
    now: Timestamp,
}

impl World {
    fn new() -> Self {
        let (service, alice) = (service(&Shared::memory()), account("alice"));
        register(&service, &alice, &[OLD, MAIL], at(0));
        Self { service, alice, mail: Vec::new(), now: at(0) }
    }

    fn change(&self) -> RandomId {
        let record = self.service.record(&self.alice).unwrap();
        record.contact_change.map_or(RandomId([0; 16]), |change| change.id())
    }

    /// The newest code of so many digits that anybody was ever sent.
    fn newest_code(&self, digits: u8) -> TypedCode {
        let runs = self.mail.iter().rev().flat_map(|(_, text)| text.split(|mark: char| !mark.is_ascii_digit()));
        let found = runs.into_iter().find(|run| run.len() == usize::from(digits)).unwrap_or("0");
        TypedCode::parse(&format!("{found:0>width$}", width = usize::from(digits)), digits).unwrap()
    }

    fn play(&mut self, act: Act) {
        self.now = self.now.plus_ms(1);
        let (service, alice, now, change) = (&self.service, &self.alice, self.now, self.change());
        let new = |other| to(if other { OTHER } else { NEW });
        let agent = |other| Actor::staff(ActorId::parse(if other { "b" } else { "a" }).unwrap(), Authority::Agent);
        let locale = Locale::En;
        match act {
            Act::Begin(other) => {
                let ticket = Some(ticket(service, alice, Errand::StepUp, Proofs::EMAIL, now));
                let _ = service.execute(
                    alice,
                    &BeginContactChange { new: new(other), ticket, sender: sender(), locale },
                    now,
                );
            }
            Act::ReportLost(other) => {
                let ticket = ticket(service, alice, Errand::StepUp, Proofs::EMAIL, now);
                let _ = service.execute(alice, &BeginLostContactChange { new: new(other), ticket, locale }, now);
            }
            Act::Check(other) => {
                let (check, case_ref) = (seen(), None);
                let _ = service.execute(alice, &RecordIdentityCheck { change, check, by: agent(other), case_ref }, now);
            }
            Act::Approve(other) => {
                let _ = service.execute(alice, &ApproveLostContact { change, by: agent(other) }, now);
            }
            Act::SendAgain => {
                let _ = service.execute(alice, &SendContactCode { change, sender: sender(), locale }, now);
            }
            Act::ProveOld => {
                let code = self.newest_code(8);
                let _ = service.execute(alice, &ProveOldContact { change, code, sender: sender(), locale }, now);
            }
            Act::ProveNew => {
                let code = self.newest_code(6);
                let _ = service.execute(alice, &ProveNewContact { change, code }, now);
            }
            Act::Finish => {
                let _ = service.execute(alice, &FinishContactChange { change }, now);
            }
            Act::Cancel(newest) => {
                let warned: Vec<_> = self.mail.iter().filter(|(_, text)| text.contains("stop it: enter")).collect();
                let warned = if newest { warned.last() } else { warned.first() };
                if let Some((_, text)) = warned {
                    let by = ContactCancel::Handle(CancelHandle::parse(&handle_in(text)).unwrap());
                    let _ = service.execute(alice, &CancelContactChange { by }, now);
                }
            }
            Act::Freeze => {
                let owner = ActorId::parse("alice").unwrap();
                let request = FreezeRequest::by_owner(owner, Scopes::ALL).until(now.plus_ms(HOUR_MS));
                let _ = service.execute(alice, &PlaceFreeze { request, caused_by: None }, now);
            }
            Act::Wait(ms) => self.now = self.now.plus_ms(ms),
        }
        let arrived = inbox(&self.service);
        self.mail.extend(arrived);
    }
}

/// How far one change came, as the history tells it.
#[derive(Clone, Default)]
struct Way {
    agreed: bool,
    checked_by: Option<ActorId>,
    approved: bool,
    due: Option<Timestamp>,
    over: bool,
}

/// Walks the history and returns how many changes came into force; panics where one did without its whole way.
fn walked(history: Vec<(u64, Event)>) -> usize {
    let mut ways: BTreeMap<RandomId, Way> = BTreeMap::new();
    let mut in_force = 0;
    for (_, Event { at, kind, .. }) in history {
        match kind {
            EventKind::OldContactProven { change } => ways.entry(change).or_default().agreed = true,
            EventKind::LostContactChecked { change, actor, .. } => {
                ways.entry(change).or_default().checked_by = Some(actor);
            }
            EventKind::LostContactApproved { change, actor, .. } => {
                let way = ways.entry(change).or_default();
                assert!(way.checked_by.as_ref().is_some_and(|by| *by != actor), "two different agents");
                way.approved = true;
            }
            EventKind::NewContactProven { change, until } => {
                let way = ways.entry(change).or_default();
                let least = if way.approved { 72 } else { 24 };
                assert!((way.agreed || way.approved) && until >= at.plus_ms(least * HOUR_MS));
                way.due = Some(until);
            }
            EventKind::ContactChangeCancelled { change, .. } => ways.entry(change).or_default().over = true,
            EventKind::FreezePlaced { .. } => ways.values_mut().for_each(|way| way.over = true),
            EventKind::ContactChanged { change, .. } => {
                let way = ways.get_mut(&change).expect("a way");
                assert!(way.due.is_some_and(|due| due <= at) && !way.over, "due, and not called off");
                way.over = true;
                in_force += 1;
            }
            _ => {}
        }
    }
    in_force
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn a_contact_changes_only_at_the_end_of_the_whole_way(acts in acts()) {
        let mut world = World::new();
        for act in acts {
            world.play(act);
        }
        let changed = walked(history(&world.service, &world.alice));
        let phone = world.service.record(&world.alice).unwrap().contacts;
        let is_old = phone.confirmed(account_security::account::ContactKind::Phone).unwrap().destination().expose() == OLD;
        prop_assert!(is_old == (changed == 0));
    }
}

#[test]
fn and_the_walk_meets_changes_that_came_through() {
    let mut world = World::new();
    let day = Act::Wait(24 * HOUR_MS);
    for act in [Act::Begin(false), Act::ProveOld, Act::ProveNew, Act::Finish, day, Act::Finish] {
        world.play(act);
    }
    for act in [Act::ReportLost(true), Act::Check(false), Act::Approve(false), Act::Approve(true), Act::SendAgain] {
        world.play(act);
    }
    for act in [Act::ProveNew, Act::Finish, Act::Wait(72 * HOUR_MS), Act::Finish] {
        world.play(act);
    }
    assert_eq!(walked(history(&world.service, &world.alice)), 2);
}
