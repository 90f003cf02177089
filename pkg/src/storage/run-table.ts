// The runs of one place, as its decisions look at them. It does not change; each change makes another.
import type { RunRow } from "../runs.js";

export class RunTable {
  /** In the order in which they came. */
  readonly rows: readonly RunRow[];

  constructor(rows: readonly RunRow[] = []) {
    this.rows = rows;
  }

  get(runId: unknown): RunRow | undefined {
    return this.rows.find((row) => row.runId === runId);
  }

  /** Of one pipeline, the newest first. */
  of(pipelineId: string): RunRow[] {
    return this.rows.filter((row) => row.pipelineId === pipelineId).sort((a, b) => numberOf(b) - numberOf(a));
  }

  /** The number of a pipeline's latest run. */
  newest(pipelineId: string): number {
    return numberOf(this.of(pipelineId)[0]);
  }

  /** The run with the latest due time of a pipeline. */
  scheduled(pipelineId: string): RunRow | undefined {
    const due = this.of(pipelineId).filter((row) => row.dueAt !== undefined);
    return due.reduce<RunRow | undefined>((latest, row) => (textOf(row.dueAt) > textOf(latest?.dueAt) ? row : latest), undefined);
  }

  /** The oldest that is queued and not passed over, for whoever is scoped to `accountId` or to none. */
  oldestQueued(accountId: string | undefined, passed: ReadonlySet<RunRow>): RunRow | undefined {
    const isSeen = (row: RunRow): boolean => accountId === undefined || row.accountId === accountId;
    const queued = this.rows.filter((row) => row.status === "queued" && isSeen(row) && !passed.has(row));
    return queued.reduce<RunRow | undefined>((oldest, row) => (oldest && textOf(oldest.queuedAt) <= textOf(row.queuedAt) ? oldest : row), undefined);
  }

  /** Those on which somebody works. */
  running(): RunRow[] {
    return this.rows.filter((row) => row.status === "running");
  }

  /** Of each pipeline the run that ended last. */
  lastEnded(): RunRow[] {
    const last = new Map<string, RunRow>();
    for (const row of this.rows) {
      if (row.completedAt === undefined) continue;
      if (row.completedAt >= textOf(last.get(row.pipelineId)?.completedAt)) last.set(row.pipelineId, row);
    }
    return [...last.values()];
  }

  /** With a run in the place of the one before. */
  with(row: RunRow): RunTable {
    const at = this.rows.findIndex(({ runId }) => runId === row.runId);
    return new RunTable(at < 0 ? [...this.rows, row] : this.rows.map((known, place) => (place === at ? row : known)));
  }

  /** Without those that `goes`; the same where none does. */
  without(goes: (row: RunRow) => boolean): RunTable {
    const rows = this.rows.filter((row) => !goes(row));
    return rows.length === this.rows.length ? this : new RunTable(rows);
  }
}

function numberOf(row: RunRow | undefined): number {
  return row?.number ?? 0;
}

/** Timestamps sort as texts. */
function textOf(moment: string | undefined): string {
  return moment ?? "";
}
