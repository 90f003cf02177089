import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import type { FormName, SchemaName } from "./calls.js";
import { call, check, noRoom } from "./core.js";
import { PipelineError, withoutStack, type Outcome } from "./error.js";
import { converter } from "./json-schema.js";
import { itemsOf } from "./options.js";
import { acceptShort, judgeShort, type InputName } from "./short.js";
import type { Pipeline, PipelineCreateInput, PipelineRun, PipelineSchedule, PipelineUpdateInput } from "./types.js";

/** What `safeParse` returns instead of throwing. */
export type SafeParseResult<T> = { success: true; data: T } | { success: false; error: PipelineError };

/**
 * Reads an unknown value as `T`: trims, normalises, and names everything that is wrong at once.
 *
 * It is a Standard Schema too, of `T` made of an `Input`, so form libraries, tRPC and routers take it as it is and know what
 * it reads.
 */
export interface Schema<T, Input = T> extends StandardSchemaV1<Input, T> {
  /** The value as `T`; throws a {@link PipelineError} with the code `invalid` and all issues. */
  parse(value: unknown): T;
  /** The same without throwing. */
  safeParse(value: unknown): SafeParseResult<T>;
  /** {@link safeParse} for each of at most a million values, in their order. Throws `invalid` for what is no such array. */
  safeParseMany(values: readonly unknown[]): SafeParseResult<T>[];
  /** What it reads, and how: also as JSON Schema, of the drafts `draft-2020-12` and `draft-07`. */
  readonly "~standard": StandardSchemaV1.Props<Input, T> & StandardJSONSchemaV1.Props<Input, T>;
  /** @internal The call that reads, by which `fromForm` knows the schema. */
  readonly "~call": SchemaName | FormName;
}

/** What a person gives to make a pipeline. Unknown fields are refused. */
export const createInputSchema: Schema<PipelineCreateInput> = /* @__PURE__ */ input("createInput");

/** What a person gives to change a pipeline. Unknown fields are refused; `null` clears. */
export const updateInputSchema: Schema<PipelineUpdateInput> = /* @__PURE__ */ input("updateInput");

/** A pipeline that was stored or came over the wire. Unknown fields are kept. */
export const pipelineSchema: Schema<Pipeline> = /* @__PURE__ */ stored("pipeline");

/** A run that was stored or came over the wire. Unknown fields are kept. */
export const pipelineRunSchema: Schema<PipelineRun> = /* @__PURE__ */ stored("pipelineRun");

/** A schedule as an input gives it, with its cron in canonical form. */
export const scheduleSchema: Schema<PipelineSchedule> = /* @__PURE__ */ input("schedule");

function input<T>(name: InputName): Schema<T> {
  return reader<T, T>(name, (value) => judgeShort<T>(name, value));
}

function stored<T>(name: Exclude<SchemaName, InputName>): Schema<T> {
  return reader<T, T>(name, (value) => {
    const data = acceptShort<T>(name, value);
    return data === undefined ? undefined : { data };
  });
}

/** A schema that reads what `given` makes of a value by the call `name`, unless `short` knows already what comes of it. */
export function reader<T, Input>(
  name: SchemaName | FormName,
  short?: (value: unknown) => Outcome<T> | undefined,
  given = (value: unknown): unknown => value,
): Schema<T, Input> {
  const parse = (value: unknown): T => {
    const outcome = short?.(value);
    if (outcome === undefined) return call(name, (packer) => packer.add(given(value)));
    if ("data" in outcome) return outcome.data;
    throw new PipelineError(outcome.refusal);
  };
  const safeParse = (value: unknown): SafeParseResult<T> => {
    try {
      const outcome = short?.(value) ?? check<T>(name, given(value));
      return "data" in outcome ? { success: true, data: outcome.data } : { success: false, error: withoutStack(outcome.refusal) };
    } catch (thrown) {
      try {
        return { success: false, error: thrown instanceof PipelineError ? thrown : noRoom() };
      } catch {
        return { success: false, error: noRoom() }; // at the end of the stack not even `instanceof` has room
      }
    }
  };
  return {
    "~call": name,
    parse,
    safeParse,
    safeParseMany: (values) => itemsOf(values).map((value) => safeParse(value)),
    "~standard": {
      version: 1,
      vendor: "convex-pipelines",
      jsonSchema: converter(name),
      validate(value) {
        const result = safeParse(value);
        if (result.success) return { value: result.data };
        if (result.error.code !== "invalid") throw result.error; // a fault of ours is no issue of the input
        return { issues: result.error.issues };
      },
    },
  };
}
