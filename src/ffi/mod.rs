//! The shells for other languages.
//!
//! [`shell`] says in plain values (numbers, text, bytes, flat enums) what the service says in types; every language is a thin
//! layer over it: convert, call one function, convert back. So all of them decide alike, and a story told in one is told in
//! all (`tests/scenarios/*.json`).
//!
//! Rules of this folder: every call returns a `Result`; no panic, its text or a foreign stack trace crosses; secrets come in as
//! borrowed bytes only.

#[cfg(feature = "capi")]
pub mod c;
#[cfg(feature = "uniffi")]
pub mod mobile;
// What uniffi derives is unsafe and undocumented code; written by hand there is none, see `tests/architecture.rs`.
#[cfg_attr(feature = "uniffi", allow(unsafe_code, missing_docs, reason = "generated code"))]
pub mod shell;
