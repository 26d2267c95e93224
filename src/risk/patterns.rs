//! Patterns of fraud: money through, probing, splitting, odd hours, sudden life.

use super::policy::{Mode, Rule};
use super::rules::{Found, Seen, enter, enter_points};
use super::score::{Findings, Millibans, ReasonGroup};
use super::window::local_hour;
use crate::types::{ReasonCode, Timestamp};

/// Asks every pattern.
pub(super) fn patterns(seen: &Seen<'_>, findings: &mut Findings) {
    rapid_in_out(seen, findings);
    card_testing(seen, findings);
    structuring(seen, findings);
    unusual_hour(seen, findings);
    dormant(seen, findings);
    round_amount(seen, findings);
}

impl Seen<'_> {
    /// How much of the last credit has left again with this payment; 0 without one.
    pub(super) fn credit_gone_permille(&self) -> u64 {
        let Some(credit) = self.profile.last_credit else { return 0 };
        let gone = credit.out_since.saturating_add(self.amount);
        u64::try_from(u128::from(gone) * 1_000 / u128::from(credit.amount.max(1))).unwrap_or(u64::MAX)
    }

    /// When the last payment passed. Where credits have pushed it out of the ring, the newest payment forgotten is it.
    pub(super) fn last_spend(&self) -> Option<Timestamp> {
        let remembered = self.profile.ring.newest_first().find(|event| event.is_spend()).map(|event| event.at);
        remembered.or_else(|| (self.profile.payments > 0).then_some(self.profile.forgotten_until))
    }
}

/// Most of a credit leaves again soon. A payee the account knows halves the points: savings, a landlord. One that was paid
/// as much before asks for no proof: the rent leaves on the day of the salary.
fn rapid_in_out(seen: &Seen<'_>, findings: &mut Findings) {
    let policy = &seen.rules().pattern;
    let Some(credit) = seen.profile.last_credit else { return };
    let soon = seen.payment.at >= credit.at && seen.payment.at.ms_since(credit.at) < policy.in_out_window_ms;
    let gone_permille = seen.credit_gone_permille();
    if !soon || credit.amount < policy.in_out_from_minor || gone_permille < u64::from(policy.in_out_share_permille) {
        return;
    }
    let familiar = seen.payment.payee.is_some_and(|payee| seen.profile.known.payee(payee.0).is_some());
    let points = Millibans::from_decibans(policy.rapid_in_out.points_db);
    let points = if familiar { Millibans(points.0 / 2) } else { points };
    let found = Found::of(gone_permille, u64::from(policy.in_out_share_permille)).within(policy.in_out_window_ms);
    let min_outcome = policy.rapid_in_out.min_outcome.filter(|_| !seen.usual_at_payee());
    let rule = Rule { min_outcome, ..policy.rapid_in_out };
    enter_points(findings, rule, points, ReasonCode::RapidInOut, ReasonGroup::Pattern, &found);
}

/// Small payments in a row, or a payment ten times as large right after them.
fn card_testing(seen: &Seen<'_>, findings: &mut Findings) {
    let policy = &seen.rules().pattern;
    let small = policy.card_testing_small_minor;
    let before = seen.most_recent(policy.card_testing_window_ms, |event| event.amount <= small);
    let enough = u64::from(policy.card_testing_count);
    let probes = seen.amount <= small && before + 1 >= enough;
    let strikes = seen.amount >= small.saturating_mul(10) && before + 1 >= enough;
    if probes || strikes {
        let found = Found::of(before + u64::from(probes), enough).within(policy.card_testing_window_ms);
        enter(findings, policy.card_testing, ReasonCode::CardTesting, ReasonGroup::Pattern, &found);
    }
}

/// Several payments just below a reporting threshold; held ones count, they were meant.
fn structuring(seen: &Seen<'_>, findings: &mut Findings) {
    let policy = &seen.rules().pattern;
    let Some(threshold) = policy.structuring_threshold_minor else { return };
    let below =
        u64::try_from(u128::from(threshold) * u128::from(policy.structuring_below_permille) / 1_000).unwrap_or(0);
    let just_below = |amount: u64| amount < threshold && amount >= threshold - below;
    if !just_below(seen.amount) {
        return;
    }
    let count = seen.most_recent(policy.structuring_window_ms, |event| just_below(event.amount)) + 1;
    if count >= u64::from(policy.structuring_count) {
        let found = Found::of(count, u64::from(policy.structuring_count)).within(policy.structuring_window_ms);
        enter(findings, policy.structuring, ReasonCode::Structuring, ReasonGroup::Pattern, &found);
    }
}

fn unusual_hour(seen: &Seen<'_>, findings: &mut Findings) {
    let policy = &seen.rules().pattern;
    if seen.profile.payments < u32::from(policy.unusual_hour_min_history) {
        return;
    }
    let hour = local_hour(seen.payment.at, seen.offset_min);
    let near = [hour + 23, hour, hour + 1];
    if near.iter().all(|hour| seen.profile.day_hours.get(hour % 24).is_some_and(|count| *count == 0)) {
        enter(findings, policy.unusual_hour, ReasonCode::UnusualHour, ReasonGroup::Pattern, &Found::of(hour as u64, 0));
    }
}

fn dormant(seen: &Seen<'_>, findings: &mut Findings) {
    let policy = &seen.rules().pattern;
    let last_out = seen.last_spend().unwrap_or(seen.profile.newest);
    let silent_ms = seen.payment.at.ms_since(last_out);
    if seen.profile.payments >= u32::from(seen.rules().novelty.min_history) && silent_ms >= policy.dormant_ms {
        let found = Found::of(silent_ms, policy.dormant_ms);
        enter(findings, policy.dormant, ReasonCode::DormantWake, ReasonGroup::Pattern, &found);
    }
}

fn round_amount(seen: &Seen<'_>, findings: &mut Findings) {
    let policy = &seen.rules().pattern;
    let unit = 10_u64.saturating_pow(u32::from(policy.round_power));
    if policy.round_amount.mode != Mode::Off && seen.amount > 0 && seen.amount.is_multiple_of(unit) {
        enter(
            findings,
            policy.round_amount,
            ReasonCode::RoundAmount,
            ReasonGroup::Pattern,
            &Found::of(seen.amount, unit),
        );
    }
}
