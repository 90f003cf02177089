// The schemas for those who speak JSON Schema.
import type { StandardJSONSchemaV1 } from "@standard-schema/spec";
import type { FormName, SchemaName } from "./calls.js";
import { jsonSchemas } from "./json-schemas.js";
import { config } from "./options.js";

/** A JSON Schema. */
type JsonSchema = Record<string, unknown>;

/** The two drafts have in common what is said here; OpenAPI 3.0 has no `const` and no `if`. */
const DRAFTS: Readonly<Record<string, string>> = {
  "draft-2020-12": "https://json-schema.org/draft/2020-12/schema",
  "draft-07": "http://json-schema.org/draft-07/schema#",
};

/** What `~standard.jsonSchema` answers for the schema that reads by the call `name`. */
export function converter(name: SchemaName | FormName): StandardJSONSchemaV1.Converter {
  const as = (side: "input" | "output") => (options: StandardJSONSchemaV1.Options) => {
    const draft = Object.hasOwn(DRAFTS, options.target) ? DRAFTS[options.target] : undefined;
    if (draft === undefined) throw config("target", "must be draft-2020-12 or draft-07");
    const isForm = name.startsWith("form.");
    if (isForm && side === "input") throw config("schema", "is that of a form, whose text no JSON Schema describes");
    const [input, output = input] = JSON.parse(jsonSchemas[name.slice(isForm ? 5 : 0) as SchemaName]) as [JsonSchema, JsonSchema?];
    return { $schema: draft, ...(side === "input" ? input : output) };
  };
  return { input: as("input"), output: as("output") };
}
