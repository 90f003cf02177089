/** The schemas as JSON Schema, held against the schemas by generated documents. */
import { createInputSchema, fromForm, pipelineRunSchema, pipelineSchema, scheduleSchema, updateInputSchema, type Schema } from "convex-pipelines";
import file from "convex-pipelines/schema.json" with { type: "json" };
import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import vectors from "../vectors/model.json" with { type: "json" };
import { change, right } from "../support/changed.js";
import { Random } from "../support/random.js";

const SCHEMAS: Record<string, Schema<unknown>> = {
  createInput: createInputSchema,
  updateInput: updateInputSchema,
  pipeline: pipelineSchema,
  pipelineRun: pipelineRunSchema,
  schedule: scheduleSchema,
};
const TYPES = { createInput: "PipelineCreateInput", updateInput: "PipelineUpdateInput", pipeline: "Pipeline", pipelineRun: "PipelineRun", schedule: "PipelineSchedule" } as const;
/** What JSON Schema has no words for. */
const UNSAYABLE = ["cron", "timezone", "url", "timestamp", "surrogate", "too_deep", "too_large", "duplicate_id", "too_many_issues"];

/** `JSON_SCHEMA_CASES=1000000 npm --prefix tests test -- --project node json-schema` looks longer; a failure names its value. */
const CASES = Number(process.env["JSON_SCHEMA_CASES"] ?? 20_000);

/** Strict, but that what a condition requires may be described beside it. */
const OPTIONS = { strict: true, strictRequired: false, strictTypes: false };

function compiled(side: "input" | "output", target: "draft-2020-12" | "draft-07"): Record<string, ValidateFunction> {
  const ajv = target === "draft-07" ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS);
  addFormats(ajv);
  return Object.fromEntries(Object.entries(SCHEMAS).map(([name, schema]) => [name, ajv.compile(schema["~standard"].jsonSchema[side]({ target }))]));
}

const drafts = [compiled("input", "draft-2020-12"), compiled("input", "draft-07")];
const outputs = compiled("output", "draft-2020-12");

/** Holds a JSON Schema to its schema on one document; says what it was. */
function agree(name: string, value: unknown): "accepted" | "refused" | "unsayable" | "padded" {
  const result = SCHEMAS[name]!.safeParse(value);
  const given: unknown = JSON.parse(JSON.stringify(value)); // what is undefined is absent
  const verdicts = drafts.map((draft) => draft[name]!(given));
  const told = `${name} ${JSON.stringify(given)} ${JSON.stringify(drafts[0]![name]!.errors)}`;
  expect(verdicts[0], told).toBe(verdicts[1]);
  if (result.success) {
    const output = outputs[name]!;
    if (!output(result.data)) throw new Error(`output of ${told}: ${JSON.stringify(output.errors)}`);
    // The one case in which too much is refused: blanks that will go make a text too long.
    if (verdicts[0] === false && drafts[0]![name]!.errors?.some(({ keyword }) => keyword === "maxLength")) return "padded";
    expect(verdicts[0], `refused: ${told}`).toBe(true);
    return "accepted";
  }
  const sayable = result.error.issues.filter(({ code, path, params }) => {
    const isOlderSource = path[0] === "defaultSource" && path.length > 1;
    return !UNSAYABLE.includes(code) && !isOlderSource && !isAstral(value, code, params);
  });
  if (verdicts[0] === true) {
    expect(sayable, `accepted: ${told}`).toEqual([]);
    return "unsayable";
  }
  return "refused";
}

/** Characters beyond the first plane are two units, and one character of JSON Schema. */
function isAstral(value: unknown, code: string, params: Record<string, string | number> | undefined): boolean {
  return code === "too_long" && params !== undefined && /\p{Surrogate}|[\u{10000}-\u{10ffff}]/u.test(JSON.stringify(value));
}

describe("a JSON Schema", () => {
  test("accepts and refuses what the schema does, in both drafts, on generated documents", () => {
    const seen = { accepted: 0, refused: 0, unsayable: 0, padded: 0 };
    for (let seed = 0; seed < CASES; seed++) {
      const random = new Random(seed);
      const { schema, value: base } = random.pick(right);
      const value = structuredClone(base);
      for (let changes = random.below(3); changes > 0; changes--) change(random, value);
      if (isJson(value)) seen[agree(schema, value)] += 1;
    }
    expect(seen.accepted).toBeGreaterThan(CASES / 5);
    expect(seen.refused).toBeGreaterThan(CASES / 20);
    expect(seen.padded).toBeLessThan(CASES / 200);
  }, CASES * 5 + 10_000);

  test("agrees on the cases that Rust and TypeScript share", () => {
    const cases = (vectors as { schema: string; value: unknown }[]).filter(({ value }) => isJson(value));
    const outcomes = cases.map(({ schema, value }) => agree(schema, value));
    expect(outcomes.filter((outcome) => outcome === "refused").length).toBeGreaterThan(100);
  });

  test("is in the file, by the name of its type", () => {
    const ajv = new Ajv2020(OPTIONS);
    addFormats(ajv);
    ajv.addSchema(file, "schema.json");
    for (const [name, type] of Object.entries(TYPES)) {
      const { $schema, ...schema } = SCHEMAS[name]!["~standard"].jsonSchema.input({ target: "draft-2020-12" });
      expect($schema).toBe(file.$schema);
      expect(file.$defs[type]).toEqual(schema);
      expect(ajv.getSchema(`schema.json#/$defs/${type}`)).toBeTypeOf("function");
    }
    expect(Object.keys(file.$defs).sort()).toEqual(Object.values(TYPES).sort());
  });

  test("is no one else's to change", () => {
    const read = () => createInputSchema["~standard"].jsonSchema.input({ target: "draft-07" });
    Object.assign(read()["properties"] as object, { name: true });
    expect(read()["properties"]).toMatchObject({ name: { type: "string" } });
  });

  test("is not made for a target that has no words for it, nor of the text in a form", () => {
    for (const target of ["openapi-3.0", "toString", ""]) {
      expect(() => createInputSchema["~standard"].jsonSchema.input({ target })).toThrow("target must be draft-2020-12 or draft-07");
    }
    const form = fromForm(createInputSchema)["~standard"].jsonSchema;
    expect(() => form.input({ target: "draft-07" })).toThrow("schema is that of a form");
    expect(form.output({ target: "draft-07" })).toEqual(createInputSchema["~standard"].jsonSchema.output({ target: "draft-07" }));
  });
});

/** Whether a value is what JSON can carry, without getters and instances. */
function isJson(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return ["string", "boolean", "undefined"].includes(typeof value) || value === null;
  if (Array.isArray(value)) return value.every((item) => item !== undefined && isJson(item));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(Object.getOwnPropertyDescriptors(value)).every((field) => "value" in field && isJson(field.value));
}
