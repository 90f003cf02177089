import { resolve } from "node:path";
import { PipelineError } from "../error.js";
import type { OperationArguments, ServedOperation } from "../http/handler.js";
import { config, optionsOf } from "../options.js";
import { FileContent, type CursorChange, type JsonFileStatus } from "../storage/file-content.js";
import { SharedFile } from "../storage/file.js";
import { RunFile } from "../storage/run-file.js";
import type { RunTable } from "../storage/run-table.js";
import type { Planned } from "../storage/storage.js";
import type { Pipeline, PipelineCreateInput, PipelineListItem, PipelineUpdateInput, SecretStorage } from "../types.js";
import { CREATE_OPTIONS, UPDATE_OPTIONS, planCreate, planDelete, planRecordRun, planUpdate } from "./local.js";
import type { PipelineRepository, Replayable, ReplayableUpdate } from "./repository.js";
import type { OperationAnswer } from "../wire.js";
import { cursorOf, planSettle, served } from "./json-file-server.js";
import { LocalRuns, type RunsDecided } from "./local-runs.js";
import type { PipelineRuns, RunHistory } from "./runs.js";
import type { Settings } from "./settings.js";
import { Table, type Plan } from "./table.js";

/** Options of {@link JsonFilePipelineRepository}. */
export interface JsonFileOptions {
  /** `hashed` by default: secrets are shown once, and only their digests stay. */
  secretStorage?: SecretStorage | undefined;
  /** Whose pipelines are seen and made, 1 to 200 units; without it all are seen. */
  accountId?: string | undefined;
  /** How much is kept of runs that have ended: by default 20 of a pipeline, 2,000 in all, for 90 days. */
  history?: RunHistory | undefined;
}

/** A table, and the content that it shows. */
interface View {
  readonly table: Table;
  readonly content: FileContent | undefined;
}

/** As much as a file that is written whole should hold. */
const HISTORY = { runs: 20, total: 2_000 };

const NO_DAMAGE: JsonFileStatus = { damaged: [], issues: [] };

/**
 * Pipelines in a JSON file, `{ "pipelines": [...] }`, for one machine's Node processes. A missing file is empty; a
 * damaged one is a `storage` error that names it, and is never overwritten. A single pipeline that cannot be read stays as
 * it is, and {@link JsonFilePipelineRepository.status} names it. What a change leaves alone keeps its bytes.
 */
export class JsonFilePipelineRepository implements PipelineRepository {
  readonly #file: SharedFile<FileContent>;
  readonly #runFile: SharedFile<RunFile>;
  readonly #runs: LocalRuns;
  readonly #options: Settings;
  readonly #listeners = new Set<() => void>();
  readonly #changes = new Set<Promise<void>>();
  /** What is read from. */
  #shown: View;
  /** What is planned on while a write is under way: it shows what is not on disk yet. */
  #planned: View | undefined;
  #status = NO_DAMAGE;
  #isClosed = false;

