//! Expressions in custom rules: `amount > 3 * own_mean && is_new_payee`, over the words of [`Feature`].
//!
//! They are read as CEL, the Common Expression Language, by its Rust crate (feature `expr`), and only when a policy is
//! made. Its tree is checked and flattened into a few steps over integers; what runs for a payment is the loop below and
//! nothing of the crate: no allocation, no recursion, no call, at most [`STEPS_MAX`] steps.
//!
//! Only a part of the language is let in: whole numbers, `true`, `false`, the words of the vocabulary, arithmetic,
//! comparison, `&& || !` and `a ? b : c`. Flags are truth values, everything else is a number; `kind` and `country`
//! compare with text (`kind == "cash_out"`, `country != "DE"`). A word with a window carries it: `count_out_1h`.
//!
//! Some expressions have no value: a division by nothing, a number beyond 64 bits. A fault on a question of security is
//! never answered "fine", so such a rule FIRES: its points and its floor apply. As in CEL, `false && fault` is false and
//! `true || fault` is true; guard with them where a fault is no news.

#[cfg(feature = "expr")]
mod compile;
#[cfg(test)]
#[cfg(feature = "expr")]
mod tests;

use super::faults::Misfit;
use super::feature::Feature;
use super::observe::Observed;

/// Most steps of one expression, and the deepest stack it can need.
const STEPS_MAX: usize = 128;

/// One step on a stack of numbers; truth is 1 or 0. A fault is no number and stays one through arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "expr"), expect(dead_code, reason = "only the compiler of expressions makes steps"))]
enum Step {
    Number(i64),
    Word(Feature, u64),
    Binary(Binary),
    Not,
    Negate,
    Choose,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "expr"), expect(dead_code, reason = "only the compiler of expressions makes steps"))]
enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Above,
    AtLeast,
    Below,
    AtMost,
    Equal,
    NotEqual,
    And,
    Or,
}

/// An expression ready to be asked; without steps it always holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Compiled {
    steps: Vec<Step>,
}

impl Compiled {
    /// The policy has been checked before.
    pub(super) fn of(source: Option<&str>) -> Self {
        #[cfg(feature = "expr")]
        return source.and_then(|source| compile::compile(source).ok()).unwrap_or_default();
        #[cfg(not(feature = "expr"))]
        {
            let _ = source;
            Self::default()
        }
    }

    /// If the expression holds, or has no value: whether every word it asked was told exactly.
    pub(super) fn holds(&self, observed: &Observed<'_>) -> Option<bool> {
        let mut is_exact = true;
        let word = |feature, window_ms| {
            let (value, exact) = observed.value(feature, window_ms);
            is_exact &= exact;
            value
        };
        let holds = self.steps.is_empty() || self.run(word) != Some(0);
        holds.then_some(is_exact)
    }

    fn run(&self, mut word: impl FnMut(Feature, u64) -> i64) -> Option<i64> {
        let (mut stack, mut height) = ([None; STEPS_MAX], 0_usize);
        for step in &self.steps {
            let mut pop = || {
                height = height.saturating_sub(1);
                stack.get(height).copied().flatten()
            };
            let result = match *step {
                Step::Number(number) => Some(number),
                Step::Word(feature, window_ms) => Some(word(feature, window_ms)),
                Step::Not => pop().map(|value| i64::from(value == 0)),
                Step::Negate => pop().and_then(i64::checked_neg),
                Step::Binary(binary) => {
                    let right = pop();
                    binary.of(pop(), right)
                }
                Step::Choose => {
                    let (otherwise, then) = (pop(), pop());
                    pop().and_then(|condition| if condition == 0 { otherwise } else { then })
                }
            };
            *stack.get_mut(height)? = result;
            height += 1;
        }
        stack.first().copied().flatten()
    }
}

impl Binary {
    fn of(self, left: Option<i64>, right: Option<i64>) -> Option<i64> {
        match (self, left, right) {
            (Self::And, Some(0), _) | (Self::And, _, Some(0)) => return Some(0),
            (Self::Or, Some(1), _) | (Self::Or, _, Some(1)) => return Some(1),
            _ => {}
        }
        let (left, right) = (left?, right?);
        match self {
            Self::Add => left.checked_add(right),
            Self::Subtract => left.checked_sub(right),
            Self::Multiply => left.checked_mul(right),
            Self::Divide => left.checked_div(right),
            Self::Remainder => left.checked_rem(right),
            Self::Above => Some(i64::from(left > right)),
            Self::AtLeast => Some(i64::from(left >= right)),
            Self::Below => Some(i64::from(left < right)),
            Self::AtMost => Some(i64::from(left <= right)),
            Self::Equal => Some(i64::from(left == right)),
            Self::NotEqual => Some(i64::from(left != right)),
            Self::And => Some(left & right),
            Self::Or => Some(left | right),
        }
    }
}

#[cfg(feature = "expr")]
pub(super) fn find_misfit(source: Option<&str>, path: impl FnOnce() -> String) -> Result<(), Misfit> {
    match source.map(compile::compile) {
        Some(Err(error)) => Err(Misfit { path: path(), error }),
        _ => Ok(()),
    }
}

#[cfg(not(feature = "expr"))]
pub(super) fn find_misfit(source: Option<&str>, path: impl FnOnce() -> String) -> Result<(), Misfit> {
    super::faults::refuse(source.is_some(), super::error::PolicyError::NoExpressions, path)
}
