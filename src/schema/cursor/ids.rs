//! Whether the ids of a list differ, as far as their hashes tell.

/// The hashes of the ids of a list. Two ids of one hash need not be the same: whoever reads again will see.
#[derive(Default)]
pub(super) struct Ids {
    hashes: Vec<u32>,
    /// Which of 1,024 remainders have been there: most ids need no comparison.
    seen: [u64; 16],
}

impl Ids {
    /// Whether a hash is new.
    #[cfg_attr(module, optimize(speed))]
    pub(super) fn add(&mut self, hash: u32) -> bool {
        let bit = 1 << (hash & 63);
        let Some(seen) = self.seen.get_mut((hash >> 6 & 15) as usize) else { return false };
        let is_new = *seen & bit == 0 || !self.hashes.contains(&hash);
        *seen |= bit;
        self.hashes.push(hash);
        is_new
    }
}

/// FNV-1a.
#[cfg_attr(module, optimize(speed))]
pub(super) fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
