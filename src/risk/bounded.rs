//! A short list with its room inside: no heap, never longer than `N`.

/// At most `N` items in order of insertion; `N` is at most 255.
#[derive(Clone, Copy)]
pub(super) struct Bounded<T, const N: usize> {
    items: [T; N],
    len: u8,
}

impl<T: Copy + Default, const N: usize> Bounded<T, N> {
    pub(super) fn as_slice(&self) -> &[T] {
        self.items.get(..self.len()).unwrap_or(&[])
    }

    /// Inserts before `index`; when full, the first item leaves and is returned.
    pub(super) fn insert_evicting_first(&mut self, index: usize, item: T) -> Option<T> {
        let mut index = index.min(self.len());
        let mut evicted = None;
        if self.len() == N {
            if index == 0 {
                return Some(item);
            }
            evicted = self.remove_first();
            index -= 1;
        }
        let len = self.len();
        self.items.copy_within(index..len, index + 1);
        if let Some(slot) = self.items.get_mut(index) {
            *slot = item;
            self.len += 1;
        }
        evicted
    }

    /// Appends; when full, the first item leaves and is returned.
    pub(super) fn push_evicting_first(&mut self, item: T) -> Option<T> {
        self.insert_evicting_first(self.len(), item)
    }

    /// The place of the last item for which `is` holds: lists of what was used are asked for what was used last.
    pub(super) fn last_position(&self, is: impl Fn(&T) -> bool) -> Option<usize> {
        self.as_slice().iter().rposition(is)
    }

    pub(super) fn contains_lately(&self, item: &T) -> bool
    where
        T: PartialEq,
    {
        self.last_position(|other| other == item).is_some()
    }

    /// Each item as `change` makes it.
    pub(super) fn mapped(mut self, change: impl Fn(T) -> T) -> Self {
        self.items.iter_mut().for_each(|item| *item = change(*item));
        self
    }

    fn len(&self) -> usize {
        usize::from(self.len)
    }

    pub(super) fn remove(&mut self, index: usize) -> Option<T> {
        let removed = *self.as_slice().get(index)?;
        let len = self.len();
        self.items.copy_within(index + 1..len, index);
        self.len -= 1;
        Some(removed)
    }

    fn remove_first(&mut self) -> Option<T> {
        self.remove(0)
    }
}

/// Equal when the items are; what was there before them does not count.
impl<T: Copy + Default + PartialEq, const N: usize> PartialEq for Bounded<T, N> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl<T: Copy + Default + Eq, const N: usize> Eq for Bounded<T, N> {}

impl<T: Copy + Default, const N: usize> Default for Bounded<T, N> {
    fn default() -> Self {
        Self { items: [T::default(); N], len: 0 }
    }
}

impl<T: Copy + Default + std::fmt::Debug, const N: usize> std::fmt::Debug for Bounded<T, N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.as_slice()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_item_makes_room() {
        let mut list = Bounded::<u8, 3>::default();
        for item in [1, 2, 4] {
            assert_eq!(list.push_evicting_first(item), None);
        }
        assert_eq!(list.insert_evicting_first(2, 3), Some(1));
        assert_eq!(list.as_slice(), [2, 3, 4]);
        assert_eq!(list.insert_evicting_first(0, 1), Some(1), "older than all: it leaves at once");
    }
}
