// Runs beside a local repository's pipelines: the core decides, and a place keeps. Runs are written first and then what
// they mean for their pipelines; whoever is cut off in between is made up for by the next who decides.
import { call, entropy, packed } from "../core.js";
import { foldId } from "../ident.js";
import { decideRun, dueRun, historyBounds, ifReadable, pruneRuns, showRun, type RunBefore, type RunDecision, type RunRow } from "../runs.js";
import type { RunTable } from "../storage/run-table.js";
import { textEncoder } from "../text.js";
import type { ClaimedRun, Pipeline, PipelineListItem, PipelineRun, SecretStorage } from "../types.js";
import type { FinishedRun, PipelineRuns, RunHistory, RunPage } from "./runs.js";
import type { Plan, StoredRow, Table } from "./table.js";

/** Where runs are kept, and the pipelines that they are runs of. */
export interface RunPlace {
  readRuns(): Promise<RunTable>;
  /**
   * Decides where nobody else writes runs, in one synchronous step, and resolves once what it made is kept. It may decide
   * again, and then the last decision counts. `pipelines` are as they were when the change was asked for, or newer.
   */
  changeRuns<T>(decide: (runs: RunTable, pipelines: () => Table) => RunsDecided<T>): Promise<T>;
  readPipelines<T>(reading: (table: Table) => T): Promise<T>;
  changePipelines<T>(plan: Plan<T>): Promise<T>;
}

/** What a decision has made of all runs. */
export interface RunsDecided<T> {
  runs: RunTable;
  reply: T;
}

/** What local repositories may be told of their runs. */
export interface LocalRunsOptions {
  accountId?: string | undefined;
  secretStorage?: SecretStorage | undefined;
  /** Throws `config` for bad ones. */
  history: RunHistory | undefined;
  /** What is kept where `history` says nothing. */
  usual: RunHistory & { runs: number };
}

/** What a pipeline is still to hear. */
interface Word {
  decision: RunDecision;
  id: string;
  args?: object | undefined;
  before: RunBefore<StoredRow>;
  now: number;
}

type Args<Name extends keyof PipelineRuns> = Parameters<PipelineRuns[Name]>[0];

export class LocalRuns implements PipelineRuns {
  readonly #place: RunPlace;
  readonly #account: { accountId?: string };
  readonly #secretStorage: SecretStorage | undefined;
  readonly #bounds: RunHistory;

  constructor(place: RunPlace, { accountId, secretStorage, history, usual }: LocalRunsOptions) {
    this.#place = place;
    this.#account = accountId === undefined ? {} : { accountId };
    this.#secretStorage = secretStorage;
    const { bounds } = historyBounds(history, usual.runs);
    this.#bounds = { ...usual, ...bounds };
  }

