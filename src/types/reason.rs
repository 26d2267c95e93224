//! Reason codes: one stable number, one name and, where one exists, the ISO 20022 external code for each finding.
//!
//! Numbers are never reused and never change. A reason is a finding, not a text: what a customer reads is written by
//! [`freeze::diagnose`](crate::freeze) so that it teaches a thief nothing.

use serde::{Deserialize, Serialize};

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $name:literal, $iso:expr;)*) => {
        /// Why a payment was flagged, held or refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "u16", into = "u16")]
        #[non_exhaustive]
        #[repr(u16)]
        pub enum ReasonCode {
            $($(#[$doc])* $variant = $code,)*
        }

        impl ReasonCode {
            /// Every reason, in order of its number.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name, e.g. `NEW_DEVICE`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The ISO 20022 external status reason code, where one says the same.
            ///
            /// ```
            /// use account_security::types::ReasonCode;
            /// assert_eq!(ReasonCode::LimitTransaction.iso20022(), Some("AM02"));
            /// assert_eq!(ReasonCode::VelocityCount.iso20022(), None);
            /// ```
            #[must_use]
            pub const fn iso20022(self) -> Option<&'static str> {
                match self { $(Self::$variant => $iso,)* }
            }
        }
    };
}

reasons! {
    /// One payment above the limit per transaction.
    LimitTransaction = 101, "LIMIT_TX", Some("AM02");
    /// The local day's limit is used up.
    LimitDay = 102, "LIMIT_DAY", Some("AM14");
    /// The limit of seven local days is used up.
    LimitWeek = 103, "LIMIT_WEEK", Some("AM14");
    /// The limit of thirty local days is used up.
    LimitMonth = 104, "LIMIT_MONTH", Some("AM14");
    /// Many payments in a short time.
    VelocityCount = 201, "VEL_COUNT", None;
    /// Much money in a short time.
    VelocitySum = 202, "VEL_SUM", None;
    /// Many different payees in a short time.
    VelocityPayees = 203, "VEL_PAYEES", None;
    /// Many declined or repeated attempts in a short time.
    VelocityAttempts = 204, "VEL_ATTEMPTS", None;
    /// Many different devices in a short time.
    VelocityDevices = 205, "VEL_DEVICES", None;
    /// An amount unlike the account's own history.
    AmountOutlier = 301, "AMOUNT_OUTLIER", None;
    /// A run of amounts, or a level of amounts, that the account never spends at.
    AmountRegime = 302, "AMOUNT_REGIME", None;
    /// A round amount.
    RoundAmount = 303, "ROUND_AMOUNT", None;
    /// A device the account never used.
    NewDevice = 401, "NEW_DEVICE", None;
    /// A payee the account never paid.
    NewPayee = 402, "NEW_PAYEE", None;
    /// A country the account never paid from.
    NewCountry = 403, "NEW_COUNTRY", None;
    /// A new device pays a new payee.
    NewDeviceNewPayee = 404, "NEW_DEVICE_NEW_PAYEE", None;
    /// A new device pays from a new country.
    NewDeviceNewCountry = 405, "NEW_DEVICE_NEW_COUNTRY", None;
    /// Two places too far apart for the time between them.
    ImpossibleTravel = 501, "IMPOSSIBLE_TRAVEL", None;
    /// Several payments just below a reporting or review threshold.
    Structuring = 601, "STRUCTURING", None;
    /// An account long silent starts to pay.
    DormantWake = 602, "DORMANT_WAKE", None;
    /// Money arrives and leaves again at once.
    RapidInOut = 603, "RAPID_IN_OUT", None;
    /// Small probing payments before a larger one.
    CardTesting = 604, "CARD_TESTING", None;
    /// An hour of the day the account never pays at.
    UnusualHour = 605, "NIGHT_UNUSUAL", None;
    /// The payee drew more fraud reports than payees do.
    PayeeRisk = 701, "PAYEE_RISK", Some("FRAD");
    /// Nothing speaks against the payee: what any payee adds beside an account like this, or takes away (negative points).
    PayeeOrdinary = 702, "PAYEE_ORDINARY", None;
    /// The payee, device or country is on a deny list.
    DenyList = 801, "DENY_LIST", Some("AG01");
    /// Malware was seen in the session.
    MalwareSignal = 802, "MALWARE_SIGNAL", Some("FRAD");
    /// The credential is known as compromised.
    CompromisedCredential = 803, "COMPROMISED_CREDENTIAL", Some("FRAD");
    /// The payee sits in a high-risk place.
    HighRiskPayeeLocation = 804, "HIGH_RISK_PAYEE_LOCATION", None;
    /// Password, phone or device changed a short time ago.
    RecentSecurityChange = 805, "RECENT_SECURITY_CHANGE", None;
    /// The device is rooted or jail-broken.
    DeviceRooted = 806, "DEVICE_ROOTED", None;
    /// The payee is on the allow list or trusted by the account: takes the soft findings' points away.
    AllowList = 807, "ALLOW_LIST", None;
    /// The payment arrived after later ones.
    LateEvent = 901, "LATE_EVENT", None;
    /// The payment lies in the future of the decision's clock.
    ClockSkew = 902, "CLOCK_SKEW", Some("DT01");
    /// The same transaction id came with another content.
    DuplicateConflict = 903, "DUPLICATE_CONFLICT", Some("AM05");
    /// Not the currency of the account's profile.
    CurrencyMismatch = 904, "CURRENCY_MISMATCH", Some("AM03");
    /// Sums are at their ceiling; they never under-count.
    SumSaturated = 905, "SUM_SATURATED", None;
    /// The account is frozen for this use.
    Frozen = 1001, "FROZEN", Some("AC06");
    /// Sign-in or codes are locked for now after wrong tries.
    LockedOut = 1002, "LOCKED_OUT", None;
    /// Not enough money.
    InsufficientFunds = 1003, "INSUFFICIENT_FUNDS", Some("AM04");
    /// The recipient cannot receive.
    RecipientUnavailable = 1004, "RECIPIENT_UNAVAILABLE", Some("AC01");
    /// The payment waits for a review.
    RiskHold = 1005, "RISK_HOLD", None;
    /// The network or a participant did not answer.
    NetworkFault = 1006, "NETWORK_FAULT", Some("AB05");
    /// The account does not exist or is closed.
    AccountUnknown = 1007, "ACCOUNT_UNKNOWN", Some("AC04");
    /// The account was unfrozen by its owner a short time ago, and this use stays closed until the wait is over.
    CoolingOff = 1008, "COOLING_OFF", None;
    /// The payment was held or asked for a proof, and was let pass since.
    Released = 1009, "RELEASED", None;
    /// The owner was asked for a proof of the payment, which has not come.
    ProofNeeded = 1010, "PROOF_NEEDED", None;
    /// No cause is known here.
    Unexplained = 1099, "UNEXPLAINED", None;
    /// A custom rule fired; the reason names which.
    CustomRule = 1101, "CUSTOM_RULE", None;
}

impl ReasonCode {
    /// The stable number.
    #[must_use]
    pub const fn code(self) -> u16 {
        self as u16
    }
}

impl TryFrom<u16> for ReasonCode {
    type Error = &'static str;
    fn try_from(code: u16) -> Result<Self, Self::Error> {
        Self::ALL
            .iter()
            .copied()
            .find(|reason| reason.code() == code)
            .ok_or("unknown reason code: written by a newer version")
    }
}

impl From<ReasonCode> for u16 {
    fn from(reason: ReasonCode) -> Self {
        reason.code()
    }
}

impl std::fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_unique_and_read_back() {
        let mut names: Vec<_> = ReasonCode::ALL.iter().map(|reason| reason.name()).collect();
        for reason in ReasonCode::ALL {
            assert_eq!(ReasonCode::try_from(reason.code()), Ok(*reason));
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ReasonCode::ALL.len());
    }
}
