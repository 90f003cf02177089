/** Rows that the core cannot read: damaged, or of a version that this one knows nothing of. */
import * as model from "./model.js";
import { rowOf } from "./rows.js";
import type { PipelineDoc, PipelineRow } from "./tables.js";

/**
 * What `use` makes of a row. `null` where the core cannot read the row: it is set aside alone, as if it were not there,
 * and named in the log, so that it neither hides the others nor goes unnoticed.
 */
export function ifReadable<Result>(doc: PipelineDoc, use: (row: PipelineRow) => Result): Result | null {
  const row = rowOf(doc);
  try {
    return use(row);
  } catch (thrown) {
    // What is invalid may also be the caller's input.
    const faults = model.isInvalid(thrown) ? model.faultsOf(row) : [];
    if (faults.length === 0) throw thrown;
    // No message of an issue and no value: a log is read by more people than the table.
    const issues = faults.slice(0, ISSUES_LOGGED).map(({ code, path }) => ({ code, path }));
    console.warn(JSON.stringify({ event: "convex_damaged_row", table: "pipelines", _id: doc._id, issues }));
    return null;
  }
}

/** A row that was found, and what was made of it. */
interface Found<Result> {
  doc: PipelineDoc;
  result: Result;
}

/** The first of `docs` that the core can read, and what `use` makes of it: a damaged row hides no other of its id. */
export async function firstReadable<Result>(
  docs: AsyncIterable<PipelineDoc> | Iterable<PipelineDoc>,
  use: (row: PipelineRow) => Result,
): Promise<Found<Result> | null> {
  for await (const doc of docs) {
    const result = ifReadable(doc, use);
    if (result !== null) return { doc, result };
  }
  return null;
}

/** Enough to find the fault; Convex cuts long lines. */
const ISSUES_LOGGED = 10;
