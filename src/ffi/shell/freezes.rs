//! Freezing and lifting.

use super::access::typed_password;
use super::error::ShellError;
use super::identity::{IdentityInput, checked};
use super::parse;
use super::security::Security;
use crate::account::DeviceToken;
use crate::command::{LiftFreeze, PlaceFreeze, RequestLift};
use crate::freeze::{Actor, Authority, FreezeError, FreezeReason, FreezeRequest, Scopes};
use crate::service::{LiftOwn, OwnLiftOutcome};
use crate::types::Timestamp;

/// A freeze to be placed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct FreezeInput {
    /// Stable names of what to close: `sign-in`, `pay-out`, `receive`, `change-profile`, `change-factors`; `all` is all of them.
    pub scopes: Vec<String>,
    /// The stable name of the reason: `owner-request`, `lost-device`, `suspected-fraud`, `account-takeover`, `confirmed-fraud`,
    /// `aml-review`, `sanctions-match`, `court-order`, `police-stop`, `deceased`, `dormant`, `identity-check` or `other`.
    pub reason: String,
    /// `owner`, `rule`, `agent`, `compliance` or `court`.
    pub authority: String,
    /// Who asks.
    pub actor: String,
    /// The case or order behind it.
    pub case_ref: Option<String>,
    /// When it ends by itself; absent = never.
    pub until_ms: Option<i64>,
}

/// A freeze stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct FreezePlaced {
    /// A lift names it.
    pub id: String,
    /// Whether an earlier request had placed it.
    pub already: bool,
}

/// What came of a lift, or of asking for one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum LiftAnswer {
    /// It is lifted.
    Lifted {
        /// What is closed still: other freezes, a cooling-off.
        still_closed: Vec<String>,
    },
    /// Another agent has to approve.
    Requested {
        /// Until when.
        dies_at_ms: i64,
    },
    /// The proofs were not accepted. Which part was wrong is not told.
    NotProven {
        /// From when on a try is looked at again; absent = at once.
        retry_at_ms: Option<i64>,
    },
    /// No; nothing changed.
    Refused {
        /// The stable number of the reason.
        code: u16,
        /// What to do, for developers and staff.
        what: String,
        /// What the customer reads, in the language asked for. What an agent did wrong is not in it.
        text: String,
        /// From when on the same call may succeed, where waiting helps: the owner's factors are too new today.
        retry_at_ms: Option<i64>,
    },
}

impl Security {
    /// Places a freeze.
    ///
    /// # Errors
    /// [`ShellError`], also where the freeze itself is refused: [`ShellError::Invalid`] says why.
    pub fn freeze(&self, account: &str, freeze: &FreezeInput) -> Result<FreezePlaced, ShellError> {
        let (owner, now) = self.asked(account)?;
        let mut request = FreezeRequest::new(
            scopes(&freeze.scopes)?,
            reason(&freeze.reason)?,
            authority("authority", &freeze.authority)?,
            parse::actor(&freeze.actor)?,
        );
        request.case_ref = parse::case_ref("case_ref", freeze.case_ref.as_deref())?;
        request.until = freeze.until_ms.map(|until_ms| parse::time("until_ms", until_ms)).transpose()?;
        let placed = self.service.execute(&owner, &PlaceFreeze { request, caused_by: None }, now)?;
        let placed = placed.map_err(|refused| ShellError::invalid("freeze", refused))?;
        Ok(FreezePlaced { id: placed.id.to_string(), already: placed.already })
    }

    /// Paying and changes of profile and factors, closed at once by the owner: "freeze my account now". Signing in and receiving
    /// stay open.
    ///
    /// # Errors
    /// As [`Security::freeze`].
    pub fn freeze_now(&self, account: &str) -> Result<FreezePlaced, ShellError> {
        self.freeze(
            account,
            &FreezeInput {
                scopes: Scopes::EMERGENCY.names().map(str::to_owned).collect(),
                reason: "owner-request".to_owned(),
                authority: "owner".to_owned(),
                actor: "owner".to_owned(),
                case_ref: None,
                until_ms: None,
            },
        )
    }

