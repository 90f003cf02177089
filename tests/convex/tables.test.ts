/**
 * The core's tables, as the build writes them for JSON Schema, beside the validators of Convex, which are written by hand:
 * what stands in one and not in the other fails here, in both directions.
 */
import { buildRequest, createInputSchema, pipelineRunSchema, pipelineSchema, scheduleSchema } from "convex-pipelines";
import { listItemValidator, pipelineRunRowValidator, pipelineRunValidator, pipelineValidator, scheduleValidator, stepValidator } from "convex-pipelines/convex";
import { expect, test } from "vitest";

/** A shape that both can say: the name of a type, alternatives in order, one item for all, or fields, with `?` where they may be absent. */
type Shape = string | Shape[] | { item: Shape } | { fields: Record<string, Shape> };

interface OfConvex {
  type: string;
  value?: unknown;
}

function shapeOf({ type, value }: OfConvex): Shape {
  if (type === "union") return (value as OfConvex[]).map(shapeOf);
  if (type === "array") return { item: shapeOf(value as OfConvex) };
  if (type === "literal") return `"${String(value)}"`;
  if (type !== "object") return type;
  const fields = Object.entries(value as Record<string, { fieldType: OfConvex; optional: boolean }>);
  return { fields: Object.fromEntries(fields.map(([name, { fieldType, optional }]) => [optional ? `${name}?` : name, shapeOf(fieldType)])) };
}

interface OfCore {
  type?: string;
  const?: string;
  enum?: string[];
  anyOf?: OfCore[];
  items?: OfCore;
  properties?: Record<string, OfCore>;
  required?: string[];
}

function shapeOfSchema(schema: OfCore): Shape {
  if (schema.anyOf !== undefined) return schema.anyOf.map(shapeOfSchema);
  if (schema.items !== undefined) return { item: shapeOfSchema(schema.items) };
  if (schema.const !== undefined) return `"${schema.const}"`;
  if (schema.enum !== undefined) return schema.enum.map((word) => `"${word}"`);
  if (schema.properties === undefined) return schema.type === "integer" ? "number" : (schema.type ?? "anything");
  const fields = Object.entries(schema.properties);
  return { fields: Object.fromEntries(fields.map(([name, value]) => [schema.required?.includes(name) === true ? name : `${name}?`, shapeOfSchema(value)])) };
}

/** Convex's own description of a validator, which it keeps for itself and for pushes. */
const convexShape = (validator: object): Shape => shapeOf((validator as { json: OfConvex }).json);
const coreShape = (schema: typeof createInputSchema | typeof pipelineSchema | typeof pipelineRunSchema | typeof scheduleSchema): Shape =>
  shapeOfSchema(schema["~standard"].jsonSchema.output({ target: "draft-2020-12" }));
/** The names of a record's fields, and which may be absent. */
const fieldsOf = (shape: Shape): Record<string, Shape> => (shape as { fields: Record<string, Shape> }).fields;
const namesOf = (shape: Shape): string[] => Object.keys(fieldsOf(shape)).sort();

test("steps of every kind, with all options and words", () => {
  const { steps } = fieldsOf(coreShape(createInputSchema));
  expect({ item: convexShape(stepValidator) }).toEqual(steps);
});

test("schedules", () => {
  expect(convexShape(scheduleValidator)).toEqual(coreShape(scheduleSchema));
});

// Of most fields of a document the core takes any value; what this version writes there is held by the tests beside.
test.each([
  ["pipelines", pipelineValidator, pipelineSchema],
  ["runs", pipelineRunValidator, pipelineRunSchema],
])("the fields of %s, and which of them may be absent", (_, validator, schema) => {
  const shape = coreShape(schema);
  expect(namesOf(convexShape(validator))).toEqual(namesOf(shape));
  const told = Object.entries(fieldsOf(shape)).filter(([, value]) => value !== "anything");
  expect(told.length).toBeGreaterThan(3);
  expect(fieldsOf(convexShape(validator))).toMatchObject(Object.fromEntries(told));
});

test("a list item is a part of a pipeline", () => {
  expect(fieldsOf(convexShape(pipelineValidator))).toMatchObject(fieldsOf(convexShape(listItemValidator)));
});

test("the words for what starts a run", () => {
  const endpoint = { baseUrl: "https://happy-otter-123.convex.site" };
  const args = { id: "0a1b2c3d-4e5f-4a6b-8c7d-0123456789ab", trigger: "another" };
  const words = (fieldsOf(convexShape(pipelineRunRowValidator))["trigger?"] as string[]).map((word) => word.slice(1, -1));
  expect(() => buildRequest("startRun", args as never, endpoint)).toThrow(`trigger must be one of ${words.join(", ")}`);
});
