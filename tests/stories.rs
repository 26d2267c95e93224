//! End-to-end stories: authenticators and recovery codes, lost keys, damaged rows, repeated payments, broken clocks,
//! messages, dry randomness.
//!
//! Whatever goes wrong, the answer is "denied" and says what to do; it is never "wrong password" and never a fresh
//! account. Stories run on the memory store and on SQLite; those that edit rows on SQLite alone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "stories/after_judgement.rs"]
mod after_judgement;
#[path = "stories/attacks.rs"]
mod attacks;
#[path = "stories/breaches.rs"]
mod breaches;
#[path = "stories/cancelling.rs"]
mod cancelling;
#[path = "stories/changing.rs"]
mod changing;
#[path = "stories/changing_at_random.rs"]
mod changing_at_random;
#[path = "stories/clock.rs"]
mod clock;
#[path = "stories/closed.rs"]
mod closed;
#[cfg(feature = "sqlite")]
#[path = "stories/damage.rs"]
mod damage;
#[path = "stories/desk.rs"]
mod desk;
#[path = "stories/due.rs"]
mod due;
#[path = "stories/entropy.rs"]
mod entropy;
#[path = "stories/factors.rs"]
mod factors;
#[path = "stories/keys.rs"]
mod keys;
#[path = "stories/lockout.rs"]
mod lockout;
#[path = "stories/losing.rs"]
mod losing;
#[path = "stories/messages.rs"]
mod messages;
#[path = "stories/once_wrong.rs"]
mod once_wrong;
#[path = "stories/payments.rs"]
mod payments;
#[path = "stories/recovery.rs"]
mod recovery;
#[path = "stories/reset.rs"]
mod reset;
#[path = "stories/reviewing.rs"]
mod reviewing;
#[path = "stories/sending.rs"]
mod sending;
#[path = "stories/set_back.rs"]
mod set_back;
#[path = "stories/sign_in.rs"]
mod sign_in;
#[path = "stories/step_up.rs"]
mod step_up;
#[path = "support/mod.rs"]
mod support;

use support::stores::Shared;

/// Tells a story on every store.
fn on_every_store(story: impl Fn(&Shared)) {
    Shared::every(|name, store| {
        println!("on {name}");
        story(store);
    });
}
