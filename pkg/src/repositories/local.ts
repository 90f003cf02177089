// One body for every repository that keeps its pipelines on this machine. The core decides, a `Storage` keeps, and this
// file sees to the order: a change is decided when it is its turn, and nobody reads it before it is durable.
import { entropy, packed } from "../core.js";
import { PipelineError } from "../error.js";
import { config, optionsOf } from "../options.js";
import type { OutboxRows } from "../outbox/rows.js";
import type { DamagedRow, Planned, Row, Storage } from "../storage/storage.js";
import type { Pipeline, PipelineCreateInput, PipelineListItem, PipelineUpdateInput } from "../types.js";
import type { PipelineRepository, Replayable, ReplayableUpdate } from "./repository.js";
import type { Settings } from "./settings.js";
import { Table, type OutboxPlan, type Plan } from "./table.js";

/** `{ input: … }` stands one level around what the user gave. */
const ARGUMENTS = { wrapping: 1 } as const;

export const CREATE_OPTIONS = ["id", "secretDigest", "secretLastFour"] as const;
export const UPDATE_OPTIONS = ["expectedUpdatedAt", "secretDigest", "secretLastFour"] as const;

export abstract class LocalRepository implements PipelineRepository {
  readonly #storage: Storage;
  readonly #options: Settings;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: () => void;
  #table: Table;
  /** Whether the table holds what the place holds, as far as anybody has said. */
  #loaded = false;
  #loading: Promise<boolean> | undefined;
  #closed = false;
  /** Both only grow: they tell whether others wrote, and whether the table became another, between two moments. */
  #announced = 0;
  #states = 0;
  readonly #changes = new Set<Promise<void>>();
  /** How many of them the table holds already, and the place perhaps not yet. */
  #undurable = 0;

