//! The local store.

use super::boundary::{answer, entropy, thrown, value};
use super::host::JsHost;
use crate::error::Error;
use crate::store::{Store, Surroundings};
use wasm_bindgen::prelude::*;

/// The store of one local repository; freed by hand.
#[wasm_bindgen(js_name = Store)]
pub struct JsStore(Store);

fn surroundings(clock: f64, random: &[u8]) -> Result<Surroundings<'static>, Error> {
    Ok(Surroundings { clock, entropy: entropy(random)?, host: &JsHost })
}

#[wasm_bindgen(js_class = Store)]
impl JsStore {
    #[wasm_bindgen(constructor)]
    pub fn new(options: &[u8]) -> Result<Self, JsValue> {
        value(options).and_then(|options| Store::open(&options, &JsHost)).map(Self).map_err(thrown)
    }

    pub fn load(&mut self, rows: &[u8]) -> Result<(), JsValue> {
        value(rows).and_then(|rows| self.0.load(&rows, &JsHost)).map_err(thrown)
    }

    pub fn list(&self) -> Result<String, JsValue> {
        answer(Ok(self.0.list()))
    }

    pub fn get(&self, id: &str) -> Result<String, JsValue> {
        answer(Ok(self.0.get(id)))
    }

    #[wasm_bindgen(js_name = findByWebhookSecret)]
    pub fn find_by_webhook_secret(&self, secret: &str) -> Result<String, JsValue> {
        answer(Ok(self.0.find_by_webhook_secret(secret)))
    }

    pub fn create(&mut self, arguments: &[u8], clock: f64, random: &[u8], unsent: bool) -> Result<String, JsValue> {
        let around = surroundings(clock, random).and_then(|around| Ok((around, value(arguments)?)));
        answer(around.and_then(|(around, arguments)| self.0.create(&arguments, around, unsent)))
    }

    pub fn update(&mut self, arguments: &[u8], clock: f64, random: &[u8], unsent: bool) -> Result<String, JsValue> {
        let around = surroundings(clock, random).and_then(|around| Ok((around, value(arguments)?)));
        answer(around.and_then(|(around, arguments)| self.0.update(&arguments, around, unsent)))
    }

    pub fn delete(&mut self, id: &str, unsent: bool) -> Result<String, JsValue> {
        answer(Ok(self.0.delete(id, unsent)))
    }

    #[wasm_bindgen(js_name = recordRun)]
    pub fn record_run(&mut self, arguments: &[u8], unsent: bool) -> Result<String, JsValue> {
        answer(value(arguments).and_then(|arguments| self.0.record_run(&arguments, &JsHost, unsent)))
    }

    pub fn adopt(&mut self, pipeline: &[u8]) -> Result<String, JsValue> {
        answer(value(pipeline).and_then(|pipeline| self.0.adopt(&pipeline, &JsHost)))
    }

    pub fn unsent(&self) -> Result<String, JsValue> {
        answer(Ok(self.0.unsent()))
    }

    pub fn commit(&mut self) {
        self.0.commit();
    }

    pub fn rollback(&mut self) {
        self.0.rollback();
    }
}
