//! What auditors bring along: check-points and lists of heads, of any size and by anybody.

use account_security::account::checkpoint::{CellHead, CheckpointFile, HEADS_HEADER, HeadsError, HeadsParser};
use account_security::account::{FreeTexts, Link, export::ExportLine};
use account_security::types::StoreKey;

/// A check-point: one text for each.
pub fn checkpoint(bytes: &[u8]) {
    if let Ok(file) = CheckpointFile::parse(bytes) {
        assert_eq!(file.to_text().as_bytes(), bytes);
    }
}

/// A heads file: the same in whatever pieces it comes, and one line for each head.
pub fn heads(bytes: &[u8]) {
    let whole = read(bytes, bytes.len().max(1));
    assert_eq!(read(bytes, 7), whole);
    if let Ok(heads) = whole {
        let written = heads.iter().fold(HEADS_HEADER.to_owned(), |text, head| text + &head.line());
        assert_eq!(written.as_bytes(), bytes);
        assert!(heads.is_sorted_by(|one, other| one.key < other.key));
    }
}

/// An event as it is exported: one JSON object on one line, whatever the bytes are.
pub fn export(bytes: &[u8]) {
    let link = Link { seq: 1, body: bytes.to_vec(), mac: [0; 32] };
    let line = ExportLine::of(StoreKey([0; 16]), &link, &FreeTexts::default()).text;
    let read: serde_json::Value = serde_json::from_str(&line).expect("it is JSON");
    assert_eq!(line.matches('\n').count(), 1);
    assert!(read["unreadable"].is_string() != read["event"].is_string());
}

fn read(bytes: &[u8], piece: usize) -> Result<Vec<CellHead>, HeadsError> {
    let (mut parser, mut heads) = (HeadsParser::new(), Vec::new());
    for piece in bytes.chunks(piece) {
        parser.feed(piece, &mut |head| heads.push(head))?;
    }
    parser.finish().map(|_| heads)
}