  /** Throws `config` for a bad option. */
  protected constructor(storage: Storage, options: Settings) {
    this.#storage = storage;
    this.#options = options;
    this.#table = new Table(options);
    this.#unsubscribe = storage.subscribe(() => {
      this.reload();
    });
  }

  async list(): Promise<PipelineListItem[]> {
    return this.read((table) => table.list());
  }

  async get(id: string): Promise<Pipeline | null> {
    return this.read((table) => table.get(id));
  }

  async findByWebhookSecret(secret: string): Promise<Pipeline | null> {
    return this.read((table) => table.findByWebhookSecret(secret));
  }

  async create(input: PipelineCreateInput, options?: Replayable): Promise<Pipeline> {
    return this.change(planCreate({ input, ...optionsOf<Replayable>(options, CREATE_OPTIONS) }));
  }

  async update(id: string, input: PipelineUpdateInput, options?: ReplayableUpdate): Promise<Pipeline> {
    return this.change(planUpdate({ id, input, ...optionsOf<ReplayableUpdate>(options, UPDATE_OPTIONS) }));
  }

  async delete(id: string): Promise<void> {
    await this.change(planDelete(id));
  }

  async recordRun(id: string, completedAt: string): Promise<void> {
    await this.change(planRecordRun({ id, completedAt }));
  }

  /** Calls `listener` after every change of what this repository holds, its own and those of other tabs. */
  subscribe(listener: () => void): () => void {
    if (typeof listener !== "function") throw config("listener", "must be a function");
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Waits for the changes that are under way, then lets go of the place. Later calls throw `storage`. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all(this.#changes);
    this.#unsubscribe();
    this.#table.free();
    await this.#storage.close();
  }

  /** Reads the working copy, up to date as far as this place can tell, and without what is not durable yet. */
  protected async read<T>(reading: (table: Table) => T): Promise<T> {
    this.#refuseIfClosed();
    if (this.#isCurrent() && !this.#storage.announces && (await this.#storage.changed())) this.#loaded = false;
    for (;;) {
      this.#refuseIfClosed();
      if (this.#undurable > 0) await Promise.race(this.#changes);
      else if (this.#isCurrent()) return reading(this.#table);
      else {
        const isOwn = this.#loading === undefined;
        this.#loading ??= this.#load();
        // Others may announce more than anybody can read: one whole reading since the call is enough.
        if ((await this.#loading) && isOwn) return reading(this.#table);
      }
    }
  }

  /**
   * Decides on a change when it is its turn, makes it durable, then visible; resolves to the plan's reply. A plan for a
   * `pipeline` is given what waits for it in the outbox.
   */
  protected async change<T>(plan: OutboxPlan<T>, pipeline?: string): Promise<T> {
    this.#refuseIfClosed();
    // In the order of the calls: what was asked before is answered first, even where both fail.
    const committing = Promise.resolve(this.#loading).then(ignore, ignore).then(() => this.#commit(plan, pipeline));
    const settled = committing.then(ignore, ignore);
    this.#changes.add(settled);
    try {
      return await committing;
    } finally {
      this.#changes.delete(settled);
    }
  }

  async #commit<T>(plan: OutboxPlan<T>, pipeline: string | undefined): Promise<T> {
    const state = { isHeld: false };
    const decide = (outbox: OutboxRows): Planned<T> => {
      const planned = plan(this.#table, outbox);
      if (planned.changes.length === 0) {
        this.#table.rollback();
        return planned;
      }
      this.#table.commit();
      this.#states += 1;
      if (!state.isHeld) this.#undurable += 1;
      state.isHeld = true;
      return planned;
    };
    try {
      const reply = await this.#storage.commit({
        pipeline,
        onKnown: (outbox) => (this.#isCurrent() ? decide(outbox) : undefined),
        on: (rows, outbox) => {
          this.#take(rows);
          this.#loaded = true;
          return decide(outbox);
        },
      });
      if (state.isHeld) this.#announce();
      return reply;
    } catch (thrown) {
      if (state.isHeld) this.#loaded = false; // the place knows best what it holds now
      throw thrown;
    } finally {
      if (state.isHeld) this.#undurable -= 1;
    }
  }

  #isCurrent(): boolean {
    return this.#loaded && this.#table.alive;
  }

  /** Whether what was read is in the table: not where something newer has come meanwhile. */
  async #load(): Promise<boolean> {
    const [announced, states] = [this.#announced, this.#states];
    let table = new Table(this.#options);
    let damaged: readonly DamagedRow[] = [];
    try {
      await this.#storage.load(() => {
        table.free();
        table = new Table(this.#options);
        const coming = table.coming();
        damaged = coming.damaged;
        return (rows, partsToCome) => {
          if (table.alive) coming.take(rows, partsToCome); // between two parts another call may have cost the instance
        };
      });
      this.#refuseIfClosed();
      const isNewest = this.#states === states && table.alive;
      if (isNewest) this.#show(table, damaged);
      this.#loaded = isNewest && this.#announced === announced;
      return isNewest;
    } finally {
      if (table !== this.#table) table.free();
      this.#loading = undefined;
    }
  }

  #take(rows: readonly Row[]): void {
    const table = new Table(this.#options);
    this.#show(table, table.load(rows));
  }

  #show(table: Table, damaged: readonly DamagedRow[]): void {
    this.#storage.refuse(damaged);
    this.#table.free();
    this.#table = table;
    this.#states += 1;
  }

  /** The place was changed past this repository. */
  protected reload(): void {
    this.#loaded = false;
    this.#announced += 1;
    this.#announce();
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw new PipelineError({ code: "storage", message: "this repository is closed" });
  }

  #announce(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function ignore(): void {
  // Whoever made the change hears of it.
}

/** Arguments are packed at the moment of the call; time and entropy are read when the plan is made. */
export function planCreate(args: object): Plan<Pipeline> {
  const values = packed((packer) => packer.add(args, ARGUMENTS));
  return (table) => table.plan("create", values, Date.now(), entropy());
}

export function planUpdate(args: object): Plan<Pipeline> {
  const values = packed((packer) => packer.add(args, ARGUMENTS));
  return (table) => table.plan("update", values, Date.now(), entropy());
}

export function planDelete(id: string): Plan<unknown> {
  const values = packed((packer) => packer.add(id));
  return (table) => table.plan("delete", values);
}

export function planRecordRun(args: object): Plan<Pipeline | null> {
  const values = packed((packer) => packer.add(args));
  return (table) => table.plan("recordRun", values);
}
