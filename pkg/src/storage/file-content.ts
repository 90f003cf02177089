// What a file of pipelines holds: `{ "pipelines": [...] }`, and whatever else people have put beside it.

/** A parsed file. */
export interface FileContent {
  /** All top-level keys, in their order. */
  root: Record<string, unknown>;
  /** The documents by id, in their order. */
  documents: Map<string, Record<string, unknown>>;
}

/** What makes a file unreadable; the message names no file. */
export class DamagedFile extends Error {}

/** Reads a file's bytes; throws {@link DamagedFile} rather than guess. */
export function parseContent(bytes: Uint8Array): FileContent {
  const root = parseJson(bytes);
  if (!isRecord(root)) throw new DamagedFile("it does not hold an object");
  const pipelines = root["pipelines"] ?? [];
  if (!Array.isArray(pipelines)) throw new DamagedFile('"pipelines" is not a list');
  const documents = new Map<string, Record<string, unknown>>();
  for (const [index, document] of (pipelines as unknown[]).entries()) {
    const where = `pipelines[${String(index)}]`;
    if (!isRecord(document)) throw new DamagedFile(`${where} is not an object`);
    const { id } = document;
    if (typeof id !== "string") throw new DamagedFile(`${where} has no id`);
    if (documents.has(id)) throw new DamagedFile(`${where} has the id of an earlier pipeline`);
    documents.set(id, document);
  }
  return { root, documents };
}

/** The text to write, for people to read. */
export function formatContent({ root, documents }: FileContent): string {
  return `${JSON.stringify({ ...root, pipelines: [...documents.values()] }, null, 2)}\n`;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    // `fatal`: a broken character is damage, not something to write back as U+FFFD.
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (thrown) {
    throw new DamagedFile(thrown instanceof SyntaxError ? "it is not JSON" : "it is not UTF-8");
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
