//! Whether an account that a list froze before stands under the terms that are asked for now.

use account_security::freeze::{Authority, Disclosure, Freeze, FreezeRequest, PendingPayments, Scopes};
use account_security::types::time::HOUR_MS;
use account_security::types::{CaseRef, Timestamp};

/// What is asked for, and since when its end is counted.
pub(super) struct Terms<'a> {
    pub(super) request: &'a FreezeRequest,
    pub(super) asked_at: Timestamp,
}

impl Terms<'_> {
    /// How the freeze differs, in words; `None` where it does not.
    ///
    /// Who acts is no term: a colleague may run the list again.
    pub(super) fn differ_from(&self, freeze: &Freeze) -> Option<String> {
        let Self { request, asked_at } = self;
        if self.is_covered_by(freeze) {
            return None;
        }
        let mut told = Vec::new();
        let mut compare = |what: &str, is: String, asked: String| {
            if is != asked {
                told.push(format!("{what} {is}, not {asked}"));
            }
        };
        compare("authority", freeze.authority.name().to_owned(), request.authority.name().to_owned());
        compare("reason", freeze.reason.name().to_owned(), request.reason.name().to_owned());
        let scopes = |scopes: Scopes| scopes.names().collect::<Vec<_>>().join("+");
        compare("scopes", scopes(freeze.scopes), scopes(request.scopes));
        let case = |case: &Option<CaseRef>| case.as_ref().map_or("none", CaseRef::as_str).to_owned();
        compare("case", case(&freeze.case_ref), case(&request.case_ref));
        compare("pending", freeze.pending.name().to_owned(), request.pending.name().to_owned());
        let told_to = |disclosure| (if disclosure == Disclosure::Tell { "told" } else { "not told" }).to_owned();
        compare("customer", told_to(freeze.disclosure), told_to(request.disclosure));
        let (stands, asked) = (lasts(freeze.from, freeze.until), lasts(*asked_at, request.until));
        if !is_alike(stands, asked) {
            compare("end", end(freeze.until), end(request.until));
        }
        (!told.is_empty()).then(|| told.join("; "))
    }

    /// A wish of the owner or of a rule is answered with a freeze of theirs that does all it asks, and more.
    fn is_covered_by(&self, freeze: &Freeze) -> bool {
        let request = self.request;
        let is_theirs = matches!(request.authority, Authority::Owner | Authority::Rule);
        let lasts = freeze.until.is_none_or(|end| request.until.is_some_and(|until| until <= end));
        let holds = freeze.pending == PendingPayments::HoldPending || freeze.pending == request.pending;
        is_theirs && freeze.authority == request.authority && freeze.scopes.contains(request.scopes) && lasts && holds
    }
}

fn end(until: Option<Timestamp>) -> String {
    until.map_or_else(|| "none".to_owned(), |until| until.to_string())
}

fn lasts(from: Timestamp, until: Option<Timestamp>) -> Option<u64> {
    until.map(|until| until.ms_since(from))
}

/// A term is counted from the moment its run began, so an account frozen late in it has a little less.
fn is_alike(one: Option<u64>, other: Option<u64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.abs_diff(other) <= (one.max(other) / 10).min(HOUR_MS),
        (one, other) => one == other,
    }
}
