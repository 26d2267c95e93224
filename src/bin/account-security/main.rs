//! The command line of `account-security`.

fn main() {}
