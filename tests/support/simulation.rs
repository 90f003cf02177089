//! Runs seeded schedules on all processors and gathers what came of them.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// What came of one schedule: what went wrong, each kind with why, and how often what was met.
pub type Came<Wrong> = (BTreeMap<Wrong, String>, BTreeMap<&'static str, u64>);

/// What came of many: what went wrong with its first seed.
pub struct Found<Wrong> {
    pub wrongs: BTreeMap<Wrong, (u64, String)>,
    pub met: BTreeMap<&'static str, u64>,
}

/// Runs the schedules of the seeds below `count`; only until something went wrong as `sought`, where that is said.
pub fn run<Wrong: Copy + Ord + Send + Sync>(
    count: u64,
    sought: Option<Wrong>,
    schedule: impl Fn(u64) -> Came<Wrong> + Sync,
) -> Found<Wrong> {
    let next = AtomicU64::new(0);
    let found = Mutex::new(Found { wrongs: BTreeMap::<Wrong, (u64, String)>::new(), met: BTreeMap::new() });
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= count || sought.is_some_and(|sought| found.lock().unwrap().wrongs.contains_key(&sought)) {
                return;
            }
            let (wrongs, met) = schedule(seed);
            let mut found = found.lock().unwrap();
            for (wrong, why) in wrongs {
                let first = found.wrongs.entry(wrong).or_insert_with(|| (seed, why.clone()));
                if seed < first.0 {
                    *first = (seed, why);
                }
            }
            for (what, times) in met {
                *found.met.entry(what).or_default() += times;
            }
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
    found.into_inner().unwrap()
}
