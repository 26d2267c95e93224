//! The stable numbers and names of events.

use super::EventKind;

/// One line for each kind: its name in exports is that of the variant.
macro_rules! catalogue {
    ($($kind:ident = $number:literal,)*) => {
        impl EventKind {
            /// The stable number. Never reused.
            #[must_use]
            pub const fn number(&self) -> u16 {
                match self {
                    $(Self::$kind { .. } => $number,)*
                }
            }

            /// The stable name, as in [exports](crate::account::export), e.g. `FreezePlaced`.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$kind { .. } => stringify!($kind),)*
                }
            }
        }
    };
}

catalogue! {
    CodeIssued = 10,
    CodeAccepted = 11,
    CodeRejected = 12,
    CodeCancelled = 13,
    TotpEnrolled = 20,
    TotpConfirmed = 21,
    TotpConfirmFailed = 22,
    TotpAccepted = 23,
    TotpRejected = 24,
    TotpRevoked = 25,
    PasswordSet = 30,
    PasswordAttempted = 31,
    PasswordAccepted = 32,
    PasswordUndecided = 33,
    LockoutCleared = 34,
    FormerPasswordsLost = 35,
    FreezePlaced = 40,
    LiftRequested = 41,
    FreezeLifted = 42,
    LiftWithdrawn = 43,
    PaymentAssessed = 50,
    PaymentRefused = 51,
    PaymentLabelled = 52,
    RuleSnoozed = 53,
    PaymentReleased = 54,
    PaymentStopped = 55,
    PaymentLetPass = 56,
    PayeeLearned = 60,
    SendRefused = 70,
    SendBrakeOn = 71,
    SendCharged = 72,
    SendBrakeOff = 73,
    SendSettled = 74,
    TotpResynced = 26,
    RecoveryCodesIssued = 27,
    RecoveryCodeSpent = 28,
    RecoveryCodeRejected = 29,
    ContactChangeBegun = 100,
    OldContactProven = 101,
    LostContactChecked = 102,
    LostContactApproved = 103,
    NewContactProven = 104,
    ContactChanged = 105,
    ContactChangeCancelled = 106,
    CancelHandleRejected = 107,
    StepUpSpent = 108,
    ContactsReviewed = 109,
    ReviewReminded = 110,
    SignedUp = 80,
    ContactConfirmed = 81,
    TicketOpened = 82,
    ProofGiven = 83,
    StoppedByFreeze = 84,
    SignedIn = 85,
    DeviceRemembered = 86,
    DeviceForgotten = 87,
    DevicesForgotten = 88,
    ResetAsked = 89,
    ResetGuessed = 90,
    PasswordChangeRequired = 91,
    PendingFinished = 130,
    FreezesEnded = 131,
    IdentityChecked = 132,
    UnauthorisedReported = 133,
    ReportClosed = 134,
    ClockSetBackRequested = 135,
    ClockSetBack = 136,
    Resealed = 120,
    FreeTextErased = 121,
}
