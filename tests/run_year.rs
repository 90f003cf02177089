//! A year of minutes: what the tick starts is what the page promised, in zones that change their clocks on every date that
//! zones change them on, over outages, and with a host whose own clock is set back and forward.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may fail anywhere"
)]

mod support;

use convex_pipelines::model::preview::next_runs;
use convex_pipelines::model::timestamp::Timestamp;
use convex_pipelines::run::Decision;
use convex_pipelines::value::Value;
use serde_json::json;
use std::collections::BTreeMap;
use support::NativeHost;
use support::random::{Random, cases};
use support::runs::place::{Place, moment};
use support::written::given;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// 2028-01-01T00:00:00Z: a leap year.
const START: i64 = 1_830_297_600_000;

const ZONES: [&str; 20] = [
    "UTC",
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Los_Angeles",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/London",
    "Pacific/Auckland",
    "Pacific/Chatham",
];

/// Times that clocks leave out and times that they have twice, at night; and days that few years have.
const CRONS: [&str; 5] = ["30 2 * * *", "0,45 0-3 * * *", "*/20 1-2 * * 0", "0 0 29 2 *", "59 23 31 12 *"];

/// The minutes at which somebody ticks, as the host's clock has them: without outages, and with what was set back or forward.
fn ticks(random: &mut Random) -> Vec<i64> {
    let (mut now, mut clock, mut ticks) = (START, 0, Vec::new());
    while now < START + 366 * DAY {
        if random.one_in(12_000) {
            now += random.within(2, 24 * 60) * MINUTE; // an outage
        }
        if random.one_in(20_000) {
            clock = random.pick(&[-60, -7, 0, 0, 5, 60]) * MINUTE;
        }
        ticks.push(now + clock + random.within(0, 900));
        now += MINUTE;
    }
    ticks
}

/// When a schedule fires, page by page as anybody may ask for it.
fn promised(schedule: &Value, until: i64) -> Vec<i64> {
    let mut times = Vec::new();
    let mut after = START;
    loop {
        let mut options = Value::Record(Vec::new());
        options.set("after", Value::Whole(after));
        options.set("count", 1_000_u32.into());
        let page = next_runs(schedule, &options, 0.0, &NativeHost).unwrap();
        let page: Vec<_> = page.into_iter().map(Timestamp::milliseconds).collect();
        times.extend(page.iter().copied().take_while(|at| *at <= until));
        match page.last() {
            Some(last) if *last <= until => after = *last,
            _ => return times,
        }
    }
}

/// Of the times that one tick finds passed, the latest runs.
fn expected(times: &[i64], ticks: &[i64]) -> Vec<i64> {
    let mut found: BTreeMap<usize, i64> = BTreeMap::new();
    let (mut tick, mut latest) = (0, i64::MIN);
    for at in times {
        while tick < ticks.len() && latest.max(ticks[tick]) < *at {
            latest = latest.max(ticks[tick]);
            tick += 1;
        }
        if tick == ticks.len() {
            break;
        }
        found.insert(tick, *at);
    }
    found.into_values().collect()
}

fn milliseconds(record: &Value, field: &str) -> Option<i64> {
    record.text_of(field).map(|text| Timestamp::parse(text).unwrap().milliseconds())
}

fn next(place: &Place, id: &str) -> Option<i64> {
    milliseconds(&place.pipelines[id], "nextRunAt")
}

/// Has a pipeline's runs of a tick made and worked off at once, so that none waits when the next is due.
fn tick(place: &mut Place, id: &str, now: i64) -> Option<i64> {
    let run_id = place.due(id, now)?;
    let is_new = !place.runs.contains_key(run_id.as_str());
    place.tick(id, now);
    let made = place.runs.get(run_id.as_str()).filter(|_| is_new)?;
    let due_at = milliseconds(made, "dueAt")?;
    place.call(Decision::Claim, id, &run_id, json!({ "worker": "w" }), now).unwrap();
    let run = json!({ "runId": run_id, "status": "success", "worker": "w" });
    let arguments = json!({ "id": id, "completedAt": String::from(moment(now)), "run": run });
    place.call(Decision::Finish, id, &run_id, arguments, now).unwrap();
    Some(due_at)
}

#[test]
fn a_year_of_ticks_starts_what_next_runs_promised_in_every_zone() {
    let seed = cases("YEAR_SEED", 2_028);
    let mut random = Random(seed);
    let (mut fired, mut missed) = (0, 0);
    // Without optimisation a year takes many times as long: `cargo test --profile bench --test run_year` has them all.
    let zones = ZONES.iter().step_by(if cfg!(debug_assertions) { 5 } else { 1 });
    for zone in zones.clone() {
        let ticks = ticks(&mut random);
        for cron in CRONS {
            let mut place = Place::new(3, 100);
            let id = "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
            let schedule = json!({ "cron": cron, "timezone": zone });
            place.add(id, schedule.clone(), START);
            let times = promised(&given(schedule), *ticks.iter().max().unwrap());
            let mut due = next(&place, id);
            let mut started = Vec::new();
            // As the index has it: whoever is not due is not looked at.
            for now in &ticks {
                if due.is_some_and(|due| due <= *now) {
                    started.extend(tick(&mut place, id, *now));
                    due = next(&place, id);
                }
            }
            let wanted = expected(&times, &ticks);
            let shown = |times: &[i64]| times.iter().map(|at| String::from(moment(*at))).collect::<Vec<_>>();
            assert_eq!(shown(&started), shown(&wanted), "{cron} in {zone}, YEAR_SEED={seed}");
            fired += started.len();
            missed += times.len() - wanted.len();
        }
    }
    println!("{fired} runs, {missed} times passed during outages");
    assert!(fired > 3_000 * zones.len() && missed > 50 * zones.len(), "{fired} runs, {missed} missed");
}