  async start(run: Args<"start">): Promise<PipelineRun> {
    const args = { ...run };
    return this.#place.changeRuns((runs, pipelines) => {
      const before = this.#before(runs, pipelines, args.id, runs.get(args.runId));
      const { run, reply } = this.#decide<PipelineRun>("start", args, before);
      return { runs: run ? this.#pruned(runs.with(run), Date.now()) : runs, reply };
    });
  }

  async claim(claim: Args<"claim">): Promise<ClaimedRun | null> {
    const args = { ...claim };
    return this.#place.changeRuns((given, pipelines) => {
      let runs = given;
      const passed = new Set<RunRow>();
      for (;;) {
        const run = runs.oldestQueued(this.#account.accountId, passed);
        const before = run ? this.#before(runs, pipelines, run.pipelineId, run) : {};
        const decided = ifReadable(() => this.#decide<ClaimedRun | null>("claim", args, before));
        if (decided === undefined) {
          if (run) passed.add(run);
          continue;
        }
        if (run && decided.run === null) runs = runs.without(({ runId }) => runId === run.runId);
        else if (decided.run) runs = runs.with(decided.run);
        // A run that came to nothing was written; the next one is offered.
        if (decided.reply !== null || decided.run === undefined) return { runs, reply: decided.reply };
      }
    });
  }

  async renew(claim: Args<"renew">): Promise<PipelineRun | null> {
    const args = { ...claim, ...this.#account };
    return this.#place.changeRuns((runs) => {
      const { run, reply } = this.#decide<PipelineRun | null>("renew", args, { run: runs.get(args.runId) });
      return { runs: run ? runs.with(run) : runs, reply };
    });
  }

  async finish(finished: FinishedRun): Promise<Pipeline> {
    const args = { ...finished, run: { ...finished.run } };
    const { pipeline, word } = await this.#place.changeRuns((runs, pipelines) => {
      const now = Date.now();
      const before = this.#before(runs, pipelines, args.id, runs.get(args.run.runId));
      const { run, row, reply } = this.#decide<Pipeline>("finish", args, before, now);
      const told = run ? { ...before, run } : before;
      const word = row && { decision: "finish" as const, id: args.id, args, before: told, now };
      return { runs: run ? this.#pruned(runs.with(run), now) : runs, reply: { pipeline: reply, word } };
    });
    if (word) await this.#tell(word);
    return pipeline;
  }

  async list(page: Args<"list">): Promise<RunPage> {
    const body = textEncoder().encode(JSON.stringify(page));
    const { id, cursor, limit } = call<{ id: string; cursor?: string; limit: number }>("readCall", (packer) => packer.add("listRuns"), undefined, body);
    const all = (await this.#place.readRuns()).of(id).filter((row) => this.#sees(row));
    const rest = cursor === undefined ? all : all.filter(({ number }) => (number ?? 0) < Number(cursor));
    const rows = rest.slice(0, limit);
    const last = rows.at(-1);
    const runs = rows.flatMap((row) => showRun(row, true) ?? []);
    return { runs, ...(last && rows.length < rest.length && { cursor: String(last.number ?? 0) }) };
  }

  async get(runId: string): Promise<PipelineRun | null> {
    const row = (await this.#place.readRuns()).get(runId);
    return row && this.#sees(row) ? showRun(row, false) : null;
  }

  /** Queues runs for the times that are due, and ends those whose workers have said no word. */
  async tick(clock?: number): Promise<void> {
    const due = await this.#place.readPipelines((table) => ({ ids: table.due(clock ?? Date.now()), items: table.list() }));
    const words = await this.#place.changeRuns((given, pipelines) => {
      // Read here: whoever has waited for his turn must not act on a time that is over.
      const now = clock ?? Date.now();
      const words: Word[] = [];
      let runs = given;
      for (const id of due.ids) {
        const row = pipelines().row(id);
        if (row === null) continue;
        const before = { ...this.#before(runs, pipelines, id, runs.get(dueRun(row, now))), row };
        const { run } = this.#decide("tick", undefined, before, now);
        if (run) runs = runs.with(run);
        words.push({ decision: "tick", id, before: { ...before, row: undefined, scheduled: runs.scheduled(id), run: run ?? before.run }, now });
      }
      for (const run of [...runs.running(), ...untold(runs, due.items)]) {
        if (!this.#sees(run)) continue;
        const decided = ifReadable(() => this.#decide("expire", undefined, this.#before(runs, pipelines, run.pipelineId, run), now));
        if (decided === undefined) continue;
        const { run: ended, row } = decided;
        if (ended === null) runs = runs.without(({ runId }) => runId === run.runId);
        else if (ended) runs = runs.with(ended);
        if (row) words.push({ decision: "expire", id: run.pipelineId, before: { run: ended ?? run }, now });
      }
      return { runs: this.#pruned(runs, now), reply: words };
    });
    await Promise.all(words.map((word) => this.#tell(word)));
  }

  /** A pipeline is gone, and its runs go with it. */
  async forget(id: string): Promise<void> {
    const folded = foldId(id);
    await this.#place.changeRuns((runs) => ({
      runs: runs.without((row) => row.pipelineId === folded && this.#sees(row)),
      reply: undefined,
    }));
  }

  /** A pipeline hears of a decision about a run, which is written already. */
  async #tell({ decision, id, args, before, now }: Word): Promise<void> {
    const values = packed((packer) => packer.add(decision).add(id).add(args).add({ ...before, row: undefined }, STORED));
    await this.#place.changePipelines((table) => table.plan("run", values, now, entropy()));
  }

  #before(runs: RunTable, pipelines: () => Table, id: unknown, run: RunRow | undefined): RunBefore<StoredRow> {
    if (typeof id !== "string") return { run };
    const folded = foldId(id);
    const row = pipelines().row(folded) ?? undefined;
    return { row, run, scheduled: runs.scheduled(folded), newest: runs.newest(folded) };
  }

  #decide<Reply>(decision: RunDecision, args: object | undefined, before: RunBefore<StoredRow>, now = Date.now()) {
    return decideRun<StoredRow, Reply>(decision, args, before, now, this.#secretStorage);
  }

  #pruned(runs: RunTable, now: number): RunTable {
    const gone = new Set(pruneRuns(runs.rows, this.#bounds, now));
    return gone.size === 0 ? runs : runs.without(({ runId }) => gone.has(runId));
  }

  #sees({ accountId }: RunRow): boolean {
    return this.#account.accountId === undefined || accountId === this.#account.accountId;
  }
}

/** The runs that have ended without their pipelines having heard of it: somebody was cut off in between. */
function untold(runs: RunTable, items: readonly PipelineListItem[]): RunRow[] {
  const heard = new Map(items.map(({ id, lastRunAt }) => [id, lastRunAt ?? ""]));
  return runs.lastEnded().filter(({ pipelineId, completedAt = "" }) => completedAt > (heard.get(pipelineId) ?? "\uffff"));
}

const STORED = { unlimited: true };
