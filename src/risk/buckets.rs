//! Counts and sums by hour or by day. A bucket has its slot by its number, so that a payment touches one.

/// Count and sum of the spend in one hour (UTC) or one local day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bucket {
    pub(super) index: u32,
    pub(super) count: u32,
    pub(super) sum: u64,
}

/// The buckets of `N` hours or days in a row that end with the newest one filled. Older ones are overwritten in time.
#[derive(Clone)]
pub(super) struct Buckets<const N: usize> {
    /// The number of the newest bucket, beside what is read together with it.
    newest: Option<u32>,
    slots: [Bucket; N],
}

impl<const N: usize> Buckets<N> {
    /// Adds one payment; one that is too old for its slot is left out.
    pub(super) fn add(&mut self, index: u32, amount: u64) {
        let Some(bucket) = self.slots.get_mut(slot::<N>(index)) else { return };
        self.newest = self.newest.max(Some(index));
        if bucket.count == 0 || bucket.index < index {
            *bucket = Bucket { index, count: 1, sum: amount };
        } else if bucket.index == index {
            bucket.count = bucket.count.saturating_add(1);
            bucket.sum = bucket.sum.saturating_add(amount);
        }
    }

    /// The buckets in force, in no order.
    pub(super) fn live(&self) -> impl Iterator<Item = &Bucket> {
        let newest = self.newest.unwrap_or(0);
        self.slots.iter().filter(move |bucket| bucket.count > 0 && is_in_reach::<N>(bucket.index, newest))
    }

    /// The same from the oldest to the newest: each lies in the slot of its number, so the slot behind the newest one's is
    /// the oldest's.
    pub(super) fn oldest_first(&self) -> impl Iterator<Item = &Bucket> {
        let newest = self.newest.unwrap_or(0);
        let (late, early) = self.slots.split_at((slot::<N>(newest) + 1).min(N));
        early.iter().chain(late).filter(move |bucket| bucket.count > 0 && is_in_reach::<N>(bucket.index, newest))
    }

    /// The number of the newest bucket.
    pub(super) const fn newest(&self) -> Option<u32> {
        self.newest
    }

    /// Puts a bucket back that was written down, the oldest first. False if its slot is taken: no version of this library
    /// wrote that.
    #[must_use]
    pub(super) fn restore(&mut self, bucket: Bucket) -> bool {
        match self.slots.get_mut(slot::<N>(bucket.index)) {
            Some(free) if free.count == 0 && bucket.count > 0 => {
                *free = bucket;
                self.newest = self.newest.max(Some(bucket.index));
                true
            }
            _ => false,
        }
    }

    /// Reads the slot of a bucket, so that it is near when it is added to. The result means nothing.
    pub(super) fn touch(&self, index: u32) -> u64 {
        self.slots.get(slot::<N>(index)).map_or(0, |bucket| bucket.sum)
    }
}

/// Whether a bucket is still in force beside the newest.
pub(super) fn is_in_reach<const N: usize>(index: u32, newest: u32) -> bool {
    u64::from(index) + N as u64 > u64::from(newest)
}

fn slot<const N: usize>(index: u32) -> usize {
    usize::try_from(index).unwrap_or(0) % N
}

impl<const N: usize> Default for Buckets<N> {
    fn default() -> Self {
        Self { newest: None, slots: [Bucket::default(); N] }
    }
}

/// Equal when the buckets in force are.
impl<const N: usize> PartialEq for Buckets<N> {
    fn eq(&self, other: &Self) -> bool {
        self.live().eq(other.live())
    }
}

impl<const N: usize> Eq for Buckets<N> {}

impl<const N: usize> std::fmt::Debug for Buckets<N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.live()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_out_of_reach_are_gone_and_late_ones_find_their_slot() {
        let mut buckets = Buckets::<3>::default();
        for index in [10, 12, 11, 12] {
            buckets.add(index, 5);
        }
        let counts = |buckets: &Buckets<3>| {
            let mut counts: Vec<_> = buckets.live().map(|bucket| (bucket.index, bucket.count)).collect();
            counts.sort_unstable();
            let in_order = buckets.oldest_first().map(|bucket| (bucket.index, bucket.count));
            assert!(in_order.eq(counts.iter().copied()), "{buckets:?}");
            counts
        };
        assert_eq!(counts(&buckets), [(10, 1), (11, 1), (12, 2)]);
        buckets.add(9, 5);
        assert_eq!(counts(&buckets), [(10, 1), (11, 1), (12, 2)], "too old for its slot");
        buckets.add(14, 5);
        assert_eq!(counts(&buckets), [(12, 2), (14, 1)], "10 is overwritten by none and yet out of reach");
        assert!(!buckets.restore(Bucket { index: 17, count: 1, sum: 1 }), "the slot of 14");
    }
}
