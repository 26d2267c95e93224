//! What must hold for any bytes whatsoever, one function per parser.
//!
//! Shared by the fuzz targets and by `tests/corpus.rs` of the main package. A body never fails for input that is
//! refused; it fails when something accepted breaks a promise: it does not print and read back as itself, lies outside
//! its bounds, shows a secret, or makes a later step panic.

mod audit;
mod breached;
mod judged;
mod recovery;
mod sending;
mod stored;
mod text;

pub use audit::{checkpoint, export, heads};
pub use breached::{breach_filter, breach_line, breach_range};
pub use judged::{evaluate_cost, password_evaluate, rule_file};
pub use recovery::recovery_code;
pub use sending::{message, send_budget, typed_destination};
pub use stored::{event, record_parts};
pub use text::{destination, money, otpauth_uri, phc, typed_code};

/// A property of a parser, checked on one input.
pub type Body = fn(&[u8]);

/// Every target by the name of its fuzz target and of its corpus folder.
pub const TARGETS: &[(&str, Body)] = &[
    ("breach_filter", breach_filter),
    ("breach_line", breach_line),
    ("breach_range", breach_range),
    ("checkpoint", checkpoint),
    ("destination", destination),
    ("evaluate_cost", evaluate_cost),
    ("event", event),
    ("export", export),
    ("heads", heads),
    ("message", message),
    ("money", money),
    ("otpauth_uri", otpauth_uri),
    ("password_evaluate", password_evaluate),
    ("phc", phc),
    ("record_parts", record_parts),
    ("recovery_code", recovery_code),
    ("rule_file", rule_file),
    ("send_budget", send_budget),
    ("typed_code", typed_code),
    ("typed_destination", typed_destination),
];
