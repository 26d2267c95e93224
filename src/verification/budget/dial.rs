//! Where messages may go at all: prefixes of phone numbers, the longest match decides.

use crate::verification::{Destination, VerificationError};

/// Most rules of a plan.
pub const DIAL_RULES_MAX: usize = 1_024;
const PREFIX_DIGITS_MAX: usize = 15;

/// Ranges that cost their caller extra or belong to no country, from the assignments to ITU-T E.164: international
/// freephone, shared cost, premium rate (800, 808, 979), satellites and international networks (870, 881, 882, 883),
/// personal numbers (878); from the national plans of Ofcom and NANPA: personal and premium numbers (+44 70, +44 9,
/// +1 500, +1 900).
const DENIED: [&str; 12] = ["800", "808", "979", "870", "881", "882", "883", "878", "4470", "449", "1500", "1900"];

/// Which phone numbers may be sent to. E-mail addresses are not dialled: they are always allowed here.
///
/// ```
/// use account_security::verification::{Channel, Destination};
/// use account_security::verification::budget::DialPlan;
/// let phone = |text| Destination::parse(Channel::Sms, text);
/// let plan = DialPlan::only(&["+86", "+44"])?.deny("+44 7911")?;
/// assert!(plan.allows(&phone("+8613812345678")?) && !plan.allows(&phone("+12025550123")?));
/// assert!(!plan.allows(&phone("+447911123456")?) && !plan.allows(&phone("+447012345678")?)); // a personal number
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialPlan {
    otherwise_allowed: bool,
    /// Digits without `+`, sorted, each once.
    rules: Vec<(String, bool)>,
}

impl Default for DialPlan {
    /// Every country; none of the ranges known to cost extra.
    fn default() -> Self {
        let mut rules: Vec<_> = DENIED.iter().map(|digits| ((*digits).to_owned(), false)).collect();
        rules.sort_unstable();
        Self { otherwise_allowed: true, rules }
    }
}

impl DialPlan {
    /// These prefixes (such as `+86`) and no others; the ranges known to cost extra stay closed inside them, unless
    /// allowed by a prefix as long.
    ///
    /// # Errors
    /// As [`DialPlan::allow`].
    pub fn only(prefixes: &[&str]) -> Result<Self, VerificationError> {
        let nowhere = Self { otherwise_allowed: false, ..Self::default() };
        prefixes.iter().try_fold(nowhere, |plan, prefix| plan.allow(prefix))
    }

    /// Opens a prefix, whatever stood for it before.
    ///
    /// # Errors
    /// [`VerificationError::PolicyOutOfRange`] unless it is `+` and 1 to 15 digits (spaces are skipped), or beyond
    /// [`DIAL_RULES_MAX`] rules.
    pub fn allow(self, prefix: &str) -> Result<Self, VerificationError> {
        self.with(prefix, true)
    }

    /// Closes a prefix, whatever stood for it before.
    ///
    /// # Errors
    /// As [`DialPlan::allow`].
    pub fn deny(self, prefix: &str) -> Result<Self, VerificationError> {
        self.with(prefix, false)
    }

    /// Whether `to` may be sent to: the longest prefix that matches decides.
    #[must_use]
    pub fn allows(&self, to: &Destination) -> bool {
        let Some(digits) = to.expose().strip_prefix('+') else { return true };
        let rule = |length: usize| {
            let prefix = digits.get(..length)?;
            let found = self.rules.binary_search_by(|(digits, _)| digits.as_str().cmp(prefix)).ok()?;
            self.rules.get(found).map(|(_, allowed)| *allowed)
        };
        (1..=digits.len()).rev().find_map(rule).unwrap_or(self.otherwise_allowed)
    }

    fn with(mut self, prefix: &str, allowed: bool) -> Result<Self, VerificationError> {
        let digits: String = prefix.strip_prefix('+').unwrap_or_default().split(' ').collect();
        if !(1..=PREFIX_DIGITS_MAX).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(VerificationError::PolicyOutOfRange("a dial prefix must be + and 1 to 15 digits"));
        }
        match self.rules.binary_search_by(|(known, _)| known.as_str().cmp(&digits)) {
            Ok(found) => self.rules[found].1 = allowed,
            Err(_) if self.rules.len() >= DIAL_RULES_MAX => {
                return Err(VerificationError::PolicyOutOfRange("a dial plan has at most 1024 rules"));
            }
            Err(place) => self.rules.insert(place, (digits, allowed)),
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verification::Channel;

    fn allows(plan: &DialPlan, text: &str) -> bool {
        let channel = if text.contains('@') { Channel::Email } else { Channel::Voice };
        plan.allows(&Destination::parse(channel, text).unwrap())
    }

    #[test]
    fn ranges_that_pay_their_owner_are_closed_by_default() {
        let plan = DialPlan::default();
        for open in ["+8613812345678", "+442079460958", "+12025550123", "+447911123456", "alice@example.com"] {
            assert!(allows(&plan, open), "{open}");
        }
        for closed in
            ["+97912345678", "+881612345678", "+88213123456", "+19005550123", "+449098790123", "+447012345678"]
        {
            assert!(!allows(&plan, closed), "{closed}");
        }
    }

    #[test]
    fn the_longest_prefix_decides_whatever_the_order() {
        let plan = DialPlan::only(&["+86"]).unwrap().deny("+8616").unwrap().allow("+86166").unwrap();
        assert!(allows(&plan, "+8613812345678") && allows(&plan, "+8616612345678"));
        assert!(!allows(&plan, "+8616712345678") && !allows(&plan, "+85291234567"));
        assert!(allows(&plan, "alice@example.com"));
        let reopened = DialPlan::default().allow("+979").unwrap();
        assert!(allows(&reopened, "+97912345678"));
    }

    #[test]
    fn prefixes_that_are_none_are_refused() {
        for bad in ["", "+", "86", "+8a", "+８６", "+1234567890123456"] {
            assert!(DialPlan::default().deny(bad).is_err(), "{bad}");
        }
        let many = (0..DIAL_RULES_MAX).try_fold(DialPlan::default(), |plan, n| plan.deny(&format!("+86{n}")));
        assert!(many.is_err());
    }
}