    /// Lifts a freeze of the owner's own: the password typed again, and the ticket of a complete step-up. `device_token` is what
    /// a remembered device was given.
    ///
    /// # Errors
    /// [`ShellError`]; the freeze stands.
    pub fn lift_own_freeze(
        &self,
        account: &str,
        freeze: &str,
        ticket: &str,
        password: &[u8],
        device_token: Option<&str>,
        locale: &str,
    ) -> Result<LiftAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let password = typed_password("password", password)?;
        let device = device_token.and_then(DeviceToken::parse);
        let lift = LiftOwn {
            freeze: parse::id("freeze", freeze)?,
            by: &parse::actor("owner")?,
            ticket: parse::id("ticket", ticket)?,
            password: &password,
            device: device.as_ref(),
        };
        Ok(match self.service.lift_own_freeze(&owner, &lift, now)? {
            OwnLiftOutcome::Lifted { still_closed } => LiftAnswer::Lifted { still_closed: names(still_closed) },
            OwnLiftOutcome::Stands(refused) => self.lift_refused(&refused, locale),
            OwnLiftOutcome::Refused(refused) => {
                LiftAnswer::NotProven { retry_at_ms: refused.public().retry_at.map(Timestamp::unix_ms) }
            }
        })
    }

    /// Asks for a lift that another agent has to approve. `identity` is how the agent made sure that it is the owner who asks,
    /// needed for the lift of an owner's own freeze.
    ///
    /// # Errors
    /// [`ShellError`].
    #[expect(clippy::too_many_arguments, reason = "one plain value each, as every language passes them")]
    pub fn request_lift(
        &self,
        account: &str,
        freeze: &str,
        actor: &str,
        as_authority: &str,
        release: Option<&str>,
        identity: Option<&IdentityInput>,
        locale: &str,
    ) -> Result<LiftAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let ask = RequestLift {
            freeze: parse::id("freeze", freeze)?,
            by: Actor::staff(parse::actor(actor)?, authority("as_authority", as_authority)?),
            release: parse::case_ref("release", release)?,
            identity: identity.map(checked).transpose()?,
        };
        Ok(match self.service.execute(&owner, &ask, now)? {
            Ok(dies_at) => LiftAnswer::Requested { dies_at_ms: dies_at.unix_ms() },
            Err(refused) => self.lift_refused(&refused, locale),
        })
    }

    /// Lifts one freeze, or approves another agent's request to. `identity` as in [`Security::request_lift`].
    ///
    /// # Errors
    /// [`ShellError`].
    #[expect(clippy::too_many_arguments, reason = "one plain value each, as every language passes them")]
    pub fn lift(
        &self,
        account: &str,
        freeze: &str,
        actor: &str,
        as_authority: &str,
        release: Option<&str>,
        identity: Option<&IdentityInput>,
        locale: &str,
    ) -> Result<LiftAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let lift = LiftFreeze {
            freeze: parse::id("freeze", freeze)?,
            by: Actor::staff(parse::actor(actor)?, authority("as_authority", as_authority)?),
            release: parse::case_ref("release", release)?,
            identity: identity.map(checked).transpose()?,
        };
        Ok(match self.service.execute(&owner, &lift, now)? {
            Ok(closed) => LiftAnswer::Lifted { still_closed: names(closed) },
            Err(refused) => self.lift_refused(&refused, locale),
        })
    }

    /// Stable names of what the account may not do now.
    ///
    /// # Errors
    /// [`ShellError`]: treat it as "all closed".
    pub fn restriction(&self, account: &str) -> Result<Vec<String>, ShellError> {
        let (owner, now) = self.asked(account)?;
        Ok(names(self.service.restriction(&owner, now)?))
    }

    fn lift_refused(&self, refused: &FreezeError, locale: &str) -> LiftAnswer {
        LiftAnswer::Refused {
            code: refused.code(),
            what: refused.to_string(),
            text: refused.for_customer(parse::locale(locale), &self.service.settings().support),
            retry_at_ms: refused.retry_at().map(Timestamp::unix_ms),
        }
    }
}

fn names(scopes: Scopes) -> Vec<String> {
    scopes.names().map(str::to_owned).collect()
}

fn scopes(wanted: &[String]) -> Result<Scopes, ShellError> {
    let mut scopes = Scopes::NONE;
    for name in wanted {
        scopes = scopes | Scopes::parse(name).map_err(|error| ShellError::invalid("scopes", error))?;
    }
    Ok(scopes)
}

fn reason(name: &str) -> Result<FreezeReason, ShellError> {
    FreezeReason::ALL.iter().copied().find(|reason| reason.name() == name).ok_or_else(|| {
        let names: Vec<&str> = FreezeReason::ALL.iter().map(|reason| reason.name()).collect();
        ShellError::invalid("reason", format!("one of {}", names.join(", ")))
    })
}

pub(super) fn authority(field: &str, name: &str) -> Result<Authority, ShellError> {
    match name {
        "owner" => Ok(Authority::Owner),
        "rule" => Ok(Authority::Rule),
        "agent" => Ok(Authority::Agent),
        "compliance" => Ok(Authority::Compliance),
        "court" => Ok(Authority::Court),
        _ => Err(ShellError::invalid(field, "owner, rule, agent, compliance or court")),
    }
}
