//! What JavaScript knows of the core's tables: the schemas as JSON Schema (`schema.json` for tools, and a module for
//! `~standard.jsonSchema`), the words, and how each record is walked.

mod walks;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use convex_pipelines::model::input::{CREATE_INPUT, UPDATE_INPUT};
use convex_pipelines::model::pipeline::PIPELINE;
use convex_pipelines::model::run::PIPELINE_RUN;
use convex_pipelines::model::schedule::SCHEDULE;
use convex_pipelines::schema::json_schema::Side;
use convex_pipelines::schema::report::Unknown;
use convex_pipelines::schema::table::Schema;
use convex_pipelines::schema::word::WORDS;

/// The schemas, by the names of their calls and of their types.
const SCHEMAS: [(&str, &str, &Schema, Unknown); 5] = [
    ("createInput", "PipelineCreateInput", &CREATE_INPUT, Unknown::Refused),
    ("updateInput", "PipelineUpdateInput", &UPDATE_INPUT, Unknown::Refused),
    ("pipeline", "Pipeline", &PIPELINE, Unknown::Kept),
    ("pipelineRun", "PipelineRun", &PIPELINE_RUN, Unknown::Kept),
    ("schedule", "PipelineSchedule", &SCHEDULE, Unknown::Refused),
];

/// Writes `schema.json`, `json-schemas.js`, `words.js` and `records.js` into `dist`.
pub fn write(dist: &Path) -> Result<()> {
    fs::create_dir_all(dist).with_context(|| format!("making {}", dist.display()))?;
    let records = walks::module(&SCHEMAS.map(|(name, _, schema, _)| (name, schema)))?;
    for (name, contents) in
        [("schema.json", document()), ("json-schemas.js", module()), ("words.js", words()), ("records.js", records)]
    {
        let path = dist.join(name);
        fs::write(&path, contents).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

fn document() -> String {
    let schema = |(_, name, schema, unknown): &(_, _, &Schema, _)| {
        format!("\"{name}\":{}", schema.json_schema(Side::Input, *unknown).json())
    };
    let schemas = SCHEMAS.iter().map(schema).collect::<Vec<_>>().join(",\n");
    format!("{{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"$defs\":{{\n{schemas}\n}}}}\n")
}

/// Of each the input and the output, as JSON in a string: an engine passes over that faster than over JavaScript, and nearly
/// nobody asks.
fn module() -> String {
    let schema = |(name, _, schema, unknown): &(_, _, &Schema, _)| {
        let [input, output] = [Side::Input, Side::Output].map(|side| schema.json_schema(side, *unknown).json());
        // In documents, where most is kept as it stands, both are often the same.
        let output = if output == input { String::new() } else { format!(",{output}") };
        let json = format!("[{input}{output}]").replace('\\', r"\\").replace('\'', r"\'");
        format!("  {name}: '{json}',\n")
    };
    format!(
        "// Made of the core's tables by the build.\nexport const jsonSchemas = {{\n{}}};\n",
        SCHEMAS.iter().map(schema).collect::<String>()
    )
}

/// The names of properties in the order of their numbers.
fn words() -> String {
    format!("// Made of the core's tables by the build.\nexport const wordList = \"{}\";\n", WORDS.join(" "))
}
