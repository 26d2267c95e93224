//! The one encoding under every tag and digest: a field number, an eight-byte length and the bytes, in order.
//! Without the lengths, payee `12` paid `3` and payee `1` paid `23` would read alike.

use sha2::digest::Update;

/// Fields one after another, straight into a hash: one of them is the code, and what is never gathered need not be wiped.
pub(super) struct Tlv<H>(H);

impl<H: Update> Tlv<H> {
    /// Starts with the domain, so that a digest made for one use is never valid in another.
    pub(super) fn new(hash: H, domain: &str) -> Self {
        let mut tlv = Self(hash);
        tlv.field(0, domain.as_bytes());
        tlv
    }

    pub(super) fn field(&mut self, number: u8, bytes: &[u8]) {
        let mut header = [number; 9];
        header[1..].copy_from_slice(&(bytes.len() as u64).to_be_bytes());
        self.0.update(&header);
        self.0.update(bytes);
    }

    pub(super) fn into_inner(self) -> H {
        self.0
    }
}
