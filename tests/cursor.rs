//! The short way to check a value against the long one: what it accepts or refuses, the other does with the same outcome.
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

use convex_pipelines::error::{Error, refusal};
use convex_pipelines::model::input::{CREATE_INPUT, UPDATE_INPUT};
use convex_pipelines::model::pipeline::PIPELINE;
use convex_pipelines::model::run::PIPELINE_RUN;
use convex_pipelines::model::schedule::SCHEDULE;
use convex_pipelines::model::step::STEPS;
use convex_pipelines::model::step_kind::STEP_KINDS;
use convex_pipelines::schema::cursor::{Change, To, judge};
use convex_pipelines::schema::table::Schema;
use convex_pipelines::schema::word::{NO_WORD, word};
use convex_pipelines::value::{Value, json};
use support::random::{Random, cases};
use support::{NativeHost, models, mutate};

/// What the short way refuses; documents it only accepts.
const INPUTS: [&str; 3] = ["createInput", "updateInput", "schedule"];

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
            Value::Whole(number) => match i32::try_from(*number) {
                Ok(number) => self.numbers.extend([3, number]),
                Err(_) => self.text(7, &number.to_string()),
            },
            Value::Text(text) => self.text(4, text),
            Value::Decimal(text) => self.text(7, text),
            Value::List(items) => {
                self.head(5, items.len());
                items.iter().try_for_each(|item| self.add(item))?;
            }
            Value::Record(fields) => {
                let mut fields: Vec<_> = fields.iter().filter(|field| !field.value.is_absent()).collect();
                fields.sort_by_key(|field| word(&field.key));
                self.head(6, fields.len());
                for field in fields {
                    if field.broken {
                        return None;
                    }
                    match word(&field.key) {
                        NO_WORD => {
                            self.numbers.push(-1);
                            self.text(4, &field.key);
                        }
                        word => self.numbers.push(word.into()),
                    }
                    self.add(&field.value)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    fn text(&mut self, tag: i32, text: &str) {
        let units = text.encode_utf16().count();
        self.head(tag, units);
        self.units += units;
        self.texts.push_str(text);
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

/// Whether the short way took the value, and whether it refused it.
fn compare(name: &str, schema: &Schema, value: &Value, what: &str) -> Option<bool> {
    let written = Written::of(value)?;
    let refuses = INPUTS.contains(&name);
    let judged = judge(schema, refuses, &written.numbers, &written.texts, written.units, &NativeHost);
    let long = models::parse(name, value, &NativeHost);
    match (judged?, long) {
        (Ok(changes), Ok(long)) => {
            let short = changed(value, &changes, &mut 0).json();
            let short: serde_json::Value = serde_json::from_str(&short).unwrap();
            assert_eq!(short, long, "{what}: {name}");
            Some(false)
        }
        (Err(issues), Err(long)) => {
            assert_eq!(refusal(&issues), Value::from(&long), "{what}: {name}");
            assert_eq!(Error::invalid(issues), long, "{what}: {name}");
            Some(true)
        }
        (Ok(_), Err(long)) => panic!("{what}: {name} was taken, but {}", long.message),
        (Err(issues), Ok(_)) => panic!("{what}: {name} was refused, {}", refusal(&issues).json()),
    }
}

#[test]
fn every_case_has_the_outcome_of_the_long_way_and_most_have_the_short_one() {
    let Ok(Value::List(given)) = json::read(models::MODELS.as_bytes()) else { panic!("model.json is not a list") };
    let (mut taken, mut right, mut refused, mut wrong) = (0, 0, 0, 0);
    for case in &given {
        let name = case.text_of("schema").unwrap();
        let (_, schema) = SCHEMAS.iter().find(|(known, _)| *known == name).unwrap();
        let short = compare(name, schema, case.get("value"), case.text_of("name").unwrap());
        taken += usize::from(short == Some(false));
        refused += usize::from(short == Some(true));
        right += usize::from(!case.get("data").is_absent());
        wrong += usize::from(case.get("data").is_absent() && INPUTS.contains(&name));
    }
    // The others keep what is unknown, or numbers that are written in an unusual way.
    assert!(taken * 100 > right * 75, "{taken} of {right}");
    assert!(refused * 100 > wrong * 60, "{refused} of {wrong}");
}

#[test]
fn damaged_values_have_the_outcome_of_the_long_way() {
    let texts: Vec<_> = models::texts().into_iter().filter(|text| text.len() < 2_000).map(String::into_bytes).collect();
    let count = cases("CURSOR_CASES", if cfg!(debug_assertions) { 20_000 } else { 200_000 });
    let (mut taken, mut refused) = (0_u64, 0_u64);
    for seed in 0..count {
        let mut random = Random(seed);
        let mut bytes = texts[(random.bits() % texts.len() as u64) as usize].clone();
        for _ in 0..random.within(0, 2) {
            mutate(&mut bytes, &mut random);
        }
        let Ok(value) = json::read(&bytes) else { continue };
        for (name, schema) in SCHEMAS {
            match compare(name, schema, &value, &format!("seed {seed}")) {
                Some(false) => taken += 1,
                Some(true) => refused += 1,
                None => {}
            }
        }
    }
    assert!(taken > count / 20 && refused > count / 20, "{taken} and {refused} of {count}");
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
        let _ = judge(&CREATE_INPUT, seed % 2 == 0, &numbers, &written.texts, written.units, &NativeHost);
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
