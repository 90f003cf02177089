/** Pipelines as a file: written without secrets, and read with a look at what is here already. */
import {
  createInputSchema,
  type Issue,
  type Pipeline,
  type PipelineCreateInput,
  type PipelineRepository,
} from "convex-pipelines";
import { definitionOf } from "./definition";

const FORMAT = "convex-pipelines";
const VERSION = 1;

/** How an entry of a file stands to what is here. */
export type ImportEntry =
  | { kind: "new"; name: string; input: PipelineCreateInput }
  | { kind: "same"; name: string }
  | { kind: "different"; name: string; input: PipelineCreateInput; existing: Pipeline }
  | { kind: "invalid"; name: string; issues: readonly Issue[] };

/** Why a file cannot be imported, for people. */
export class UnreadableFile extends Error {}

/** All pipelines as JSON, without secrets, accounts and runs. */
export async function exportAll(repository: PipelineRepository): Promise<string> {
  const pipelines = (await readAll(repository)).map((pipeline) => ({ id: pipeline.id, ...definitionOf(pipeline) }));
  const file = { format: FORMAT, version: VERSION, exportedAt: new Date().toISOString(), pipelines };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** What importing the file would do. Changes nothing. Throws {@link UnreadableFile} for what is no export. */
export async function readImport(text: string, repository: PipelineRepository): Promise<ImportEntry[]> {
  const entries = entriesOf(text);
  const here = await readAll(repository);
  const known = new Map(here.map((pipeline) => [pipeline.id, pipeline]));
  const definitions = new Set(here.map((pipeline) => asText(definitionOf(pipeline))));
  return entries.map((entry): ImportEntry => {
    const given = (typeof entry === "object" && entry !== null ? entry : {}) as Partial<Pipeline>;
    const name = typeof given.name === "string" ? given.name : "Without a name";
    const read = createInputSchema.safeParse(definitionOf(given as Pipeline));
    if (!read.success) return { kind: "invalid", name, issues: read.error.issues };
    const input = read.data;
    if (definitions.has(asText(input))) return { kind: "same", name };
    const existing = known.get(String(given.id));
    return existing === undefined ? { kind: "new", name, input } : { kind: "different", name, input, existing };
  });
}

function entriesOf(text: string): unknown[] {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new UnreadableFile("This file is not JSON. Choose a file that was exported here.");
  }
  const { format, version, pipelines } = (file ?? {}) as Partial<Record<string, unknown>>;
  if (format !== FORMAT || !Array.isArray(pipelines)) {
    throw new UnreadableFile("This file holds no pipelines. Choose a file that was exported here.");
  }
  if (version !== VERSION) throw new UnreadableFile("This file was exported by a newer version of this app.");
  return pipelines;
}

/** At once, but not all of thousands. */
const AT_ONCE = 8;

async function readAll(repository: PipelineRepository): Promise<Pipeline[]> {
  const items = await repository.list();
  const all: Pipeline[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    const some = await Promise.all(items.slice(at, at + AT_ONCE).map(({ id }) => repository.get(id)));
    all.push(...some.filter((pipeline) => pipeline !== null));
  }
  return all;
}

/** The same text for the same definition, in whatever order its fields stand. */
function asText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
