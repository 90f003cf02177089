import type { SchemaName } from "./calls.js";

/** A JSON Schema. */
export type JsonSchema = Record<string, unknown>;

/** The JSON Schemas of what a schema reads and of what it makes of that, where it is another. The build makes them of the core's tables. */
export declare const jsonSchemas: Readonly<Record<SchemaName, () => [input: JsonSchema, output?: JsonSchema]>>;
