//! The short way to accept a value against the long one: what it accepts, the other accepts with the same outcome.
//!
//! `CURSOR_CASES=2000000 cargo test --release --test cursor` looks longer; a failure names its seed.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail anywhere"
)]

mod support;

use convex_pipelines::model::input::{CREATE_INPUT, UPDATE_INPUT};
use convex_pipelines::model::pipeline::PIPELINE;
use convex_pipelines::model::run::PIPELINE_RUN;
use convex_pipelines::model::schedule::SCHEDULE;
use convex_pipelines::model::step::STEPS;
use convex_pipelines::model::step_kind::STEP_KINDS;
use convex_pipelines::schema::cursor::{Change, To, accept};
use convex_pipelines::schema::table::Schema;
use convex_pipelines::schema::word::{NO_WORD, word};
use convex_pipelines::value::{Value, json};
use support::random::{Random, cases};
use support::{NativeHost, models, mutate};

const SCHEMAS: [(&str, &Schema); 5] = [
    ("createInput", &CREATE_INPUT),
    ("updateInput", &UPDATE_INPUT),
    ("pipeline", &PIPELINE),
    ("pipelineRun", &PIPELINE_RUN),
    ("schedule", &SCHEDULE),
];

/// What the shell makes of a value; `None` for what it leaves to the long way.
#[derive(Default)]
struct Written {
    numbers: Vec<i32>,
    texts: String,
    units: usize,
}

impl Written {
    fn of(value: &Value) -> Option<Self> {
        let mut written = Self::default();
        matches!(value, Value::Record(_)).then(|| written.add(value)).flatten()?;
        Some(written)
    }