  /** Throws `config` for a bad option. Nothing is read before the first call. */
  constructor(filePath: string, options?: JsonFileOptions) {
    const given: unknown = filePath; // often an environment variable, and then not always there
    if (typeof given !== "string" || given === "") {
      throw new PipelineError({ code: "config", message: "the path of the JSON file must be a string" });
    }
    const { secretStorage, accountId, history } = optionsOf<JsonFileOptions>(options, ["secretStorage", "accountId", "history"]);
    this.#options = { secretStorage, accountId, documentText: true };
    this.#shown = { table: new Table(this.#options), content: undefined };
    // Resolved now: the process may change its folder later.
    this.#file = SharedFile.at(resolve(filePath), (bytes) => FileContent.read(bytes));
    this.#runFile = SharedFile.at(RunFile.beside(resolve(filePath)), (bytes) => RunFile.read(bytes));
    const place = {
      readRuns: async () => {
        this.#assertOpen();
        return (await this.#runFile.read()).runs;
      },
      changeRuns: <T>(decide: (runs: RunTable, pipelines: () => Table) => RunsDecided<T>) => this.#changeRuns(decide),
      readPipelines: async <T>(reading: (table: Table) => T) => reading(await this.#table()),
      changePipelines: <T>(plan: Plan<T>) => this.#change(plan),
    };
    this.#runs = new LocalRuns(place, { accountId, secretStorage, history, usual: HISTORY });
  }

  /** What could not be read when the file was read last; the same object until it changes. */
  get status(): JsonFileStatus {
    return this.#status;
  }

  async list(): Promise<PipelineListItem[]> {
    return (await this.#table()).list();
  }

  async get(id: string): Promise<Pipeline | null> {
    return (await this.#table()).get(id);
  }

  async findByWebhookSecret(secret: string): Promise<Pipeline | null> {
    return (await this.#table()).findByWebhookSecret(secret);
  }

  async create(input: PipelineCreateInput, options?: Replayable): Promise<Pipeline> {
    return this.#change(planCreate({ input, ...optionsOf<Replayable>(options, CREATE_OPTIONS) }));
  }

  async update(id: string, input: PipelineUpdateInput, options?: ReplayableUpdate): Promise<Pipeline> {
    return this.#change(planUpdate({ id, input, ...optionsOf<ReplayableUpdate>(options, UPDATE_OPTIONS) }));
  }

  async delete(id: string): Promise<void> {
    await this.#change(planDelete(id));
    await this.#runs.forget(id);
  }

  async recordRun(id: string, completedAt: string): Promise<void> {
    await this.#change(planRecordRun({ id, completedAt }));
  }

  /** The runs of the pipelines, in a file of their own: beside `pipelines.json` it is `pipelines.runs.json`. */
  get runs(): PipelineRuns {
    return this.#runs;
  }

  /**
   * Queues runs for the times that are due at `now`, by default this one, and ends those whose workers have said no word
   * for as long as their leases. Any number of processes may do this; a due time makes one run.
   */
  async tick(now?: number): Promise<void> {
    await this.#runs.tick(now);
  }

  /**
   * Carries out a call as `handlePipelineRequest` hands it on, for a repository of the caller's account. A call with `op` is
   * settled once, however often it comes: its cursor is in the file, and in the same write as what it changes.
   */
  async serve(operation: ServedOperation, args: OperationArguments): Promise<OperationAnswer> {
    const { accountId, op } = args;
    if (accountId !== undefined && accountId !== this.#options.accountId) throw config("accountId", "is not this repository's");
    if (op === undefined) return served[operation]({ repository: this, change: (plan) => this.#change(plan) }, args as never);
    const { answer } = await this.#change(planSettle(operation, args, this.#options.accountId), cursorOf);
    if (operation === "delete" && answer.op?.verdict === "ok") await this.#runs.forget(String(args["id"]));
    return answer;
  }

  /** Calls `listener` after every change that this repository has made. */
  subscribe(listener: () => void): () => void {
    if (typeof listener !== "function") throw config("listener", "must be a function");
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Waits for the changes that are under way, then lets go of the file. Later calls throw `storage`. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.allSettled(this.#changes);
    this.#shown.table.free();
  }

  /** The working copy, as the file is now. */
  async #table(): Promise<Table> {
    this.#assertOpen();
    const content = await this.#file.read();
    this.#assertOpen();
    if (!isOf(this.#shown, content)) this.#show(this.#viewOf(content));
    return this.#shown.table;
  }

  /**
   * Plans a change, makes it durable, then visible; resolves to the plan's reply. `cursorIn` says which cursor is written
   * together with it.
   */
  async #change<T>(
    plan: (table: Table, content: FileContent) => Planned<T>,
    cursorIn?: (reply: T) => CursorChange | undefined,
  ): Promise<T> {
    this.#assertOpen();
    const replies: T[] = []; // it may be planned again; the last reply counts
    const change = this.#file.change(
      (content) => {
        const { table } = (this.#planned = this.#planningOn(content));
        const planned = plan(table, content);
        replies.push(planned.reply);
        const settled = cursorIn?.(planned.reply);
        if (planned.changes.length === 0 && settled === undefined) return content;
        table.group();
        const next = content.with(planned.changes, settled);
        this.#planned = { table, content: next };
        return next;
      },
      (isKept) => {
        this.#settle(isKept);
      },
    );
    this.#changes.add(change);
    try {
      await change;
    } finally {
      this.#changes.delete(change);
    }
    return replies.at(-1) as T;
  }

  /** Decides on runs, with the pipelines as they are now, and writes the file of runs. */
  async #changeRuns<T>(decide: (runs: RunTable, pipelines: () => Table) => RunsDecided<T>): Promise<T> {
    await this.#table();
    const replies: T[] = [];
    const pipelines = (): Table => {
      const { table, content } = this.#shown;
      if (!table.alive && content !== undefined) this.#show(this.#viewOf(content));
      return this.#shown.table;
    };
    const change = this.#runFile.change(
      (content) => {
        const { runs, reply } = decide(content.runs, pipelines);
        replies.push(reply);
        return runs === content.runs ? content : new RunFile(runs);
      },
      () => undefined,
    );
    this.#changes.add(change);
    try {
      await change;
    } finally {
      this.#changes.delete(change);
    }
    return replies.at(-1) as T;
  }

  /** The view on which the next change is planned: others may have changed the file since the last one was. */
  #planningOn(content: FileContent): View {
    const view = this.#planned ?? this.#shown;
    if (isOf(view, content)) return view;
    this.#drop();
    return this.#viewOf(content);
  }

  /** What was planned is on disk, or will not be. Called for each change; the first settles them all. */
  #settle(isKept: boolean): void {
    const planned = this.#planned;
    if (!isKept || planned?.table.alive !== true) {
      this.#drop();
      return;
    }
    this.#planned = undefined;
    planned.table.commit();
    const isNew = planned.content !== this.#shown.content;
    this.#show(planned);
    // A row that was set aside because of another may be read once that is gone.
    if (this.#status.damaged.length > 0) this.#shown = { table: planned.table, content: undefined };
    if (!isNew) return;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Forgets what is planned. */
  #drop(): void {
    const table = this.#planned?.table;
    this.#planned = undefined;
    if (table !== this.#shown.table) table?.free();
    else if (table.alive) table.rollback();
  }

  #show(view: View): void {
    const before = this.#shown.table;
    this.#shown = view;
    if (before !== view.table && before !== this.#planned?.table) before.free();
    const damage = view.content?.damage() ?? NO_DAMAGE;
    if (JSON.stringify(damage) !== JSON.stringify(this.#status)) this.#status = damage;
  }

  #viewOf(content: FileContent): View {
    const table = new Table(this.#options);
    content.setAside(table.load(content.rows()));
    return { table, content };
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new PipelineError({ code: "storage", message: "this repository is closed" });
  }
}

function isOf({ table, content }: View, wanted: FileContent): boolean {
  return content === wanted && table.alive;
}
