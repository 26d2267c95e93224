//! A clock that had run far ahead and is right again: where the times that it wrote come to lie.
//!
//! Both maps keep the order of times and never stretch the time between two of them, so what is checked when a record is
//! read (order, longest lives) still holds. Nothing that was over comes back to life by [`moved`](SetBack::moved), and
//! nothing that stands ends by it: at the right time everything is as it was at the wrong one.

use super::Timestamp;

/// From which wrong time to which right one.
///
/// ```
/// use account_security::types::{SetBack, Timestamp};
/// let right = Timestamp::from_unix_s(1_800_000_000)?;
/// let wrong = right.plus_ms(1_000_000);
/// let back = SetBack::new(wrong, right).ok_or("the clock is not behind")?;
/// assert_eq!(back.moved(right.minus_ms(7)), right.minus_ms(7)); // written by the right clock
/// assert_eq!(back.moved(wrong.minus_ms(7)), right); // written by the wrong one: it has just happened
/// assert_eq!(back.moved(wrong.plus_ms(7)), right.plus_ms(7)); // still to come, as far ahead as it was
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetBack {
    from: Timestamp,
    to: Timestamp,
}

impl SetBack {
    /// `None` where `to` is not before `from`: time never runs forward by this.
    #[must_use]
    pub fn new(from: Timestamp, to: Timestamp) -> Option<Self> {
        (to < from).then_some(Self { from, to })
    }

    /// The wrong time, the highest that was seen.
    #[must_use]
    pub const fn from(self) -> Timestamp {
        self.from
    }

    /// The right time.
    #[must_use]
    pub const fn to(self) -> Timestamp {
        self.to
    }

    /// How far the clock had run ahead, in milliseconds.
    #[must_use]
    pub fn by_ms(self) -> u64 {
        self.from.ms_since(self.to)
    }

    /// Where a moment comes to lie. What the right clock wrote stays, what the wrong one wrote has just happened, and what
    /// lies ahead of both stays as far ahead as it was.
    #[must_use]
    pub fn moved(self, at: Timestamp) -> Timestamp {
        if at > self.from { at.minus_ms(self.by_ms()) } else { at.min(self.to) }
    }

    /// The end of something that closes: where the right clock set it, it stands, though the wrong one was past it. No end
    /// of this kind lies further ahead than `longest_ms`, so a later one is the wrong clock's.
    #[must_use]
    pub fn kept(self, until: Timestamp, longest_ms: u64) -> Timestamp {
        until.min(self.to.plus_ms(longest_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn order_stays_nothing_is_stretched_and_what_is_over_stays_over(to in 0_u64..1_000, ahead in 1_u64..1_000, one in 0_u64..4_000, other in 0_u64..4_000) {
            let at = |ms| Timestamp::MIN.plus_ms(ms);
            let back = SetBack::new(at(to + ahead), at(to)).unwrap();
            let (early, late) = (at(one.min(other)), at(one.max(other)));
            let (early_moved, late_moved) = (back.moved(early), back.moved(late));
            proptest::prop_assert!(early_moved <= late_moved);
            proptest::prop_assert!(late_moved.ms_since(early_moved) <= late.ms_since(early));
            proptest::prop_assert_eq!(late <= back.from(), late_moved <= back.to(), "over then, over now");
            proptest::prop_assert!(late.minus_ms(ahead) <= late_moved && late_moved <= late);
        }
    }

    #[test]
    fn a_clock_is_not_set_forward() {
        let now = Timestamp::MIN.plus_ms(5);
        assert_eq!(SetBack::new(now, now), None);
        assert_eq!(SetBack::new(now, now.plus_ms(1)), None);
    }
}
