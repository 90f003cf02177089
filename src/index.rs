//! A sorted index: keys that lead to slots.

/// Keys in order, each with the slot it leads to.
///
/// A sorted vector and no tree: ten thousand keys fit the cache, and the code is a tenth of a tree's, which Convex
/// loads on every cold call.
#[derive(Debug, Default)]
pub struct Index(Vec<(String, usize)>);

impl Index {
    /// The index of these entries.
    #[must_use]
    pub fn build(mut entries: Vec<(String, usize)>) -> Self {
        entries.sort_unstable();
        Self(entries)
    }

    /// Whether two entries have the same key.
    #[must_use]
    pub fn has_duplicate(&self) -> bool {
        self.0.windows(2).any(|pair| matches!(pair, [(one, _), (other, _)] if one == other))
    }

    /// The slot of a key: the lowest, where it leads to several.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<usize> {
        let (known, slot) = self.0.get(self.place(key, 0))?;
        (known == key).then_some(*slot)
    }

    /// Leads `key` to `slot`, too.
    pub fn insert(&mut self, key: String, slot: usize) {
        self.0.insert(self.place(&key, slot), (key, slot));
    }

    /// Leads `key` no longer to `slot`.
    pub fn remove(&mut self, key: &str, slot: usize) {
        let at = self.place(key, slot);
        if self.0.get(at).is_some_and(|(known, other)| known == key && *other == slot) {
            self.0.remove(at);
        }
    }

    /// The slots in the order of their keys.
    pub fn slots(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|(_, slot)| *slot)
    }

    /// Where this entry stands, or would.
    fn place(&self, key: &str, slot: usize) -> usize {
        self.0.partition_point(|(known, other)| (known.as_str(), *other) < (key, slot))
    }
}
