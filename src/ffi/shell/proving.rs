//! Proofs beyond the password: for a sign-in, for something delicate, for a reset.

use std::fmt;

use super::codes::{self, CodeSentAnswer};
use super::error::ShellError;
use super::parse;
use super::security::Security;
use crate::account::{Errand, Proofs};
use crate::command::{Offers, ProofStep, ProveStepUp, SendProofCode, TypedProof};
use crate::totp::{RecoveryCode, TotpParameters};
use crate::verification::Purpose;

/// How a proof can be given.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct SecondFactorOffers {
    /// By an authenticator's code.
    pub totp: bool,
    /// By a recovery code.
    pub recovery: bool,
    /// By a code to this phone number, masked.
    pub phone_masked: Option<String>,
    /// By a code to this e-mail address, masked.
    pub email_masked: Option<String>,
}

/// A proof as the customer typed it. Its Debug shows no code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Proof<'a> {
    /// An authenticator's code.
    Totp(&'a [u8]),
    /// A recovery code.
    Recovery(&'a [u8]),
    /// A code that was sent.
    Code {
        /// The challenge it answers.
        challenge: &'a str,
        /// The code.
        code: &'a [u8],
    },
}

impl<'a> Proof<'a> {
    /// A proof by the name of its kind: `totp`, `recovery`, or `code`, which has a challenge.
    ///
    /// # Errors
    /// [`ShellError::Invalid`] for another name, a challenge too many or too few.
    pub fn of_kind(kind: &str, challenge: Option<&'a str>, code: &'a [u8]) -> Result<Self, ShellError> {
        match (kind, challenge) {
            ("totp", None) => Ok(Self::Totp(code)),
            ("recovery", None) => Ok(Self::Recovery(code)),
            ("code", Some(challenge)) => Ok(Self::Code { challenge, code }),
            ("totp" | "recovery", Some(_)) => Err(ShellError::invalid("challenge", "goes with a code that was sent")),
            ("code", None) => Err(ShellError::invalid("challenge", "names the message that the code came in")),
            _ => Err(ShellError::invalid("proof", "totp, recovery or code")),
        }
    }
}

impl fmt::Debug for Proof<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Totp(_) => "Totp(..)",
            Self::Recovery(_) => "Recovery(..)",
            Self::Code { .. } => "Code(..)",
        })
    }
}

/// A step-up begins. Its Debug does not show the ticket.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum StepUpAnswer {
    /// A proof is needed.
    Opened {
        /// Goes with the proof.
        ticket: String,
        /// How it can be given.
        offers: SecondFactorOffers,
    },
    /// The account can prove nothing beyond the password; what takes a step-up elsewhere goes without one here.
    /// Only the lift of an own freeze does not: there staff helps.
    NothingToProve,
}

/// Where a step-up or a reset stands. Its Debug does not show the ticket.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum ProofAnswer {
    /// All is proven.
    Complete {
        /// Opens one thing, once.
        ticket: String,
    },
    /// One more proof is needed.
    MoreNeeded {
        /// Goes with the proof.
        ticket: String,
        /// How it can be given.
        offers: SecondFactorOffers,
    },
    /// The account is frozen for this.
    Frozen,
    /// No. Which part was wrong is not told.
    Refused {
        /// From when on a try is looked at again; absent = at once.
        retry_at_ms: Option<i64>,
    },
}

impl fmt::Debug for StepUpAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opened { offers, .. } => f.debug_struct("Opened").field("offers", offers).finish_non_exhaustive(),
            Self::NothingToProve => f.write_str("NothingToProve"),
        }
    }
}

impl fmt::Debug for ProofAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complete { .. } => f.debug_struct("Complete").finish_non_exhaustive(),
            Self::MoreNeeded { offers, .. } => {
                f.debug_struct("MoreNeeded").field("offers", offers).finish_non_exhaustive()
            }
            Self::Frozen => f.write_str("Frozen"),
            Self::Refused { retry_at_ms } => f.debug_struct("Refused").field("retry_at_ms", retry_at_ms).finish(),
        }
    }
}

