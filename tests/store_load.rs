//! Loading rows: a store that steps over most of a document says and shows what a reader of the whole document does.
//!
//! `STORE_ROWS=1000000 cargo test --release --test store_load` looks longer; a failure names its seed.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::error::Error;
use convex_pipelines::model::pipeline::Pipeline;
use convex_pipelines::model::row::Row;
use convex_pipelines::model::secret::SecretStorage;
use convex_pipelines::store::Store;
use convex_pipelines::value::{Value, json};
use serde_json::json;
use support::packed::packed;
use support::random::{Random, cases};
use support::written::{faults, given, text, written};
use support::{NativeHost, models, mutate};

const ID: &str = "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";

/// A document that has everything, in an order that is not the contract's.
fn document() -> serde_json::Value {
    json!({ "updatedAt": "2026-11-22T20:14:00Z", "name": " Évening ", "id": ID.to_uppercase(), "accountId": "u1",
        "steps": [{ "id": "a", "kind": "queue", "label": " l ", "options": { "provider": "p", "voicePreference": "history" } }],
        "schedule": { "cron": "0  7 * * *", "timezone": "Europe/Berlin" }, "lastRunAt": "2026-11-22T21:14:00+01:00",
        "defaultSource": { "kind": "url", "value": "https://example.org/" }, "description": "\tx\"y\n",
        "webhookSecret": "s1:ab", "secretChangedAt": "2026-11-22T20:14:00Z", "createdAt": "2026-11-22T20:14:00Z",
        "nameKey": "évening", "colour": { "in": [1, -0.5, null, "x"] } })
}

const OTHER: &str = "4f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";

/// A packed list of one row.
fn list(row: &str) -> Vec<u8> {
    packed(&Value::List(vec![json::read(row.as_bytes()).unwrap()]))
}

