//! The flows of a customer through the service's own methods: what the integrator calls, on every store, with threads and
//! with tasks.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may panic")]

#[path = "flows/budgets.rs"]
mod budgets;
#[path = "flows/changing_phone.rs"]
mod changing_phone;
#[path = "flows/counting.rs"]
mod counting;
#[path = "flows/customer.rs"]
mod customer;
#[path = "flows/debug.rs"]
mod debug;
#[path = "flows/losing_phone.rs"]
mod losing_phone;
#[path = "flows/own_freeze.rs"]
mod own_freeze;
#[path = "flows/passwords.rs"]
mod passwords;
#[path = "flows/resetting.rs"]
mod resetting;
#[path = "flows/signing_in.rs"]
mod signing_in;
#[path = "flows/signing_up.rs"]
mod signing_up;
#[path = "flows/stepping_up.rs"]
mod stepping_up;
#[path = "support/mod.rs"]
mod support;
#[cfg(feature = "async")]
#[path = "flows/tasks.rs"]
mod tasks;
#[path = "flows/unknown_names.rs"]
mod unknown_names;

use support::stores::Shared;

/// Tells a story on every store.
fn on_every_store(story: impl Fn(&Shared)) {
    Shared::every(|name, store| {
        println!("on {name}");
        story(store);
    });
}
