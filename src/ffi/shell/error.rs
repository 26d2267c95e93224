//! The one error of the shells.

use super::parse;
use super::security::Security;
use crate::command::Rejection;
use crate::password::{BreachFault, HashError, VerifyError};
use crate::service::ServiceError;
use crate::store::StoreError;
use crate::types::Timestamp;

/// Why there is no answer. Whatever it is, the answer to a security question is "denied".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Error))]
pub enum ShellError {
    /// An argument cannot be what it is meant to be; nothing was looked at or changed.
    #[error("{field}: {what}")]
    Invalid {
        /// Which argument.
        field: String,
        /// What it must be.
        what: String,
    },
    /// A fault of store, keys, clock or a settled refusal; denied. Nothing changed, but for 9008: it may have happened.
    #[error("{what} (code {code})")]
    Denied {
        /// The stable number: 9012 a settled refusal, 9020 no time, others from 9001 on store and keys.
        code: u16,
        /// The stable name of the reason: what an app can act on. Of a settled refusal: `step_up_needed`, `last_factor`, `frozen`,
        /// `cooling_off` (closed for a while after the lift of a freeze; `what` says until when), `not_authorised`, `refused`,
        /// `clock` (the clock runs far ahead of what the account has seen). Of what stands behind: `no_time` (the clock gives
        /// none), `busy`, `out_of_memory`, `hashing`, `no_entropy`, `id_reused`, `settings`, `breach_list`, `no_breach_list`,
        /// `key_lost`, `sealed`, `unreadable`, `damaged`, `too_large`, `state_lost`, `store_unavailable`, `store_full`,
        /// `store_read_only`, `store_corrupt`, `store_unsupported`, `store_unknown`, `store_not_durable`. Names may be added.
        reason: String,
        /// For logs and developers, not for customers. Holds no secret.
        what: String,
        /// Whether asking again later may help.
        is_transient: bool,
    },
    /// A defect of this library; denied. Its text stays inside.
    #[error("internal error; please report it")]
    Internal,
}

impl ShellError {
    pub(super) fn invalid(field: &str, what: impl ToString) -> Self {
        Self::Invalid { field: field.to_owned(), what: what.to_string() }
    }

    /// The stable number: 1 invalid argument, 255 internal, 9020 no time, else that of [`ServiceError::code`].
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::Invalid { .. } => 1,
            Self::Denied { code, .. } => *code,
            Self::Internal => 255,
        }
    }
}

impl From<ServiceError> for ShellError {
    fn from(error: ServiceError) -> Self {
        let (code, reason) = (error.code(), reason(&error).to_owned());
        Self::Denied { code, reason, what: error.to_string(), is_transient: is_transient(&error) }
    }
}

impl From<StoreError> for ShellError {
    fn from(error: StoreError) -> Self {
        ServiceError::from(error).into()
    }
}

/// Whether the world may be another one in a moment. Asked of the error and not of its number, because one number stands for
/// a full queue and for a damaged hash.
const fn is_transient(error: &ServiceError) -> bool {
    match error {
        ServiceError::Busy | ServiceError::NoEntropy => true,
        ServiceError::Store(store) => {
            matches!(store, StoreError::Busy | StoreError::Unavailable(_) | StoreError::Full | StoreError::Unknown)
        }
        ServiceError::Hash(hash) => matches!(hash, HashError::Busy | HashError::OutOfMemory),
        ServiceError::Verify(verify) => matches!(verify, VerifyError::Busy | VerifyError::OutOfMemory),
        ServiceError::Breach(list) => matches!(list, BreachFault::Source(_)),
        _ => false,
    }
}

const fn reason(error: &ServiceError) -> &'static str {
    match error {
        ServiceError::Store(store) => store_reason(store),
        ServiceError::Rejected(rejection) => rejection_reason(rejection),
        ServiceError::Hash(HashError::Busy) | ServiceError::Verify(VerifyError::Busy) | ServiceError::Busy => "busy",
        ServiceError::Hash(HashError::OutOfMemory) | ServiceError::Verify(VerifyError::OutOfMemory) => "out_of_memory",
        ServiceError::Hash(_) | ServiceError::Verify(_) => "hashing",
        ServiceError::KeyLost(_) => "key_lost",
        ServiceError::Seal(_) => "sealed",
        ServiceError::Format(_) => "unreadable",
        ServiceError::NoEntropy => "no_entropy",
        ServiceError::IdReused => "id_reused",
        ServiceError::Settings(_) => "settings",
        ServiceError::Breach(_) => "breach_list",
        ServiceError::NoBreachList => "no_breach_list",
    }
}

const fn store_reason(error: &StoreError) -> &'static str {
    match error {
        StoreError::Busy => "busy",
        StoreError::Unavailable(_) => "store_unavailable",
        StoreError::Full => "store_full",
        StoreError::ReadOnly => "store_read_only",
        StoreError::Corrupt(_) => "store_corrupt",
        StoreError::Unsupported(_) => "store_unsupported",
        StoreError::KeyLost => "key_lost",
        StoreError::Unknown => "store_unknown",
        StoreError::TooLarge => "too_large",
        StoreError::StateLost => "state_lost",
        StoreError::Unsafe(_) => "store_not_durable",
    }
}

