// The runs of a file of pipelines, in a file of their own beside it: `{ "runs": [...] }`, a run on each line.
import type { RunRow } from "../runs.js";
import { DamagedFile } from "./damaged-file.js";
import { newTextDecoder } from "../text.js";
import { RunTable } from "./run-table.js";

/** The runs that a file holds, and its text. It does not change. */
export class RunFile {
  readonly runs: RunTable;
  #text: string | undefined;

  constructor(runs: RunTable) {
    this.runs = runs;
  }

  /** The path of the runs of the pipelines at this path. */
  static beside(path: string): string {
    return `${path.replace(/\.json$/, "")}.runs.json`;
  }

  /** Reads a file's bytes, or nothing for no file; throws {@link DamagedFile} rather than guess. */
  static read(bytes: Uint8Array | undefined): RunFile {
    if (bytes === undefined) return new RunFile(new RunTable());
    let root: unknown;
    try {
      root = JSON.parse(newTextDecoder("utf-8", { fatal: true }).decode(bytes));
    } catch {
      throw new DamagedFile("it is not JSON in UTF-8");
    }
    const rows: unknown = typeof root === "object" && root !== null ? (root as { runs?: unknown }).runs : undefined;
    if (!Array.isArray(rows) || !rows.every(isRun)) throw new DamagedFile('it does not hold a list of "runs"');
    return new RunFile(new RunTable(rows));
  }

  get text(): string {
    const lines = this.runs.rows.map((row) => `\n  ${JSON.stringify(row)}`);
    return (this.#text ??= `{"runs": [${lines.join(",")}\n]}\n`);
  }
}

function isRun(row: unknown): row is RunRow {
  if (typeof row !== "object" || row === null) return false;
  const { runId, pipelineId, status } = row as Record<string, unknown>;
  return typeof runId === "string" && typeof pipelineId === "string" && typeof status === "string";
}
