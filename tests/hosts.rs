//! What hosts are asked about, addresses and zones: by cases, and by the 10,000 generated URLs that the package answers in
//! Node, in Chromium and in Convex, whose own `URL` is the crate that answers here.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::error::Error;
use convex_pipelines::http::endpoint::Endpoint;
use convex_pipelines::model::input::UpdateInput;
use convex_pipelines::schedule::Timezone;
use serde_json::{Value, json};
use std::process::Command;
use support::NativeHost;
use support::written::{given, issues};

fn read(vectors: &str) -> Value {
    serde_json::from_str(vectors).unwrap()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

fn read_source(text: &str) -> Result<(), Error> {
    UpdateInput::parse(&given(json!({ "defaultSource": text })), &NativeHost).map(|_| ())
}

fn read_base_url(text: &str) -> Result<Endpoint, Error> {
    Endpoint::parse(&given(json!({ "baseUrl": text })), &NativeHost)
}

#[test]
fn every_address_of_the_cases_is_accepted_or_refused() {
    let cases = read(include_str!("vectors/addresses.json"));
    let accepted = texts(&cases["accepted"]).into_iter().filter(|text| read_source(text).is_err());
    assert_eq!(accepted.collect::<Vec<_>>(), Vec::<&str>::new(), "refused");
    let refused = texts(&cases["refused"]).into_iter().filter(|text| read_source(text).is_ok());
    assert_eq!(refused.collect::<Vec<_>>(), Vec::<&str>::new(), "accepted");
    let refused = texts(&cases["refused"]).into_iter().filter(|text| read_base_url(text).is_ok());
    assert_eq!(refused.collect::<Vec<_>>(), Vec::<&str>::new(), "accepted as baseUrl");
}

#[test]
fn every_zone_of_the_cases_is_accepted_or_refused() {
    let cases = read(include_str!("vectors/zones.json"));
    let accepted = texts(&cases["accepted"]).into_iter().filter(|name| Timezone::parse(name, &NativeHost).is_err());
    assert_eq!(accepted.collect::<Vec<_>>(), Vec::<&str>::new(), "refused");
    let refused = texts(&cases["refused"]).into_iter().filter(|name| Timezone::parse(name, &NativeHost).is_ok());
    assert_eq!(refused.collect::<Vec<_>>(), Vec::<&str>::new(), "accepted");
}

/// What stands for an answer in `vectors/urls.json`; `support/hosts.mjs` says the same for the package.
fn letters(error: &Error) -> String {
    let issues = issues(error);
    issues.as_array().unwrap().iter().map(|issue| issue["code"].as_str().unwrap().chars().next().unwrap()).collect()
}

fn fault(error: &Error) -> char {
    let known = [
        ('u', "must be an absolute"),
        ('i', "must be https"),
        ('c', "must not hold a user"),
        ('q', "must not have a query"),
        ('x', "is where functions live"),
    ];
    known.iter().find(|(_, message)| error.message.contains(message)).map_or('?', |(letter, _)| *letter)
}

/// FNV-1a.
fn checksum(text: &str) -> String {
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{hash:08x}")
}

#[test]
fn generated_addresses_are_answered_as_in_the_package() {
    let expected = read(include_str!("vectors/urls.json"));
    let (seed, count) = (&expected["seed"], &expected["count"]);
    let script = format!(
        "import {{ urls }} from './tests/support/urls.mjs'; console.log(JSON.stringify(urls({seed}, {count})))"
    );
    let output = Command::new("node").args(["--input-type=module", "--eval", &script]).output().unwrap();
    let urls = read(&String::from_utf8(output.stdout).unwrap());
    let urls = texts(&urls);
    assert_eq!(count.as_u64(), Some(urls.len() as u64));

    let mut disagreements = Vec::new();
    for (row, urls) in urls.chunks(100).enumerate() {
        let [sources, base_urls, requests] =
            ["sources", "baseUrls", "requests"].map(|kind| expected[kind][row].as_str().unwrap());
        let mut built = Vec::new();
        for ((url, source), base_url) in urls.iter().zip(sources.chars()).zip(base_urls.chars()) {
            let found = read_source(url).map_or_else(|error| letters(&error), |()| ".".to_owned());
            if found != source.to_string() {
                disagreements.push(format!("{url:?}: sources {found} here, {source} elsewhere"));
            }
            let endpoint = read_base_url(url);
            let found = endpoint.as_ref().map_or_else(fault, |_| '.');
            if found != base_url {
                disagreements.push(format!("{url:?}: baseUrls {found} here, {base_url} elsewhere"));
            }
            built.push(endpoint.map_or_else(|_| String::new(), |it| [&it.base_url, "/pipelines/list"].concat()));
        }
        if checksum(&built.join("\n")) != requests {
            disagreements.push(format!("the requests of one of these differ: {urls:?}"));
        }
    }
    assert_eq!(disagreements, Vec::<String>::new(), "{} URLs of seed {seed}", urls.len());
}