impl Security {
    /// Sends a code to a registered contact, to be typed as a proof. `errand` is what the ticket is for: `sign-in`, `step-up`
    /// or `reset`. `via` is `phone` or `email`.
    ///
    /// # Errors
    /// [`ShellError`]: no code was sent.
    pub fn send_proof_code(
        &self,
        account: &str,
        errand: &str,
        ticket: &str,
        via: &str,
        locale: &str,
    ) -> Result<CodeSentAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let send = SendProofCode {
            ticket: parse::id("ticket", ticket)?,
            errand: errand_named(errand)?,
            via: parse::contact(via)?,
            sender: self.sender()?,
            locale: parse::locale(locale),
        };
        Ok(match self.service.send_proof_code(&owner, self.from, &send, now)? {
            Ok(sent) => CodeSentAnswer::Sent { sent: codes::sent(sent) },
            Err(refused) => self.no_proof_code(refused, locale).into(),
        })
    }

    /// Opens a ticket for a signed-in customer who wants something delicate. The caller has made sure of the sign-in.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn begin_step_up(&self, account: &str) -> Result<StepUpAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        Ok(match self.service.begin_step_up(&owner, now)? {
            Some(opened) => StepUpAnswer::Opened { ticket: opened.ticket.to_string(), offers: offered(opened.offers) },
            None => StepUpAnswer::NothingToProve,
        })
    }

    /// Tries a proof for a step-up. The ticket of a complete one goes into the delicate call.
    ///
    /// # Errors
    /// [`ShellError`]: the proof counts as not given.
    pub fn prove_step_up(&self, account: &str, ticket: &str, proof: Proof<'_>) -> Result<ProofAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let proof = self.typed(proof, Purpose::StepUp)?;
        let prove = ProveStepUp { ticket: parse::id("ticket", ticket)?, proof };
        Ok(step(self.service.prove_step_up(&owner, &prove, now)?))
    }

    /// A typed proof; `purpose` is that of the codes that are sent for it.
    pub(super) fn typed(&self, proof: Proof<'_>, purpose: Purpose) -> Result<TypedProof, ShellError> {
        Ok(match proof {
            Proof::Totp(code) => TypedProof::Totp(parse::code("code", code, TotpParameters::default().digits())?),
            Proof::Recovery(code) => {
                let read = RecoveryCode::parse(parse::text("code", code)?);
                TypedProof::Recovery(read.map_err(|error| ShellError::invalid("code", error))?)
            }
            Proof::Code { challenge, code } => TypedProof::Code {
                challenge: parse::id("challenge", challenge)?,
                code: parse::code("code", code, self.code_digits(purpose))?,
            },
        })
    }

    /// How many digits a code for this purpose has.
    pub(super) fn code_digits(&self, purpose: Purpose) -> u8 {
        self.service.settings().verification.digits_for(purpose)
    }
}

pub(super) fn step(step: ProofStep) -> ProofAnswer {
    let retry_at_ms = step.refusal().and_then(|refusal| refusal.retry_at).map(crate::types::Timestamp::unix_ms);
    match step {
        ProofStep::Complete { ticket } => ProofAnswer::Complete { ticket: ticket.to_string() },
        ProofStep::MoreNeeded { ticket, offers } => {
            ProofAnswer::MoreNeeded { ticket: ticket.to_string(), offers: offered(offers) }
        }
        ProofStep::Frozen => ProofAnswer::Frozen,
        ProofStep::Refused(_) => ProofAnswer::Refused { retry_at_ms },
    }
}

pub(super) fn offered(offers: Offers) -> SecondFactorOffers {
    SecondFactorOffers {
        totp: offers.proofs.contains(Proofs::TOTP),
        recovery: offers.proofs.contains(Proofs::RECOVERY),
        phone_masked: offers.phone_masked,
        email_masked: offers.email_masked,
    }
}

fn errand_named(name: &str) -> Result<Errand, ShellError> {
    match name {
        "sign-in" => Ok(Errand::SignIn),
        "step-up" => Ok(Errand::StepUp),
        "reset" => Ok(Errand::Reset),
        _ => Err(ShellError::invalid("errand", "sign-in, step-up or reset")),
    }
}
