//! The two views of a diagnosis: poor and safe for the customer, rich for staff according to rank.

use super::{Causes, Finding, text_en, text_zh_cn};
use crate::freeze::{Authority, Disclosure, Freeze, FreezePolicy, Scopes, Sight};
use crate::types::{Locale, Money, RandomId, ReasonCode, SupportChannels, Timestamp};

/// One cause as a customer may read it. No code and no id: equal causes are equal to the byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerCause {
    /// A sentence or two in the customer's language. Times are in `retry_at`, for the app to show in local time; only when
    /// the payment was let pass stands here, in UTC, because nothing is to be tried again from then on.
    pub text: String,
    /// Whether the same payment, sent again unchanged, can go through without anyone doing anything.
    pub retryable: bool,
    /// From when on, if that is known.
    pub retry_at: Option<Timestamp>,
}

/// One cause as staff of a given rank may read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentCause {
    /// The stable reason.
    pub reason: ReasonCode,
    /// A sentence or two in the agent's language, times in UTC.
    pub text: String,
    /// As for [`CustomerCause::retryable`].
    pub retryable: bool,
    /// From when on, if that is known.
    pub retry_at: Option<Timestamp>,
    /// What is left under a limit.
    pub left: Option<Money>,
    /// The freeze, when it is one.
    pub freeze: Option<FreezeView>,
}

/// A freeze as far as the reader's rank lets see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FreezeView {
    /// The whole record.
    Full(Box<Freeze>),
    /// Only that it stands: enough to pass the case on.
    Exists {
        /// Its id.
        id: RandomId,
        /// Whose authority it rests on.
        authority: Authority,
        /// What it closes.
        scopes: Scopes,
    },
}

impl Freeze {
    /// The freeze as far as staff of this rank may see it, by the rule of [`Causes::for_agent`]; `None` = not at all.
    #[must_use]
    pub fn for_staff(&self, rank: Authority, policy: &FreezePolicy) -> Option<FreezeView> {
        (sight(self, rank, policy) != Sight::Hidden).then(|| seen(self, rank, policy))
    }
}

impl Causes {
    /// The causes for the customer. A neutral freeze reads byte for byte like a technical fault.
    #[must_use]
    pub fn for_customer(&self, locale: Locale, support: &SupportChannels) -> Vec<CustomerCause> {
        let shown = self.hiding(|freeze| freeze.disclosure == Disclosure::Neutral);
        shown.into_iter().map(|finding| for_customer(finding, locale, support)).collect()
    }

    /// The causes for staff of this rank.
    ///
    /// Whoever ranks as high as the freeze sees all of it; so does every agent for a freeze the customer is told of. Of
    /// a neutral freeze above the rank, [`FreezePolicy::neutral_above_rank`] decides: as in
    /// [`standard`](FreezePolicy::standard) that it exists, or as in [`strict`](FreezePolicy::strict) nothing: then a
    /// technical fault stands in its place here too. Below [`Authority::Agent`] it is always hidden.
    #[must_use]
    pub fn for_agent(&self, rank: Authority, policy: &FreezePolicy, locale: Locale) -> Vec<AgentCause> {
        let shown = self.hiding(|freeze| sight(freeze, rank, policy) == Sight::Hidden);
        shown.into_iter().map(|finding| for_agent(finding, rank, policy, locale)).collect()
    }
}

fn for_customer(finding: &Finding, locale: Locale, support: &SupportChannels) -> CustomerCause {
    let text = match locale {
        Locale::En => text_en::customer(finding, support),
        Locale::ZhCn => text_zh_cn::customer(finding, support),
    };
    CustomerCause { text, retryable: finding.is_retryable(), retry_at: finding.retry_at() }
}

fn for_agent(finding: &Finding, rank: Authority, policy: &FreezePolicy, locale: Locale) -> AgentCause {
    let freeze = match finding {
        Finding::Frozen(freeze) | Finding::WasFrozen(freeze) => Some(seen(freeze, rank, policy)),
        _ => None,
    };
    let text = match locale {
        Locale::En => text_en::agent(finding, freeze.as_ref()),
        Locale::ZhCn => text_zh_cn::agent(finding, freeze.as_ref()),
    };
    let left = match finding {
        // What is left now of a limit that the payment fits under again is nobody's question here.
        Finding::Limit(hit) => Some(hit.left_to_pay()),
        _ => None,
    };
    // The end of a freeze the reader sees only the shadow of is part of the record, not of the shadow.
    let retry_at = match freeze {
        Some(FreezeView::Exists { .. }) => None,
        _ => finding.retry_at(),
    };
    let retryable = finding.is_retryable() && !matches!(freeze, Some(FreezeView::Exists { .. }));
    AgentCause { reason: finding.reason(), text, retryable, retry_at, left, freeze }
}

fn seen(freeze: &Freeze, rank: Authority, policy: &FreezePolicy) -> FreezeView {
    match sight(freeze, rank, policy) {
        Sight::Full => FreezeView::Full(Box::new(freeze.clone())),
        Sight::Exists | Sight::Hidden => {
            FreezeView::Exists { id: freeze.id, authority: freeze.authority, scopes: freeze.scopes }
        }
    }
}

fn sight(freeze: &Freeze, rank: Authority, policy: &FreezePolicy) -> Sight {
    let is_staff = rank >= Authority::Agent;
    match freeze.disclosure {
        _ if is_staff && rank >= freeze.authority => Sight::Full,
        Disclosure::Tell if is_staff => Sight::Full,
        Disclosure::Tell => Sight::Exists,
        Disclosure::Neutral if is_staff => policy.neutral_above_rank,
        Disclosure::Neutral => Sight::Hidden,
    }
}