    fn add(&mut self, value: &Value) -> Option<()> {
        match value {
            Value::Null => self.numbers.push(0),
            Value::Bool(flag) => self.numbers.push(if *flag { 2 } else { 1 }),
            Value::Whole(number) => self.numbers.extend([3, i32::try_from(*number).ok()?]),
            Value::Text(text) => {
                let units = text.encode_utf16().count();
                self.head(4, units);
                self.units += units;
                self.texts.push_str(text);
            }
            Value::List(items) => {
                self.head(5, items.len());
                items.iter().try_for_each(|item| self.add(item))?;
            }
            Value::Record(fields) => {
                let mut fields: Vec<_> = fields.iter().filter(|field| !field.value.is_absent()).collect();
                fields.sort_by_key(|field| word(&field.key));
                self.head(6, fields.len());
                for field in fields {
                    let word = Some(word(&field.key)).filter(|word| *word != NO_WORD)?;
                    self.numbers.push(word.into());
                    self.add(&field.value)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    fn head(&mut self, tag: i32, size: usize) {
        self.numbers.push(i32::try_from(size).unwrap() << 3 | tag);
    }
}

/// The value after the changes.
fn changed(value: &Value, changes: &[Change], place: &mut usize) -> Value<'static> {
    match value {
        Value::Text(text) => {
            *place += 1;
            match changes.iter().find(|change| change.place + 1 == *place).map(|change| &change.to) {
                None => Value::Text(text.clone().into_owned().into()),
                Some(To::Text(text)) => Value::Text(text.clone().into_owned().into()),
                Some(To::Null) => Value::Null,
                Some(To::Absent) => Value::Absent,
            }
        }
        Value::List(items) => Value::List(items.iter().map(|item| changed(item, changes, place)).collect()),
        Value::Record(fields) => {
            let mut fields: Vec<_> = fields.iter().filter(|field| !field.value.is_absent()).cloned().collect();
            fields.sort_by_key(|field| word(&field.key));
            let mut changed_fields = Vec::new();
            for field in fields {
                let value = changed(&field.value, changes, place);
                changed_fields.push(convex_pipelines::value::Field {
                    key: field.key.into_owned().into(),
                    broken: field.broken,
                    value,
                });
            }
            Value::Record(changed_fields)
        }
        value => value.clone().into_owned(),
    }
}

/// Whether the short way took the value.
fn compare(name: &str, schema: &Schema, value: &Value, what: &str) -> bool {
    let Some(written) = Written::of(value) else { return false };
    let Some(changes) = accept(schema, &written.numbers, &written.texts, written.units, &NativeHost) else {
        return false;
    };
    let short = changed(value, &changes, &mut 0).json();
    let long = models::parse(name, value, &NativeHost);
    let long = long.unwrap_or_else(|error| panic!("{what}: {name} took {short}, but {}", error.message));
    let short: serde_json::Value = serde_json::from_str(&short).unwrap();
    assert_eq!(short, long, "{what}: {name}");
    true
}

#[test]
fn every_case_that_is_taken_is_right_and_most_right_cases_are_taken() {
    let Ok(Value::List(given)) = json::read(models::MODELS.as_bytes()) else { panic!("model.json is not a list") };
    let (mut taken, mut right) = (0, 0);
    for case in &given {
        let name = case.text_of("schema").unwrap();
        let (_, schema) = SCHEMAS.iter().find(|(known, _)| *known == name).unwrap();
        taken += usize::from(compare(name, schema, case.get("value"), case.text_of("name").unwrap()));
        right += usize::from(!case.get("data").is_absent());
    }
    // The others keep what is unknown, or numbers that are written in an unusual way.
    assert!(taken * 100 > right * 75, "{taken} of {right}");
}

#[test]
fn damaged_values_are_never_taken_for_right_ones() {
    let texts: Vec<_> = models::texts().into_iter().filter(|text| text.len() < 2_000).map(String::into_bytes).collect();
    let count = cases("CURSOR_CASES", if cfg!(debug_assertions) { 20_000 } else { 200_000 });
    let mut taken = 0_u64;
    for seed in 0..count {
        let mut random = Random(seed);
        let mut bytes = texts[(random.bits() % texts.len() as u64) as usize].clone();
        for _ in 0..random.within(0, 2) {
            mutate(&mut bytes, &mut random);
        }
        let Ok(value) = json::read(&bytes) else { continue };
        for (name, schema) in SCHEMAS {
            taken += u64::from(compare(name, schema, &value, &format!("seed {seed}")));
        }
    }
    assert!(taken > count / 20, "{taken} of {count}");
}

#[test]
fn damaged_numbers_are_declined_and_never_panic() {
    let text = r#"{"name":" ä ","steps":[{"id":"a","kind":"queue","options":{"provider":"p","voicePreference":"custom","voiceId":"v"}}],
        "schedule":{"cron":"0  7 * * *"}}"#;
    let written = Written::of(&json::read(text.as_bytes()).unwrap()).unwrap();
    for seed in 0..20_000 {
        let mut random = Random(seed);
        let mut numbers = written.numbers.clone();
        for _ in 0..random.within(1, 3) {
            let at = (random.bits() % numbers.len() as u64) as usize;
            numbers[at] = match random.bits() % 4 {
                0 => i32::MAX,
                1 => i32::MIN,
                2 => (random.bits() % 64) as i32,
                _ => numbers[at].wrapping_add(8),
            };
        }
        numbers.truncate((random.bits() % (numbers.len() as u64 + 1)) as usize);
        let _ = accept(&CREATE_INPUT, &numbers, &written.texts, written.units, &NativeHost);
    }
}

#[test]
fn words_are_in_the_order_of_every_record() {
    let mut schemas: Vec<_> = SCHEMAS.iter().map(|(_, schema)| *schema).collect();
    schemas.push(&STEPS.item);
    schemas.extend(STEP_KINDS.schemas);
    for schema in schemas {
        let words: Vec<_> = schema.0.iter().map(|property| property.word).collect();
        assert!(words.is_sorted() && !words.contains(&NO_WORD), "{:?}", schema.0);
    }
    assert_eq!(word("id"), 0);
}
