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

    /// The slot of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<usize> {
        let at = self.find(key).ok()?;
        self.0.get(at).map(|(_, slot)| *slot)
    }

    /// Leads `key` to `slot`.
    pub fn insert(&mut self, key: String, slot: usize) {
        match self.find(&key) {
            Ok(at) => {
                self.0.remove(at);
                self.0.insert(at, (key, slot));
            }
            Err(at) => self.0.insert(at, (key, slot)),
        }
    }

    /// Forgets a key.
    pub fn remove(&mut self, key: &str) {
        if let Ok(at) = self.find(key) {
            self.0.remove(at);
        }
    }

    /// The slots in the order of their keys.
    pub fn slots(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|(_, slot)| *slot)
    }

    fn find(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_str().cmp(key))
    }
}
