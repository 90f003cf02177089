//! When a schedule runs next, in a zone whose clocks may change.
//!
//! The search knows a wall clock only. [`Walk`] follows that clock through the zone from one change of its offset to
//! the next, and decides at each what Debian's cron(8) decides.

use super::read::Reading;
use super::search::{BEGIN, DAY, END, FARTHEST_OFFSET, Search};
use super::{Cron, Timezone};
use crate::host::Host;

/// How far one question to the host can see, in seconds. Two changes of one zone have never been closer than
/// 6.9 days since 1970 (Brazil's north-east, 2000), so between two equal offsets this far apart there is no change;
/// and it is longer than any two zones are apart, so a wall time this far away needs no look at what lies between.
const SIGHT: i64 = 6 * DAY;

/// The same before 1970: Sierra Leone set its clocks twice within four days when the war began in 1939.
const EARLY_SIGHT: i64 = 3 * DAY;

/// Changes of this many seconds or more are not daylight saving but a corrected clock: "the new time is used
/// immediately", says cron(8).
const CORRECTION: i64 = 3 * 3_600;

/// The next `count` times at which `cron` runs, strictly after `after_ms`; both in milliseconds since 1970 in UTC.
///
/// Fewer, or none, when the schedule never runs or runs into the end of the years 1 through 9999. Without a zone the
/// clock is UTC.
///
/// Where the clock changes by less than three hours, a schedule whose minute or hour field begins with `*` follows
/// the clock: it runs in every real pass of a repeated hour and not at all in a skipped one. Any other runs
/// once: in the first pass, and at the end of the gap.
#[must_use]
pub fn next_runs(cron: &Cron, zone: Option<&Timezone>, after_ms: i64, count: usize, host: &dyn Host) -> Vec<i64> {
    let mut runs = Vec::new();
    let reading = cron.reading();
    let after = after_ms.div_euclid(1_000).clamp(BEGIN - 1, END);
    match zone.filter(|zone| !zone.is_utc()) {
        None => {
            let mut search = reading.search(after);
            while let Some(next) = search.as_mut().filter(|_| runs.len() < count).and_then(Search::next) {
                runs.push(next * 1_000);
            }
        }
        Some(zone) => {
            let follows = reading.minute.star || reading.hour.star;
            let mut walk = Walk { reading, zone: zone.as_str(), host, follows, runs: &mut runs, count };
            walk.run(after);
        }
    }
    runs.retain(|run| *run < END * 1_000);
    runs
}

struct Walk<'a> {
    reading: &'a Reading,
    zone: &'a str,
    host: &'a dyn Host,
    /// Whether the schedule follows a clock that changes.
    follows: bool,
    runs: &'a mut Vec<i64>,
    count: usize,
}

/// A change of offset: the first second of the new one.
#[derive(Clone, Copy)]
struct Change {
    at: i64,
    from: i64,
    to: i64,
}

impl Change {
    fn is_correction(self) -> bool {
        (self.to - self.from).abs() >= CORRECTION
    }
}

impl Walk<'_> {
    /// Gathers the runs after the second `after`. `None`, with what was found, where the search or the host ends.
    fn run(&mut self, after: i64) -> Option<()> {
        let mut offset = self.offset(after)?;
        // Wall times up to this one have had their run.
        let mut done = after + offset;
        if let Some(change) = self.recent_fall(after)? {
            done = done.max(change.at + change.from - 1);
        }
        // The offset holds up to here; and then changes, if that is known.
        let mut until = after;
        let mut ahead: Option<Change> = None;
        let mut search = self.reading.search(done)?;
        while self.runs.len() < self.count {
            let wall = search.next()?;
            loop {
                if wall - offset <= until {
                    self.runs.push((wall - offset) * 1_000);
                    break;
                }
                if let Some(change) = ahead.take() {
                    offset = change.to;
                    until = change.at;
                    if self.cross(change, wall, &mut done) {
                        search = self.reading.search(done)?;
                        break;
                    }
                    continue;
                }
                let sight = if until < 0 { EARLY_SIGHT } else { SIGHT };
                ahead = self.change_within(until, until + sight, offset)?;
                until = ahead.map_or(until + sight, |change| change.at - 1);
                // Nothing between here and there can match, whatever the clocks do on the way.
                if ahead.is_none() && wall - offset - until > sight {
                    until = wall - offset - sight;
                    offset = self.offset(until)?;
                }
            }
        }
        Some(())
    }

    /// Takes the clock over a change, with `wall` the next match as the old clock went on. Says whether to search
    /// again, after `done`.
    fn cross(&mut self, change: Change, wall: i64, done: &mut i64) -> bool {
        let new_wall = change.at + change.to;
        if self.follows || change.is_correction() {
            *done = new_wall - 1;
            return true;
        }
        if wall >= new_wall {
            // Clocks set back: what is repeated has had its run, and `wall` lies beyond it. Or set forward over
            // nothing.
            return false;
        }
        self.runs.push(change.at * 1_000);
        *done = new_wall;
        true
    }

    /// The change whose repeated hour may not be over at `after`, for a schedule that runs in the first pass only.
    fn recent_fall(&self, after: i64) -> Option<Option<Change>> {
        if self.follows {
            return Some(None);
        }
        let start = after - CORRECTION;
        let change = self.change_within(start, after, self.offset(start)?)?;
        Some(change.filter(|change| change.from > change.to && !change.is_correction()))
    }

    /// The change between `start`, where the offset is `from`, and `end`.
    fn change_within(&self, start: i64, end: i64, from: i64) -> Option<Option<Change>> {
        let mut to = self.offset(end)?;
        if to == from {
            return Some(None);
        }
        let (mut before, mut at) = (start, end);
        while at - before > 1 {
            let middle = before + (at - before) / 2;
            let offset = self.offset(middle)?;
            if offset == from {
                before = middle;
            } else {
                at = middle;
                to = offset;
            }
        }
        Some(Some(Change { at, from, to }))
    }

    /// Seconds east of UTC. An answer that no zone can give ends the walk instead of confusing it.
    fn offset(&self, second: i64) -> Option<i64> {
        let offset = self.host.offset(self.zone, second.checked_mul(1_000)?)?;
        (i64::from(offset).abs() < FARTHEST_OFFSET).then(|| offset.into())
    }
}