fn row(document: &str) -> String {
    format!(r#"{{"id":"{ID}","version":3,"unsent":false,"document":{document}}}"#)
}

/// A packed list of one row, whose document was packed before.
fn kept_row(document: &[u8]) -> Vec<u8> {
    let mut row = packed(&given(json!([{ "id": ID, "version": 3, "unsent": false }])));
    assert_eq!(row.pop(), Some(0xff), "the end of a record");
    row.extend_from_slice(b"\x05\x08document\x0d\xff");
    row.extend_from_slice(&u32::try_from(document.len()).unwrap().to_le_bytes());
    [&row, document, &[0xff]].concat()
}

/// What a store holds, in the order in which it is asked: all issues, a list, one pipeline.
fn loaded(rows: &[u8]) -> (Vec<String>, String, String) {
    let mut store = Store::open(&given(json!({ "secretStorage": "plaintext" })), &NativeHost).unwrap();
    let damaged = store.load(rows, 0, &NativeHost).unwrap();
    let issues = damaged.into_iter().flat_map(|row| row.issues).collect();
    let faults = faults(&Error::invalid(issues));
    let listed = text(&store.list());
    let id = written(&store.list())[0]["id"].as_str().unwrap_or(ID).to_owned();
    (faults, listed, text(&store.get(&id, &NativeHost)))
}

/// The same, from the whole document.
fn read(document: &Value) -> (Vec<String>, String, String) {
    match Pipeline::parse(document, &NativeHost) {
        Ok(_) => {
            let row = Row::parse(document, &NativeHost).unwrap();
            let shown = row.show(SecretStorage::Plaintext);
            (Vec::new(), text(&Value::List(vec![row.list_item()])), text(&Some(shown)))
        }
        Err(error) => {
            let issues = error.issues.iter().cloned().map(|issue| issue.within("document")).collect();
            (faults(&Error::invalid(issues)), "[]".to_owned(), "null".to_owned())
        }
    }
}

#[test]
fn a_row_is_what_its_document_is() {
    let document = given(document());
    let (faults, listed, shown) = loaded(&list(&row(&text(&document))));
    assert_eq!(faults, [""; 0]);
    assert!(
        listed.starts_with(&format!(r#"[{{"id":"{ID}","name":"Évening","description":"x\"y","schedule":"#)),
        "{listed}"
    );
    assert_eq!((faults, listed, shown), read(&document));
    assert_eq!(loaded(&kept_row(&packed(&document))), read(&document));
}

#[test]
fn kept_bytes_may_hold_anything_and_harm_no_other_row() {
    let good = row(&document().to_string());
    let bytes = packed(&given(document()));
    let (mut whole, mut damaged) = (0, 0);
    for seed in 0..cases("STORE_ROWS", if cfg!(debug_assertions) { 6_000 } else { 100_000 }) {
        let mut random = Random(seed);
        let mut spoilt = bytes.clone();
        for _ in 0..random.within(1, 3) {
            mutate(&mut spoilt, &mut random);
        }
        let (faults, ..) = loaded(&kept_row(&spoilt));
        *if faults == [""; 0] { &mut whole } else { &mut damaged } += 1;
        // The other has an id of its own, and comes last.
        let other = good.replace(&ID.to_uppercase(), OTHER).replace(ID, OTHER);
        let mut both = kept_row(&spoilt);
        both[1] = 2;
        both.extend_from_slice(&list(&other)[5..]);
        let mut store = Store::open(&given(json!({})), &NativeHost).unwrap();
        store.load(&both, 0, &NativeHost).unwrap();
        assert!(store.get(OTHER, &NativeHost).is_some(), "seed {seed}");
    }
    assert!(whole > 10 && damaged > 500, "too little happened: {whole} whole, {damaged} damaged");
}

#[test]
fn a_kept_document_of_another_pipeline_is_damaged() {
    let other = given(serde_json::from_str(&document().to_string().replace(&ID.to_uppercase(), OTHER)).unwrap());
    let (faults, listed, shown) = loaded(&kept_row(&packed(&other)));
    assert_eq!((faults.len(), listed.as_str(), shown.as_str()), (1, "[]", "null"), "{faults:?}");
}

#[test]
fn any_document_is_loaded_or_refused_as_it_is_read() {
    let mut seeds: Vec<_> = models::texts().into_iter().filter(|text| text.len() < 2_000).collect();
    let whole = document().to_string();
    seeds.extend(std::iter::repeat_n(whole, seeds.len()));
    let (mut kept, mut refused) = (0, 0);
    for seed in 0..cases("STORE_ROWS", if cfg!(debug_assertions) { 6_000 } else { 100_000 }) {
        let mut random = Random(seed);
        let mut bytes = seeds[(random.bits() % seeds.len() as u64) as usize].clone().into_bytes();
        for _ in 0..random.within(0, 3) {
            mutate(&mut bytes, &mut random);
        }
        let Ok(document @ Value::Record(_)) = json::read(&bytes) else { continue };
        let Ok(bytes) = String::from_utf8(bytes.clone()) else { continue };
        let row = row(&bytes);
        let expected = read(&document);
        assert_eq!(loaded(&list(&row)), expected, "seed {seed}: {bytes}");
        if document.text_of("id").is_some_and(|id| id.eq_ignore_ascii_case(ID)) {
            assert_eq!(loaded(&kept_row(&packed(&document))), expected, "seed {seed}, kept: {bytes}");
        }
        *if expected.0.is_empty() { &mut kept } else { &mut refused } += 1;
    }
    assert!(kept > 500 && refused > 500, "too little happened: {kept} kept, {refused} refused");
}

#[test]
fn rows_that_come_in_batches_are_those_that_come_at_once() {
    let rows: Vec<_> = (0..7)
        .map(|number| {
            let mut document = document();
            // The second is damaged, and the last has the id of the third.
            document["id"] =
                format!("3f2b8c1e-4b8e-4a57-9d5e-{:012}", number % 6 * usize::from(number != 6) + number / 6 * 2)
                    .into();
            document["name"] = if number == 1 { json!(7) } else { json!(format!("n{}", 9 - number)) };
            given(serde_json::from_str(&row(&document.to_string())).unwrap())
        })
        .collect();
    let mut outcomes = Vec::new();
    for size in [1, 2, 3, 7] {
        let mut store = Store::open(&given(json!({})), &NativeHost).unwrap();
        let mut damaged = Vec::new();
        for (number, batch) in rows.chunks(size).enumerate() {
            let to_come = rows.len().saturating_sub((number + 1) * size);
            damaged.extend(store.load(&packed(&Value::List(batch.to_vec())), to_come, &NativeHost).unwrap());
        }
        damaged.sort_by_key(|row| row.index);
        let damaged: Vec<_> = damaged.iter().map(|row| (row.index, row.ids.len(), row.issues.len())).collect();
        outcomes.push((damaged, text(&store.list())));
    }
    assert_eq!(outcomes[0].0.iter().map(|(index, ..)| *index).collect::<Vec<_>>(), [1, 6]);
    assert_eq!(written(&json::read(outcomes[0].1.as_bytes()).unwrap()).as_array().unwrap().len(), 5);
    assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]), "{outcomes:?}");
}

#[test]
fn what_is_no_list_of_rows_is_a_fault_of_the_packer() {
    let mut store = Store::open(&given(json!({})), &NativeHost).unwrap();
    for rows in [&[][..], &[1], &[6, 1, 0, 0, 0], &[6, 2, 0, 0, 0, 1], &[7, 0xff]] {
        assert!(store.load(rows, 0, &NativeHost).is_err(), "{rows:?}");
    }
}
