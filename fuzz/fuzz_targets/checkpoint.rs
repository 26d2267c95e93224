#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| account_security_fuzz::checkpoint(bytes));
