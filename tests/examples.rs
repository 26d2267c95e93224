//! The examples run to their end: each is a story with its own assertions.

#![allow(clippy::unwrap_used, missing_docs, reason = "programs, not an API")]

#[path = "../examples/freeze_and_lift.rs"]
mod freeze_and_lift;
#[path = "../examples/payment_code.rs"]
mod payment_code;
#[path = "../examples/sign_in.rs"]
mod sign_in;

#[test]
fn an_account_is_frozen_and_lifted_by_two() {
    freeze_and_lift::main().unwrap();
}

#[test]
fn a_code_opens_one_payment() {
    payment_code::main().unwrap();
}

#[test]
fn a_sign_in_takes_a_second_factor() {
    sign_in::main().unwrap();
}
