//! Expressions in rules of one's own: without the feature `expr` there are none.

use super::error::PolicyError;
use super::faults::{Misfit, refuse};
use super::observe::Observed;

/// No expression, which always holds: a policy that has one is refused in a build without the feature.
#[derive(Clone, Debug, Default)]
pub(super) struct Compiled;

impl Compiled {
    pub(super) const fn of(_source: Option<&str>) -> Self {
        Self
    }

    pub(super) const fn holds(&self, _observed: &Observed<'_>) -> bool {
        true
    }
}

pub(super) fn find_misfit(source: Option<&str>, path: impl FnOnce() -> String) -> Result<(), Misfit> {
    refuse(source.is_some(), PolicyError::NoExpressions, path)
}
