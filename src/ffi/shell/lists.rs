//! What stands on an account: its freezes, its devices, the change of a contact under way.

use super::error::ShellError;
use super::parse;
use super::security::Security;
use crate::account::{AccountRecord, ContactKind, ContactStep, DeviceTag, DeviceToken};
use crate::command::ForgetDevice;
use crate::freeze::{Disclosure, Freeze, FreezePolicy, Lift};
use crate::types::{CaseRef, Locale, RandomId, SupportChannels, Timestamp};

/// One freeze.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct FreezeLine {
    /// A lift names it.
    pub id: String,
    /// Stable names of what it closes: `sign-in`, `pay-out`, `receive`, `change-profile`, `change-factors`.
    pub scopes: Vec<String>,
    /// The stable name of the reason: `owner-request`, `lost-device`, `suspected-fraud`, `account-takeover`, `confirmed-fraud`,
    /// `aml-review`, `sanctions-match`, `court-order`, `police-stop`, `deceased`, `dormant`, `identity-check`, `other`.
    pub reason: String,
    /// Whose authority it rests on: `owner`, `rule`, `agent`, `compliance` or `court`.
    pub authority: String,
    /// From when on.
    pub from_ms: i64,
    /// When it ended or will end; absent = not before it is lifted.
    pub until_ms: Option<i64>,
    /// `planned` (not begun), `in_force`, or `over` (lifted, or ended by itself).
    pub state: String,
    /// `standing`, `requested` (another agent has to approve before `lift_dies_at_ms`) or `lifted`.
    pub lift: String,
    /// Of a lift that was asked for: approved before this moment, or dead.
    pub lift_dies_at_ms: Option<i64>,
    /// Whether the owner may learn of it.
    pub is_told: bool,
    /// What the owner reads, in the language asked for; of one that is over, that it was lifted or has ended. Of one that the owner must not learn of it reads as a technical fault.
    pub text: String,
    /// Who placed it; only in the desk's list.
    pub actor: Option<String>,
    /// The case or order behind it; only in the desk's list.
    pub case_ref: Option<String>,
}

/// A device that is known to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct DeviceLine {
    /// Names it, 32 hexadecimal digits; opens nothing.
    pub device: String,
    /// How its owner calls it.
    pub label: String,
    /// When it became known.
    pub added_at_ms: i64,
    /// When the right password last came from it.
    pub seen_at_ms: i64,
    /// Whether it is the one whose token was given.
    pub is_this: bool,
}

/// The change of a contact under way, as far as its owner may know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ContactChangeLine {
    /// Every further step names it.
    pub change: String,
    /// Which contact: `phone` or `email`.
    pub via: String,
    /// The contact that is to come, masked.
    pub new_masked: String,
    /// Whether the one in force was reported lost.
    pub is_lost: bool,
    /// What it waits for: `prove_old`, `identity_check`, `approval`, `prove_new` or `cooling_off`.
    pub step: String,
    /// It is dead from then on; while it cools off, it comes into force from then on unless it is called off.
    pub until_ms: i64,
}

