//! The short way to check a value: numbers and text lie in the module's memory, and only changes or issues come back.

use super::host::JsHost;
use crate::error::refusal;
use crate::issue::Issue;
use crate::model::input::{CREATE_INPUT, UPDATE_INPUT};
use crate::model::pipeline::PIPELINE;
use crate::model::run::PIPELINE_RUN;
use crate::model::schedule::SCHEDULE;
use crate::schema::cursor::{Change, To, judge};
use crate::schema::table::Schema;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

/// How many numbers a value may take here: one with a hundred full steps takes 3,000.
const NUMBERS: usize = 8 * 1024;
/// How much text a value may hold here, in bytes.
const TEXTS: usize = 64 * 1024;

/// The schemas in the order of their numbers.
static SCHEMAS: [&Schema; 5] = [&CREATE_INPUT, &UPDATE_INPUT, &PIPELINE, &PIPELINE_RUN, &SCHEDULE];

/// What the shell and the core hand each other.
#[repr(C)]
struct Regions {
    /// How many elements each region has.
    sizes: [u32; 2],
    numbers: [i32; NUMBERS],
    texts: [u8; TEXTS],
}

thread_local! {
    /// In the memory that an instance begins with: to allocate it, and to grow the memory for it, was a tenth of a first call.
    static REGIONS: RefCell<Regions> = const { RefCell::new(Regions { sizes: [0; 2], numbers: [0; NUMBERS], texts: [0; TEXTS] }) };
}

/// Where, as an offset in bytes, these lie one behind the other: how many elements each region has, as two numbers of 32 bits;
/// the region of numbers; that of texts.
#[wasm_bindgen]
pub fn regions() -> usize {
    REGIONS.with_borrow_mut(|regions| {
        // Not from the beginning: zeros alone take no room in the module.
        regions.sizes = [NUMBERS, TEXTS].map(|size| u32::try_from(size).unwrap_or_default());
        std::ptr::from_ref(regions).addr()
    })
}

/// Reads the value that lies in the regions by the schema of this number: -1 where it has to be read again the long way,
/// or else how many of its texts change. For each of those the region of numbers then holds its place among the texts and
/// the length of the new text in bytes (-1 for `null`, -2 for nothing), and the other region holds those texts. Less than -1
/// where it `refuses` the value: the region of texts then holds the refusal as JSON, of so many bytes less one.
#[wasm_bindgen(js_name = judge)]
pub fn judge_value(schema: usize, refuses: bool, numbers: usize, bytes: usize, units: usize) -> i32 {
    REGIONS.with_borrow_mut(|regions| {
        let answer = answer(regions, schema, refuses, numbers, bytes, units);
        // A secret may have been among the texts.
        if let Some(used) = regions.texts.get_mut(..bytes) {
            used.fill(0);
        }
        answer.and_then(|answer| answer.write(regions)).unwrap_or(-1)
    })
}

/// What goes back.
struct Answer {
    outcome: i32,
    numbers: Vec<i32>,
    texts: String,
}

fn answer(
    regions: &Regions,
    schema: usize,
    refuses: bool,
    numbers: usize,
    bytes: usize,
    units: usize,
) -> Option<Answer> {
    let texts = std::str::from_utf8(regions.texts.get(..bytes)?).ok()?;
    match judge(SCHEMAS.get(schema)?, refuses, regions.numbers.get(..numbers)?, texts, units, &JsHost)? {
        Ok(changes) => Answer::of_changes(&changes),
        Err(issues) => Answer::of_issues(&issues),
    }
}

impl Answer {
    fn of_changes(changes: &[Change]) -> Option<Self> {
        let mut answer = Self { outcome: whole(changes.len())?, numbers: Vec::new(), texts: String::new() };
        for change in changes {
            let length = match &change.to {
                To::Text(text) => {
                    answer.texts.push_str(text);
                    whole(text.len())?
                }
                To::Null => -1,
                To::Absent => -2,
            };
            answer.numbers.extend([whole(change.place)?, length]);
        }
        Some(answer)
    }

    fn of_issues(issues: &[Issue]) -> Option<Self> {
        let texts = refusal(issues).json();
        Some(Self { outcome: -1 - whole(texts.len())?, numbers: Vec::new(), texts })
    }

    /// `None` where there is not enough room.
    fn write(self, regions: &mut Regions) -> Option<i32> {
        regions.numbers.get_mut(..self.numbers.len())?.copy_from_slice(&self.numbers);
        regions.texts.get_mut(..self.texts.len())?.copy_from_slice(self.texts.as_bytes());
        Some(self.outcome)
    }
}

fn whole(size: usize) -> Option<i32> {
    i32::try_from(size).ok()
}
