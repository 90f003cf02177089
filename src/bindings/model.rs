//! Schemas and transitions.

use super::boundary::{answer, entropy, text, thrown, value};
use super::host::JsHost;
use crate::error::Error;
use crate::model::change::{self, Context};
use crate::model::input::{CreateInput, UpdateInput};
use crate::model::list_item::{PipelineListItem, Place};
use crate::model::pipeline::Pipeline;
use crate::model::read::{Unknown, whole};
use crate::model::run::PipelineRun;
use crate::model::schedule::Schedule;
use crate::model::timestamp::Timestamp;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
pub fn parse(schema: &str, given: &[u8]) -> Result<String, JsValue> {
    let parse = || {
        let given = value(given)?;
        match schema {
            "createInput" => text(whole(&given, Unknown::Refused, &JsHost, CreateInput::read)?),
            "updateInput" => text(whole(&given, Unknown::Refused, &JsHost, UpdateInput::read)?),
            "pipeline" => text(Pipeline::parse(&given, &JsHost)?),
            "pipelineRun" => text(whole(&given, Unknown::Kept, &JsHost, PipelineRun::read)?),
            "schedule" => text(Schedule::parse(&given, &JsHost)?),
            _ => Err(Error::internal()),
        }
    };
    parse().map_err(thrown)
}

#[wasm_bindgen(js_name = createPipeline)]
pub fn create_pipeline(input: &[u8], context: &[u8], clock: f64, random: &[u8]) -> Result<String, JsValue> {
    let create = || {
        let input = whole(&value(input)?, Unknown::Refused, &JsHost, CreateInput::read)?;
        Ok(change::create(input, Context::parse(&value(context)?, clock, entropy(random)?, &JsHost)?))
    };
    answer(create())
}

#[wasm_bindgen(js_name = updatePipeline)]
pub fn update_pipeline(
    pipeline: &[u8],
    input: &[u8],
    context: &[u8],
    clock: f64,
    random: &[u8],
) -> Result<String, JsValue> {
    let update = || {
        let pipeline = Pipeline::parse(&value(pipeline)?, &JsHost)?;
        let input = whole(&value(input)?, Unknown::Refused, &JsHost, UpdateInput::read)?;
        Ok(change::update(pipeline, input, Context::parse(&value(context)?, clock, entropy(random)?, &JsHost)?))
    };
    answer(update())
}

#[wasm_bindgen(js_name = recordRun)]
pub fn record_run(pipeline: &[u8], completed_at: &[u8]) -> Result<String, JsValue> {
    let record = || {
        let pipeline = Pipeline::parse(&value(pipeline)?, &JsHost)?;
        Ok::<_, Error>(change::record_run(
            pipeline,
            whole(&value(completed_at)?, Unknown::Refused, &JsHost, Timestamp::read_moment)?,
        ))
    };
    answer(record())
}

#[wasm_bindgen(js_name = toListItem)]
pub fn to_list_item(pipeline: &[u8]) -> Result<String, JsValue> {
    let pipeline = value(pipeline).and_then(|pipeline| Pipeline::parse(&pipeline, &JsHost));
    answer(pipeline.as_ref().map(PipelineListItem::from).map_err(Clone::clone))
}

#[wasm_bindgen(js_name = comparePipelines)]
pub fn compare_pipelines(name_a: &str, id_a: &str, name_b: &str, id_b: &str) -> i32 {
    Place::new(name_a, id_a).cmp(&Place::new(name_b, id_b)) as i32
}
