//! The one encoding under every tag and digest: a field number, an eight-byte length and the bytes, in order.
//! Without the lengths, payee `12` paid `3` and payee `1` paid `23` would read alike.

use zeroize::Zeroizing;

/// Fields one after another; wiped on drop, for one of them is the code.
pub(super) struct Tlv(Zeroizing<Vec<u8>>);

impl Tlv {
    /// Starts with the domain, so that a digest made for one use is never valid in another.
    pub(super) fn new(domain: &str) -> Self {
        // Large enough for every use here: growing would leave unwiped copies behind.
        Self(Zeroizing::new(Vec::with_capacity(1_024))).field(0, domain.as_bytes())
    }

    pub(super) fn field(mut self, number: u8, bytes: &[u8]) -> Self {
        self.0.push(number);
        self.0.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        self.0.extend_from_slice(bytes);
        self
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}
