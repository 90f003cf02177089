//! Seeded randomness: a failure names its seed, and the seed brings it back.

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// From `low` to `high`, both included.
    pub fn within(&mut self, low: i64, high: i64) -> i64 {
        low + (self.bits() % ((high - low + 1) as u64)) as i64
    }

    pub fn one_in(&mut self, count: u64) -> bool {
        self.bits().is_multiple_of(count)
    }

    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[(self.bits() % items.len() as u64) as usize]
    }
}

/// How many cases to run: the value of the environment variable, or `usual`.
pub fn cases(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|count| count.parse().ok()).unwrap_or(usual)
}

/// A valid expression from every corner of the grammar, with the months and days left open often enough to run soon.
pub fn expression(random: &mut Random) -> String {
    let minute = field(random, 0, 59, "", 0);
    let hour = field(random, 0, 23, "", 0);
    let month_day = if random.one_in(2) { "*".to_owned() } else { field(random, 1, 31, "", 0) };
    let month = if random.one_in(2) { "*".to_owned() } else { field(random, 1, 12, MONTHS, 1) };
    let weekday = if random.one_in(2) { "*".to_owned() } else { field(random, 0, 7, WEEKDAYS, 0) };
    [minute, hour, month_day, month, weekday].join(" ")
}

const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
const WEEKDAYS: &str = "SunMonTueWedThuFriSat";

fn field(random: &mut Random, min: i64, max: i64, names: &str, first_name: i64) -> String {
    let items: Vec<_> = (0..random.pick(&[1, 1, 1, 2, 3])).map(|_| item(random, min, max, names, first_name)).collect();
    items.join(",")
}

fn item(random: &mut Random, min: i64, max: i64, names: &str, first_name: i64) -> String {
    let word = |random: &mut Random, value: i64| {
        let start = (value - first_name) as usize * 3;
        match names.get(start..start + 3) {
            Some(name) if random.one_in(3) => name.to_owned(),
            _ if random.one_in(8) => format!("0{value}"),
            _ => value.to_string(),
        }
    };
    let (one, other) = (random.within(min, max), random.within(min, max));
    let (low, high) = (one.min(other), one.max(other));
    let step = random.pick(&[1, 2, 3, 5, 7, 10, 15, 20, 30, 61]);
    match random.within(0, 9) {
        0..=1 => "*".to_owned(),
        2 => format!("*/{step}"),
        3..=6 => word(random, one),
        7..=8 => format!("{}-{}", word(random, low), word(random, high)),
        _ => format!("{}-{}/{step}", word(random, low), word(random, high)),
    }
}
