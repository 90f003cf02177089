// What the core decides about runs, for every place that keeps them. Rows go in as they are stored.
import { call, entropy } from "./core.js";
import { isPipelineError } from "./error.js";
import type { RunHistory } from "./repositories/runs.js";
import type { PipelineRun, SecretStorage } from "./types.js";

/** What is decided, as the core names it. */
export type RunDecision = "start" | "claim" | "renew" | "finish" | "expire" | "tick";

/** A run as it is stored; what else it holds is the core's. */
export interface RunRow extends PipelineRun {
  /** Which run of its pipeline it is, from 1. */
  number?: number;
}

/** What stands where something is decided. */
export interface RunBefore<Row> {
  /** The pipeline, where the caller sees it. */
  row?: Row | undefined;
  /** The run that is meant. */
  run?: RunRow | undefined;
  /** The run with the latest `dueAt` of the pipeline. */
  scheduled?: RunRow | undefined;
  /** The number of the pipeline's latest run; 0 for none. */
  newest?: number | undefined;
}

/** What was decided. */
export interface RunDecided<Row, Reply> {
  /** The run to write, `null` for one that goes; to be written before the pipeline. */
  run?: RunRow | null;
  /** The pipeline to write. */
  row?: Row;
  reply: Reply;
}

/** Decides. Throws what refuses the call. */
export function decideRun<Row, Reply>(
  decision: RunDecision,
  args: object | undefined,
  before: RunBefore<Row>,
  now: number,
  secretStorage?: SecretStorage,
): RunDecided<Row, Reply> {
  return call(
    "decideRun",
    (packer) => packer.add(decision).add(args).add(before, STORED).add(secretStorage ?? "hashed"),
    now,
    entropy(),
  );
}

/** What `decide` comes to; nothing where a stored run cannot be read, which hides no other. */
export function ifReadable<Decided>(decide: () => Decided): Decided | undefined {
  try {
    return decide();
  } catch (thrown) {
    if (isPipelineError(thrown) && thrown.code === "storage") return undefined;
    throw thrown;
  }
}

/** The `runId` of the time at which a pipeline is due now; `null` where it is not. */
export function dueRun(row: object, now: number): string | null {
  return call("dueRun", (packer) => packer.add(row, STORED), now);
}

/** A run as replies show it, or as lists do; `null` where it cannot be read. */
export function showRun(row: RunRow, isListed: boolean): PipelineRun | null {
  try {
    return call("showRun", (packer) => packer.add(row, STORED).add(isListed));
  } catch (thrown) {
    if (isPipelineError(thrown) && thrown.code === "invalid") return null;
    throw thrown;
  }
}

/** Bounds with `runs` where they say nothing of that, and since when what has ended is kept. Throws `config`. */
export function historyBounds(given: RunHistory | undefined, runs: number, now?: number): { bounds: RunHistory; since?: string } {
  return call("historyBounds", (packer) => packer.add(given).add(runs), now);
}

/** Which of some runs go: of each pipeline the newest must be among them and, where `bounds` have a total, all must. */
export function pruneRuns(rows: readonly RunRow[], bounds: RunHistory, now: number): string[] {
  const heads = rows.map(({ runId, pipelineId, status, completedAt, number }) => ({ runId, pipelineId, status, completedAt, number }));
  return call("pruneRuns", (packer) => packer.add(heads, STORED).add(bounds), now);
}

/** Rows are a place's own, which has limits of its own. */
const STORED = { unlimited: true };
