//! When a schedule runs, found out minute by minute, as the daemon itself would: written from crontab(5) and cron(8),
//! and sharing nothing with the search but the text of the expression.

use chrono::{DateTime, Datelike, Utc};

pub struct Oracle {
    fields: [Vec<bool>; 5],
    stars: [bool; 5],
}

impl Oracle {
    /// Of a valid expression; anything else panics.
    pub fn new(expression: &str) -> Self {
        let texts: Vec<_> = expression.split_ascii_whitespace().collect();
        assert_eq!(texts.len(), 5, "{expression}");
        let bounds = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];
        let field = |place: usize| {
            let (min, max) = bounds[place];
            let mut set = vec![false; 64];
            texts[place].split(',').for_each(|item| mark(&mut set, item, min, max, place));
            set
        };
        let mut fields = [field(0), field(1), field(2), field(3), field(4)];
        fields[4][0] |= fields[4][7];
        Self { fields, stars: [0, 1, 2, 3, 4].map(|place: usize| texts[place].starts_with('*')) }
    }

    /// The values of the field at `place`, ascending.
    pub fn values(&self, place: usize) -> Vec<usize> {
        (0..60).filter(|value| self.fields[place][*value]).collect()
    }

    /// Whether the wall clock's minute matches.
    fn matches(&self, minute: i64) -> bool {
        let of_day = minute.rem_euclid(1_440) as usize;
        let [minutes, hours, ..] = &self.fields;
        hours[of_day / 60] && minutes[of_day % 60] && self.matches_day(minute.div_euclid(1_440))
    }

    fn matches_day(&self, day: i64) -> bool {
        let date = DateTime::<Utc>::from_timestamp(day * 86_400, 0).unwrap();
        let [_, _, month_days, months, weekdays] = &self.fields;
        let month_day = month_days[date.day() as usize];
        let weekday = weekdays[date.weekday().num_days_from_sunday() as usize];
        let day = if self.stars[2] || self.stars[4] { month_day && weekday } else { month_day || weekday };
        day && months[date.month() as usize]
    }

    /// The runs after `after` and up to `end` (milliseconds) where no clock ever changes.
    pub fn runs_in_utc(&self, after: i64, end: i64) -> Vec<i64> {
        let first_day = after.div_euclid(86_400_000);
        let days = (first_day..=end.div_euclid(86_400_000)).filter(|day| self.matches_day(*day));
        let minutes = days.flat_map(|day| day * 1_440..(day + 1) * 1_440).filter(|minute| self.matches(*minute));
        minutes.map(|minute| minute * 60_000).filter(|run| *run > after && *run <= end).collect()
    }

    /// The same where they do: the daemon of cron(8), woken every minute from a day before `after`.
    ///
    /// It keeps a virtual minute, the last one whose fixed-time jobs have run. `offset` gives the minutes east of UTC
    /// at a minute of UTC.
    pub fn runs(&self, after: i64, end: i64, offset: impl Fn(i64) -> i64) -> Vec<i64> {
        let follows = self.stars[0] || self.stars[1];
        let start = after.div_euclid(60_000) - 1_440;
        let mut virtual_minute = start + offset(start);
        let mut runs = Vec::new();
        for minute in start + 1..=end.div_euclid(60_000) {
            let clock = minute + offset(minute);
            let change = clock - (virtual_minute + 1);
            let (wildcard, fixed) = if change.abs() >= 180 {
                // Three hours or more: a corrected clock, and the new time is used immediately.
                (clock, clock..=clock)
            } else {
                // A clock set back leaves nothing to catch up with until it has overtaken the virtual minute.
                (clock, virtual_minute + 1..=clock)
            };
            let last = *fixed.end();
            let runs_now = if follows { self.matches(wildcard) } else { fixed.into_iter().any(|m| self.matches(m)) };
            if runs_now && minute * 60_000 > after {
                runs.push(minute * 60_000);
            }
            virtual_minute = if change.abs() >= 180 { clock } else { virtual_minute.max(last) };
        }
        runs
    }
}

fn mark(set: &mut [bool], item: &str, min: usize, max: usize, place: usize) {
    let (range, step) = item.split_once('/').map_or((item, 1), |(range, step)| (range, step.parse().unwrap()));
    let value = |word: &str| word.parse().unwrap_or_else(|_| named(word, place));
    let (low, high) = match range.split_once('-') {
        _ if range == "*" => (min, max),
        Some((low, high)) => (value(low), value(high)),
        None => (value(range), value(range)),
    };
    (low..=high).step_by(step).for_each(|value| set[value] = true);
}

fn named(word: &str, place: usize) -> usize {
    let months = "jan feb mar apr may jun jul aug sep oct nov dec";
    let names = if place == 3 { months } else { "sun mon tue wed thu fri sat" };
    let found = names.split(' ').position(|name| name == word.to_lowercase()).unwrap();
    if place == 3 { found + 1 } else { found }
}