const fn rejection_reason(rejection: &Rejection) -> &'static str {
    match rejection {
        Rejection::StepUpNeeded => "step_up_needed",
        Rejection::LastFactor => "last_factor",
        Rejection::PasswordChangeNeeded => "password_change_needed",
        Rejection::Frozen => "frozen",
        Rejection::CoolingOff { .. } => "cooling_off",
        Rejection::ClockSuspect { .. } => "clock",
        Rejection::NotAuthorised => "not_authorised",
        Rejection::PolicyOutOfRange(_) => "settings",
        Rejection::Key(_) => "key_lost",
        Rejection::Seal(_) => "sealed",
        Rejection::Damaged => "damaged",
        Rejection::Moved => "busy",
        Rejection::WrongSubject
        | Rejection::Totp(_)
        | Rejection::Verification(_)
        | Rejection::Message(_)
        | Rejection::Risk(_)
        | Rejection::Recovery(_) => "refused",
    }
}

impl Security {
    /// What the customer reads where a call was denied: `reason` is that of [`ShellError::Denied`]. All but a step-up or a new
    /// password that is needed, a last factor and the cooling-off after a lift read alike: what is frozen or broken inside is support's to tell, and all of its channels are
    /// named.
    #[must_use]
    pub fn denial_text(&self, reason: &str, locale: &str) -> String {
        let settings = self.service.settings();
        words(reason).text(parse::locale(locale), &settings.support)
    }
}

/// The rejection whose words a reason has.
fn words(reason: &str) -> Rejection {
    match reason {
        "step_up_needed" => Rejection::StepUpNeeded,
        "last_factor" => Rejection::LastFactor,
        "password_change_needed" => Rejection::PasswordChangeNeeded,
        "cooling_off" => Rejection::CoolingOff { until: Timestamp::MAX },
        _ => Rejection::Frozen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::KeyId;

    fn told(error: impl Into<ServiceError>) -> (u16, String, bool) {
        match ShellError::from(error.into()) {
            ShellError::Denied { code, reason, is_transient, .. } => (code, reason, is_transient),
            other => panic!("{other:?}"),
        }
    }

    fn is(code: u16, reason: &str, is_transient: bool) -> (u16, String, bool) {
        (code, reason.to_owned(), is_transient)
    }

    #[test]
    fn a_full_queue_passes_and_a_damaged_hash_does_not() {
        assert_eq!(told(HashError::Busy), is(9017, "busy", true));
        assert_eq!(told(HashError::OutOfMemory), is(9017, "out_of_memory", true));
        assert_eq!(told(HashError::Engine), is(9017, "hashing", false));
        assert!(!told(HashError::UnknownPepper(KeyId(2))).2);
        assert_eq!(told(VerifyError::Busy), is(9016, "busy", true));
        assert_eq!(told(VerifyError::OutOfMemory), is(9016, "out_of_memory", true));
        assert_eq!(told(VerifyError::Engine), is(9016, "hashing", false));
    }

    #[test]
    fn what_passes_by_itself_is_told_from_what_does_not() {
        assert_eq!(told(StoreError::Busy), is(9001, "busy", true));
        assert_eq!(told(StoreError::Unknown), is(9008, "store_unknown", true));
        assert_eq!(told(StoreError::ReadOnly), is(9004, "store_read_only", false));
        assert_eq!(told(StoreError::StateLost), is(9018, "state_lost", false));
        assert_eq!(told(ServiceError::NoEntropy), is(9013, "no_entropy", true));
        assert_eq!(told(BreachFault::Source("away".to_owned())), is(9030, "breach_list", true));
        assert_eq!(told(BreachFault::Body), is(9030, "breach_list", false));
    }

    #[test]
    fn one_number_has_a_name_for_each_thing_an_app_can_do_about_it() {
        let rejected = |rejection: Rejection| told(rejection);
        assert_eq!(rejected(Rejection::StepUpNeeded), is(9012, "step_up_needed", false));
        assert_eq!(rejected(Rejection::LastFactor), is(9012, "last_factor", false));
        assert_eq!(rejected(Rejection::PasswordChangeNeeded), is(9012, "password_change_needed", false));
        assert_eq!(rejected(Rejection::Frozen), is(9012, "frozen", false));
        let until = Timestamp::MAX;
        assert_eq!(rejected(Rejection::CoolingOff { until }), is(9012, "cooling_off", false));
        assert_eq!(rejected(Rejection::NotAuthorised), is(9012, "not_authorised", false));
        let (now, last) = (Timestamp::MAX, Timestamp::MIN);
        assert_eq!(rejected(Rejection::ClockSuspect { now, last }), is(9012, "clock", false));
    }
}
