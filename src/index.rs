//! A sorted index: keys that lead to slots.

use std::cmp::Ordering;

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
        entries.sort_by(order);
        Self(entries)
    }

    /// Puts an entry at the end, whatever its key: [`Self::sort`] puts all of them in order.
    pub fn push(&mut self, key: String, slot: usize) {
        self.0.push((key, slot));
    }

    /// Puts all entries in order.
    pub fn sort(&mut self) {
        self.0.sort_by(order);
    }

    /// Whether two entries have the same key.
    #[must_use]
    pub fn has_duplicate(&self) -> bool {
        self.0.windows(2).any(|pair| matches!(pair, [(one, _), (other, _)] if one == other))
    }

    /// The slots whose keys lead to others before, each with the first of those.
    #[must_use]
    pub fn duplicates(&self) -> Vec<(usize, usize)> {
        let mut duplicates = Vec::new();
        let mut first: Option<&(String, usize)> = None;
        for entry in &self.0 {
            match first.filter(|(key, _)| *key == entry.0) {
                Some((_, slot)) => duplicates.push((entry.1, *slot)),
                None => first = Some(entry),
            }
        }
        duplicates
    }

    /// The slot of a key: the lowest, where it leads to several.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<usize> {
        let (known, slot) = self.0.get(self.place(key, 0))?;
        (known == key).then_some(*slot)
    }

    /// Leads `key` to `slot`, too; gives the place of the entry.
    pub fn insert(&mut self, key: String, slot: usize) -> usize {
        let at = self.place(&key, slot);
        self.0.insert(at, (key, slot));
        at
    }

    /// Leads `key` no longer to `slot`; gives the place where the entry was.
    pub fn remove(&mut self, key: &str, slot: usize) -> Option<usize> {
        let at = self.place(key, slot);
        let is_there = self.0.get(at).is_some_and(|(known, other)| known == key && *other == slot);
        is_there.then(|| self.0.remove(at)).map(|_| at)
    }

    /// The slots in the order of their keys.
    pub fn slots(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|(_, slot)| *slot)
    }

    /// Where this entry stands, or would.
    fn place(&self, key: &str, slot: usize) -> usize {
        self.0.partition_point(|(known, other)| compare(known, key).then(other.cmp(&slot)).is_lt())
    }
}

fn order((a, slot): &(String, usize), (b, other): &(String, usize)) -> Ordering {
    compare(a, b).then(slot.cmp(other))
}

/// As bytes sort, eight at a time: the module's own comparison goes byte by byte.
#[cfg_attr(module, optimize(speed))]
fn compare(a: &str, b: &str) -> Ordering {
    let words = a.as_bytes().as_chunks().0.iter().zip(b.as_bytes().as_chunks().0);
    let mut equal = 0;
    for (one, other) in words {
        if one != other {
            return u64::from_be_bytes(*one).cmp(&u64::from_be_bytes(*other));
        }
        equal += one.len();
    }
    a.as_bytes().get(equal..).cmp(&b.as_bytes().get(equal..))
}
