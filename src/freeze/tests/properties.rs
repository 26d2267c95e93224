//! Properties: the restriction equals a naive union; hostile bytes never panic.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Act {
    Place { scopes: u8, authority: usize, starts_in: Option<u64>, lasts: Option<u64> },
    Ask { which: usize, agent: u8 },
    Lift { which: usize, agent: u8 },
    Wait(u64),
}

fn act() -> impl Strategy<Value = Act> {
    let start = proptest::option::of(0..50_u64);
    let term = proptest::option::of(1..100_u64);
    prop_oneof![
        4 => (1..32_u8, 0..5_usize, start, term).prop_map(|(scopes, authority, starts_in, lasts)| Act::Place {
            scopes,
            authority,
            starts_in,
            lasts
        }),
        1 => (0..20_usize, 0..3_u8).prop_map(|(which, agent)| Act::Ask { which, agent }),
        2 => (0..20_usize, 0..3_u8).prop_map(|(which, agent)| Act::Lift { which, agent }),
        2 => (0..40_u64).prop_map(Act::Wait),
    ]
}

/// A naive model: every freeze ever placed, in a list without bounds.
#[derive(Clone, Copy, Debug)]
struct Naive {
    id: RandomId,
    scopes: Scopes,
    from: Timestamp,
    until: Timestamp,
}

struct World {
    freezes: Freezes,
    naive: Vec<Naive>,
    ids: u8,
    now: u64,
}

impl World {
    fn request(&self, scopes: u8, authority: usize, starts_in: Option<u64>, lasts: Option<u64>) -> FreezeRequest {
        let scopes = Scopes::try_from(scopes).unwrap();
        let request = [by_owner, by_rule, by_agent, by_compliance, by_court][authority](scopes);
        let from = starts_in.map(|ms| at(self.now + ms));
        let until = lasts.map(|ms| at(self.now + starts_in.unwrap_or(0) + ms));
        FreezeRequest { from, until, ..request }
    }

    fn act(&mut self, act: &Act) {
        let now = at(self.now);
        match *act {
            Act::Wait(ms) => self.now += ms,
            Act::Place { scopes, authority, starts_in, lasts } => {
                let request = self.request(scopes, authority, starts_in, lasts);
                self.ids += 1;
                let Ok(placed) = place(&self.freezes, &request, id(self.ids), &standard(), now) else { return };
                if !placed.already {
                    let (from, until) = (request.from.unwrap_or(now), request.until.unwrap_or(Timestamp::MAX));
                    self.naive.push(Naive { id: placed.id, scopes: request.scopes, from, until });
                }
                self.freezes = placed.freezes;
            }
            Act::Ask { which, agent } => {
                let Some(target) = self.naive.get(which).map(|naive| naive.id) else { return };
                let asked = request_lift(&self.freezes, target, &clerk(agent), Some(&case("r")), &standard(), now);
                self.freezes = asked.map_or_else(|_| self.freezes.clone(), |asked| asked.freezes);
            }
            Act::Lift { which, agent } => {
                let Some(target) = self.naive.get(which).map(|naive| naive.id) else { return };
                let Ok(lifted) = lift(&self.freezes, target, &clerk(agent), Some(&case("r")), &standard(), now) else {
                    return;
                };
                self.naive.iter_mut().filter(|naive| naive.id == target).for_each(|naive| naive.until = now);
                let untouched = |freeze: &&Freeze| freeze.id != target && !freeze.is_over(now);
                let before: Vec<_> = self.freezes.iter().filter(untouched).cloned().collect();
                let after: Vec<_> = lifted.freezes.iter().filter(untouched).cloned().collect();
                assert_eq!(before, after, "a lift changed another freeze");
                self.freezes = lifted.freezes;
            }
        }
    }
}

fn clerk(number: u8) -> Actor {
    staff(&format!("clerk-{number}"), Authority::Court)
}

proptest! {
    #[test]
    fn the_restriction_is_the_union_a_naive_list_gives(acts in proptest::collection::vec(act(), 0..60), ahead in 0..200_u64) {
        let mut world = World { freezes: Freezes::default(), naive: Vec::new(), ids: 0, now: 0 };
        for act in &acts {
            world.act(act);
            prop_assert_eq!(world.freezes.validate(), Ok(()));
            for time in [at(world.now), at(world.now + ahead)] {
                let in_force = world.naive.iter().filter(|naive| naive.from <= time && time < naive.until);
                let union = in_force.fold(Scopes::NONE, |union, naive| union | naive.scopes);
                prop_assert_eq!(restriction(&world.freezes, time), union);
            }
        }
        let bytes = postcard::to_allocvec(&world.freezes).unwrap();
        prop_assert_eq!(postcard::from_bytes::<Freezes>(&bytes), Ok(world.freezes.clone()));
        let killed = place(&world.freezes, &by_owner(Scopes::ALL), id(255), &standard(), at(world.now));
        prop_assert_eq!(killed.map(|killed| restriction(&killed.freezes, at(world.now))), Ok(Scopes::ALL));
    }

    #[test]
    fn a_clock_that_is_set_back_opens_nothing_and_loses_no_freeze(acts in proptest::collection::vec(act(), 0..60), back_ms in 1..400_u64) {
        let mut world = World { freezes: Freezes::default(), naive: Vec::new(), ids: 0, now: 400 };
        acts.iter().for_each(|act| world.act(act));
        let (from, to) = (at(world.now), at(world.now - back_ms));
        let after = world.freezes.set_back(crate::types::SetBack::new(from, to).unwrap(), standard().cooling_off_ms);
        prop_assert_eq!(after.validate(), Ok(()));
        let bytes = postcard::to_allocvec(&after).unwrap();
        prop_assert_eq!(postcard::from_bytes::<Freezes>(&bytes), Ok(after.clone()));
        prop_assert!(restriction(&after, to).contains(restriction(&world.freezes, from)));
        prop_assert!(closed(&after, to).contains(closed(&world.freezes, from)));
        let ids = |freezes: &Freezes| {
            let mut ids: Vec<_> = freezes.iter().map(|freeze| freeze.id).collect();
            ids.sort_unstable();
            ids
        };
        prop_assert_eq!(ids(&after), ids(&world.freezes));
        let is_asked = |freeze: &Freeze| matches!(freeze.lift, Lift::Requested { .. });
        prop_assert!(!after.iter().any(is_asked));
    }

    #[test]
    fn arbitrary_bytes_never_panic_and_never_read_as_broken_freezes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(freezes) = postcard::from_bytes::<Freezes>(&bytes) {
            prop_assert_eq!(freezes.validate(), Ok(()));
        }
    }

    #[test]
    fn one_changed_byte_never_panics(position in 0..200_usize, value in any::<u8>(), number in 1..4_usize) {
        let requests = [by_court(Scopes::ALL), by_owner(Scopes::PAY_OUT).until(at(5)), by_rule(Scopes::RECEIVE)];
        let mut bytes = postcard::to_allocvec(&frozen(&requests[..number])).unwrap();
        let position = position % bytes.len();
        bytes[position] = value;
        if let Ok(freezes) = postcard::from_bytes::<Freezes>(&bytes) {
            prop_assert_eq!(freezes.validate(), Ok(()));
            let _ = closed(&freezes, at(3));
        }
    }
}
