// What people fill in: numbers and flags as text, and an empty text where nothing was said. What a form means is decided
// in the core, by the tables of the schemas.
import type { FormName } from "./calls.js";
import { config, hasMethods, optionsOf } from "./options.js";
import { reader, type Schema } from "./schemas.js";
import { assertRoom } from "./stack.js";
import type { PipelineCreateInput, PipelineSchedule, PipelineStep, PipelineUpdateInput } from "./types.js";

/** What a form may hold of `T`: any number or flag as text, a choice that is not made yet, no options of a step. */
export type FormValues<T> =
  T extends string ? (string extends T ? string : T | "")
  : T extends number | boolean ? T | string
  : T extends PipelineStep ? FormStep<T>
  : T extends readonly (infer Item)[] ? FormValues<Item>[]
  : T extends object ? { [Name in keyof T]: FormValues<T[Name]> }
  : T;

interface FormStep<Step extends PipelineStep> {
  id: string;
  kind: Step["kind"];
  label?: string | undefined;
  options?: FormValues<Step["options"]> | undefined;
}

/** A schema that reads what a form holds of `T`. */
export type FormSchema<T> = Schema<T, FormValues<T>>;

const SCHEMAS: readonly string[] = ["createInput", "updateInput", "schedule"];

/**
 * The schema for a form: `createInputSchema`, `updateInputSchema` or `scheduleSchema`, reading what fields hold. Numbers and
 * flags may be text (`"5"`, `"on"`, `"true"`, `"false"`); what is optional and empty is absent, or cleared in an update; a
 * step without ticked boxes needs no `options`, and a schedule of which nothing was filled in is none. Issues have the paths
 * and codes that they have without a form.
 *
 * It also reads a `FormData`, a `URLSearchParams` and a record of their fields, whose names are paths:
 * `steps[0].options.bulletCount` or `steps.0.options.bulletCount`. Of a name that comes twice the last counts, so that a
 * hidden field `false` before a box says what the box says when it is not ticked.
 */
export function fromForm<T extends PipelineCreateInput | PipelineUpdateInput | PipelineSchedule>(
  schema: Schema<T>,
): FormSchema<T> {
  const { "~call": name = "" } = optionsOf<Schema<T>>(schema, ["~call"]);
  if (!SCHEMAS.includes(name)) throw config("schema", "must be createInputSchema, updateInputSchema or scheduleSchema");
  return reader<T, FormValues<T>>(`form.${name}` as FormName, undefined, fieldsOf);
}

/** The fields of a `FormData` or of what is like it; any other value is what it is. */
function fieldsOf(value: unknown): unknown {
  if (!hasMethods(value, ["entries", "getAll"])) return value;
  try {
    return Object.fromEntries((value as FormData).entries());
  } catch {
    assertRoom();
    return value; // whose own fields, if it has any, are read then
  }
}