impl Security {
    /// The freezes in force that the owner may be shown, without who placed them. One that must not be told of is not in the
    /// list, and what it closes is in [`Security::restriction`] all the same.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn freezes(&self, account: &str, locale: &str) -> Result<Vec<FreezeLine>, ShellError> {
        let (record, now) = self.seen(account)?;
        let listed = self.lines(record.freezes.told(now), locale, now);
        Ok(listed.into_iter().map(|line| FreezeLine { actor: None, case_ref: None, ..line }).collect())
    }

    /// Every freeze on record, for the support desk alone: planned ones, ended ones as long as they are kept, and those that
    /// the owner must not learn of (`is_told`). Telling of such a one may be an offence.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn all_freezes(&self, account: &str, locale: &str) -> Result<Vec<FreezeLine>, ShellError> {
        let (record, now) = self.seen(account)?;
        Ok(self.lines(record.freezes.iter(), locale, now))
    }

    /// The devices that are known to an account, the longest unseen first. `device_token` is what the device that asks was
    /// given, if it was.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn devices(&self, account: &str, device_token: Option<&str>) -> Result<Vec<DeviceLine>, ShellError> {
        let owner = parse::account(account)?;
        let record = self.service.record(&owner)?;
        // A token that cannot be read is a stranger's, as at a sign-in.
        let token = device_token.and_then(DeviceToken::parse);
        let this = token.map(|token| self.service.keyring().device_tag(&owner, &token));
        let line = |device: &crate::account::Device| DeviceLine {
            device: device.tag.to_string(),
            label: device.label.as_str().to_owned(),
            added_at_ms: device.added_at.unix_ms(),
            seen_at_ms: device.seen_at.unix_ms(),
            is_this: this == Some(device.tag),
        };
        Ok(record.devices.iter().map(line).collect())
    }

    /// Makes a known device a stranger: lost, sold, not the owner's. Says whether it was known.
    ///
    /// # Errors
    /// [`ShellError`]; it is still known.
    pub fn forget_device(&self, account: &str, device: &str) -> Result<bool, ShellError> {
        let (owner, now) = self.asked(account)?;
        let forget = ForgetDevice { device: DeviceTag(parse::id::<RandomId>("device", device)?.0) };
        Ok(self.service.execute(&owner, &forget, now)?)
    }

    /// The record, and the time by which it is read: never behind what the account has seen.
    pub(super) fn seen(&self, account: &str) -> Result<(AccountRecord, Timestamp), ShellError> {
        let (owner, now) = self.asked(account)?;
        let record = self.service.record(&owner)?;
        let now = now.max(record.time_high);
        Ok((record, now))
    }

    fn lines<'a>(&self, freezes: impl Iterator<Item = &'a Freeze>, locale: &str, now: Timestamp) -> Vec<FreezeLine> {
        let (locale, settings) = (parse::locale(locale), self.service.settings());
        freezes.map(|freeze| line(freeze, &settings.freeze, locale, &settings.support, now)).collect()
    }
}

fn line(
    freeze: &Freeze,
    policy: &FreezePolicy,
    locale: Locale,
    support: &SupportChannels,
    now: Timestamp,
) -> FreezeLine {
    let (lift, dies_at) = match &freeze.lift {
        Lift::Standing => ("standing", None),
        Lift::Requested { at, .. } => ("requested", Some(at.plus_ms(policy.lift_request_ttl_ms))),
        Lift::Lifted { .. } => ("lifted", None),
    };
    let state = match (freeze.is_over(now), freeze.is_in_force(now)) {
        (true, _) => "over",
        (false, true) => "in_force",
        (false, false) => "planned",
    };
    FreezeLine {
        id: freeze.id.to_string(),
        scopes: freeze.scopes.names().map(str::to_owned).collect(),
        reason: freeze.reason.name().to_owned(),
        authority: freeze.authority.name().to_owned(),
        from_ms: freeze.from.unix_ms(),
        until_ms: freeze.ends_at().map(Timestamp::unix_ms),
        state: state.to_owned(),
        lift: lift.to_owned(),
        lift_dies_at_ms: dies_at.map(Timestamp::unix_ms),
        is_told: freeze.disclosure == Disclosure::Tell,
        text: freeze.for_customer_at(now, locale, support),
        actor: Some(freeze.actor.as_str().to_owned()),
        case_ref: freeze.case_ref.as_ref().map(CaseRef::as_str).map(str::to_owned),
    }
}

/// One that nobody went on with in time is none.
pub(super) fn contact_change(record: &AccountRecord, now: Timestamp) -> Option<ContactChangeLine> {
    let change = record.contact_change.as_ref().filter(|change| !change.is_expired(now))?;
    let (step, until) = match change.step() {
        ContactStep::ProveOld => ("prove_old", change.expires_at()),
        ContactStep::IdentityCheck => ("identity_check", change.expires_at()),
        ContactStep::Approval => ("approval", change.expires_at()),
        ContactStep::ProveNew => ("prove_new", change.expires_at()),
        ContactStep::CoolingOff { until } => ("cooling_off", until),
    };
    Some(ContactChangeLine {
        change: change.id().to_string(),
        via: match change.kind() {
            ContactKind::Phone => "phone",
            ContactKind::Email => "email",
        }
        .to_owned(),
        new_masked: change.new_contact().destination().masked(),
        is_lost: change.is_lost(),
        step: step.to_owned(),
        until_ms: until.unix_ms(),
    })
}
