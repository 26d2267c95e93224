//! Events as JSON Lines, for archives and other systems: one canonical object a line.
//!
//! ```text
//! {"v":1,"chain":"…32 hex…","seq":7,"at_ms":1772366400000,"at":"2026-03-01T12:00:00Z","key":1,"epoch":0,
//!  "number":40,"event":"FreezePlaced","fields":{…},"mac":"…64 hex…","body":"…hex…"}
//! ```
//! The keys stand in this order and the fields in the order of the catalogue; integers are integers, ids and tags are hex,
//! reasons and authorities are their stable numbers. `chain` is the store's key of the account, a keyed pseudonym. `body` is
//! what the MAC covers: whoever holds the audit keys checks an export with a [`ChainVerifier`](super::ChainVerifier), and
//! everybody can read the event back from it. Free texts are in `fields` only, and only until they are erased. A payment's
//! payee and content are numbers under a mask ([`Event::unmasked`](super::Event::unmasked)) where `"masked":true` stands before
//! `number`, and fingerprints in events of before there were masks.
//!
//! Time is in milliseconds, as it is stored: a finer number would claim what nobody knew.

mod json;

use super::Link;
use super::event::Event;
use super::free_text::FreeTexts;
use crate::types::{StoreKey, Timestamp};

/// One event, exported.
///
/// ```
/// use account_security::account::export::ExportLine;
/// use account_security::account::{FreeTexts, Link};
/// use account_security::types::StoreKey;
/// let damaged = Link { seq: 1, body: vec![9], mac: [0; 32] };
/// let line = ExportLine::of(StoreKey([1; 16]), &damaged, &FreeTexts::default());
/// assert!(line.at.is_none() && line.text.contains(r#""seq":1,"unreadable":"#));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportLine {
    /// Its place in the chain.
    pub seq: u64,
    /// When it was decided; `None` for one that cannot be read.
    pub at: Option<Timestamp>,
    /// The line with its end.
    pub text: String,
}

impl ExportLine {
    /// The line of one event, with its free texts as far as `texts` opens them. An event that cannot be read is not left
    /// out: it becomes `unreadable`, with its bytes.
    #[must_use]
    pub fn of(chain: StoreKey, link: &Link, texts: &FreeTexts) -> Self {
        let event = Event::decode(&link.body).map(|event| event.with_texts(texts, chain, link.seq));
        let mut text = format!("{{\"v\":1,\"chain\":\"{chain}\",\"seq\":{},", link.seq);
        match event.as_ref().map(fields) {
            Ok(Some(fields)) => text.push_str(&fields),
            told => {
                text.push_str("\"unreadable\":");
                let why = told.err().map_or_else(|| "its fields cannot be written".to_owned(), ToString::to_string);
                json::push_text(&mut text, &why);
            }
        }
        for (name, bytes) in [("mac", &link.mac[..]), ("body", &link.body)] {
            text.push_str(&format!(",\"{name}\":\""));
            crate::types::hex::push(&mut text, bytes);
            text.push('"');
        }
        text.push_str("}\n");
        Self { seq: link.seq, at: event.ok().map(|event| event.at), text }
    }
}

fn fields(event: &Event) -> Option<String> {
    let Event { at, key_id, epoch, kind, is_masked, .. } = event;
    let masked = if *is_masked { "\"masked\":true," } else { "" };
    let json::Variant { name, fields } = json::variant(kind)?;
    Some(format!(
        "\"at_ms\":{},\"at\":\"{at}\",\"key\":{},\"epoch\":{epoch},{masked}\"number\":{},\"event\":\"{name}\",\"fields\":{fields}",
        at.unix_ms(),
        key_id.0,
        kind.number()
    ))
}
