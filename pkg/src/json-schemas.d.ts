import type { SchemaName } from "./calls.js";

/** JSON Schemas, as the JSON of a list: of what a schema reads, and of what it makes of that, where it is another. The build makes them of the core's tables. */
export declare const jsonSchemas: Readonly<Record<SchemaName, string>>;
