//! Schedules.

use super::boundary::{answer, value};
use super::host::JsHost;
use crate::error::Error;
use crate::model::preview;
use crate::model::schedule::Schedule;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_name = nextRuns)]
pub fn next_runs(schedule: &[u8], options: &[u8], clock: f64) -> Result<String, JsValue> {
    let schedule = value(schedule).and_then(|schedule| Ok((schedule, value(options)?)));
    answer(schedule.and_then(|(schedule, options)| preview::next_runs(&schedule, &options, clock, &JsHost)))
}

#[wasm_bindgen(js_name = describeSchedule)]
pub fn describe_schedule(schedule: &[u8]) -> Result<String, JsValue> {
    answer(read(schedule).map(|schedule| schedule.describe()))
}

#[wasm_bindgen(js_name = explicitCron)]
pub fn explicit_cron(schedule: &[u8]) -> Result<String, JsValue> {
    answer(read(schedule).map(|schedule| schedule.explicit_cron()))
}

#[wasm_bindgen(js_name = checkCron)]
pub fn check_cron(cron: &[u8]) -> Result<String, JsValue> {
    answer(value(cron).and_then(|cron| preview::check_cron(&cron, &JsHost)))
}

fn read(schedule: &[u8]) -> Result<Schedule, Error> {
    Schedule::parse(&value(schedule)?, &JsHost)
}
