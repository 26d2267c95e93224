//! What a policy may say and hardly means: no fault, so nothing is refused, but worth a second look.

use super::policy::{Mode, RiskPolicy, VelocityRule};
use super::score::ReasonGroup;

/// Bands below a deciban: every third payment would be asked for a proof.
const BAND_LEAST: i32 = 100;

/// A part of a policy that is probably not meant, and its place, e.g. `velocity[1]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The keys that lead there, as a rule file writes them.
    pub path: String,
    /// What it comes to, and what to do.
    pub what: String,
}

impl RiskPolicy {
    /// What is probably not meant. A policy with doubts is used as any other.
    ///
    /// ```
    /// use account_security::risk::{Millibans, RiskPolicy};
    /// let mut policy = RiskPolicy::wallet();
    /// assert!(policy.doubts().is_empty());
    /// policy.bands.step_up_from = Millibans(15);
    /// assert!(policy.doubts()[0].what.contains("1500 is 15 dB"));
    /// ```
    #[must_use]
    pub fn doubts(&self) -> Vec<Doubt> {
        let mut doubts = Vec::new();
        self.doubt_velocity(&mut doubts);
        self.doubt_points(&mut doubts);
        let lists = self.lists.both().map(|payee| {
            let payee = format!("fp:{:016x}", payee.0);
            doubt(
                "lists",
                format!(
                    "a payee is on the deny and on the allow list ({payee}): it is held all the same; take it off one"
                ),
            )
        });
        doubts.extend(lists);
        let bands = [
            ("bands.step_up_from", self.bands.step_up_from),
            ("bands.hold_from", self.bands.hold_from),
            ("bands.freeze_from", self.bands.freeze_from),
        ];
        let low = bands.into_iter().find(|(_, from)| from.0 < BAND_LEAST);
        doubts.extend(low.map(|(path, from)| {
            let what = format!("bands are in hundredths of a deciban: {0} is 0.{0:02} dB, 1500 is 15 dB", from.0);
            doubt(path, what)
        }));
        doubts
    }

    fn doubt_velocity(&self, doubts: &mut Vec<Doubt>) {
        let same = |one: &VelocityRule, other: &VelocityRule| {
            (one.measure, one.window_ms, one.above) == (other.measure, other.window_ms, other.above)
        };
        for (place, rule) in self.velocity.iter().enumerate() {
            if let Some(first) = self.velocity.iter().take(place).position(|other| same(rule, other)) {
                let what = format!("the same as velocity[{first}]: both count; drop one");
                doubts.push(doubt(&format!("velocity[{place}]"), what));
            }
        }
        let preset = Self::wallet().velocity;
        let dropped = preset.iter().filter(|rule| !self.velocity.iter().any(|other| same(rule, other))).count();
        if dropped > 0 {
            let (own, all) = (self.velocity.len(), preset.len());
            let what = format!(
                "these {own} stand in place of all {all} velocity rules of the preset `wallet`, {dropped} of which are gone; \
                 `rules show wallet` lists them"
            );
            doubts.push(doubt("velocity", what));
        }
    }

    /// Points above the cap of their group are cut.
    fn doubt_points(&self, doubts: &mut Vec<Doubt>) {
        let cap = self.group_cap_db;
        let built_in = self.rules().map(|(path, rule)| (path.to_owned(), rule.mode, rule.points_db));
        let velocity = self.velocity.iter().enumerate();
        let velocity =
            velocity.map(|(place, rule)| (format!("velocity[{place}].rule"), rule.rule.mode, rule.rule.points_db));
        let own = self.rules.iter().enumerate().filter(|(_, rule)| rule.group != ReasonGroup::Payee);
        let own = own.map(|(place, rule)| (format!("rule[{place}]"), rule.mode, rule.points_db));
        for (path, mode, points) in built_in.into_iter().chain(velocity).chain(own) {
            if mode != Mode::Off && points > cap {
                let what = format!(
                    "only {cap} of these {points} dB count: a group gives at most group_cap_db; lower one or raise the other"
                );
                doubts.push(doubt(&format!("{path}.points_db"), what));
            }
        }
    }
}

fn doubt(path: &str, what: String) -> Doubt {
    Doubt { path: path.to_owned(), what }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::{Lists, Preset};
    use crate::types::Fingerprint;

    fn told(policy: &RiskPolicy) -> Vec<(String, String)> {
        policy.doubts().into_iter().map(|doubt| (doubt.path, doubt.what)).collect()
    }

    #[test]
    fn no_preset_is_in_doubt_but_for_velocity_rules_of_its_own() {
        for preset in Preset::ALL {
            let paths: Vec<String> = told(&preset.policy()).into_iter().map(|(path, _)| path).collect();
            assert!(paths.iter().all(|path| path == "velocity"), "{}: {paths:?}", preset.name());
        }
    }

    #[test]
    fn what_is_hardly_meant_is_told_at_its_place() {
        let mut policy = RiskPolicy::wallet();
        policy.velocity.push(policy.velocity[2]);
        policy.pattern.dormant.points_db = 55;
        policy.bands.step_up_from.0 = 15;
        let lists = Lists::default().deny_payees([Fingerprint::of_payee("a"), Fingerprint::of_payee("b")]).unwrap();
        policy.lists = lists.allow_payees([Fingerprint::of_payee("b")]).unwrap();
        policy.validate().unwrap();
        let told = told(&policy);
        let paths: Vec<&str> = told.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["velocity[5]", "pattern.dormant.points_db", "lists", "bands.step_up_from"]);
        assert!(told[0].1.contains("velocity[2]") && told[1].1.contains("only 50 of these 55 dB"), "{told:?}");
        policy.velocity.truncate(1);
        assert!(policy.doubts()[0].what.contains("place of all 5 velocity rules"), "{:?}", policy.doubts());
    }
}
