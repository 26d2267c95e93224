//! Telling the owner: to the app, and in words to every contact that ever proved to be the owner's.
//!
//! A notice alone would leave it to the integrator where it goes, and the one place that must not be forgotten is the
//! contact which is about to be replaced. So the texts go out from here, and [`Effect::NotifyOwner`] beside them serves
//! push messages and the app.

use zeroize::Zeroizing;

use super::Env;
use super::effect::{Content, Effect, Notice};
use crate::account::{AccountRecord, ContactKind, Door, FailureBudget, ThrottlePolicy};
use crate::types::time::DAY_MS;
use crate::types::{Locale, Timestamp};
use crate::verification::{Destination, Sender};

/// A notice is news for this long, in milliseconds.
const NOTICE_MS: u64 = 3 * DAY_MS;

/// Tells a notice to the app and to every confirmed contact.
pub(super) fn notify(record: &AccountRecord, notice: Notice, env: &Env<'_>) -> Vec<Effect> {
    let text = notice.text(record.contacts.locale(), &env.settings.support);
    let mut effects = vec![to_app(notice)];
    effects.extend(to_all_confirmed(record, &text, env));
    effects
}

/// What a wrong try has the owner told: many of them, once; the last one before the lock, so that nobody is locked out
/// unwarned; and the lock. In words to the contacts too: who is locked out cannot look into the app.
pub(super) fn of_failures(
    record: &AccountRecord,
    budget: &FailureBudget,
    door: Door,
    policy: &ThrottlePolicy,
    env: &Env<'_>,
) -> Vec<Effect> {
    let failures_in_a_row = budget.failures_in_a_row();
    // None is counted after the lock.
    if failures_in_a_row == policy.alert_at || budget.is_locked_at(door) {
        notify(record, Notice::ManyFailures { failures_in_a_row }, env)
    } else if budget.row_at(door).checked_add(1) == Some(policy.hard_lock_at) {
        notify(record, Notice::LockComing, env)
    } else {
        Vec::new()
    }
}

/// Tells a notice to the app alone, where the contacts get words of their own.
pub(super) const fn to_app(notice: Notice) -> Effect {
    Effect::NotifyOwner { notice }
}

/// The same text to every confirmed contact.
pub(super) fn to_all_confirmed(record: &AccountRecord, text: &str, env: &Env<'_>) -> Vec<Effect> {
    let confirmed = ContactKind::ALL.into_iter().filter_map(|kind| record.contacts.confirmed(kind));
    confirmed.map(|contact| to_one(contact.destination(), record.contacts.locale(), text, env)).collect()
}

/// A text to one contact, under the sender's brand.
pub(super) fn to_one(to: &Destination, locale: Locale, text: &str, env: &Env<'_>) -> Effect {
    Effect::Send {
        channel: to.channel(),
        to: Zeroizing::new(to.expose().to_owned()),
        subject: subject(to, locale),
        text: branded(env.settings.sender.as_ref(), locale, text),
        expires_at: expiry(env.now),
        content: Content::Notice,
    }
}

/// An e-mail needs one; it says what every warning is, and nothing about the account.
fn subject(to: &Destination, locale: Locale) -> Option<String> {
    let words = match locale {
        Locale::En => "A notice about your account",
        Locale::ZhCn => "账户安全通知",
    };
    (ContactKind::of(to) == ContactKind::Email).then(|| words.to_owned())
}

fn expiry(now: Timestamp) -> Timestamp {
    now.plus_ms(NOTICE_MS)
}

fn branded(sender: Option<&Sender>, locale: Locale, text: &str) -> Zeroizing<String> {
    Zeroizing::new(match (sender.map(Sender::brand), locale) {
        (None, _) => text.to_owned(),
        (Some(brand), Locale::En) => format!("{brand}: {text}"),
        (Some(brand), Locale::ZhCn) => format!("【{brand}】{text}"),
    })
}
