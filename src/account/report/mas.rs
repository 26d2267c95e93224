//! Singapore: MAS E-Payments User Protection Guidelines (in force since 16 December 2024).

use crate::types::Timestamp;
use crate::types::time::HOUR_MS;

/// No high-risk act may rest on a digital security token before this moment: twelve hours after its activation, to the
/// millisecond. High-risk are new payees, higher limits, changed contacts and the like.
///
/// ```
/// use account_security::account::report::mas::cooling_off_until;
/// use account_security::types::Timestamp;
/// let activated_at = Timestamp::MIN;
/// assert_eq!(cooling_off_until(activated_at).ms_since(activated_at), 12 * 60 * 60 * 1_000);
/// ```
#[must_use]
pub fn cooling_off_until(activated_at: Timestamp) -> Timestamp {
    activated_at.plus_ms(12 * HOUR_MS)
}
