// One body for every repository that keeps its pipelines on this machine. The core decides, a `Storage` keeps, and this
// file sees to the order: plan, make durable, then make visible.
import { entropy, packed } from "../core.js";
import { PipelineError } from "../error.js";
import type { Change, Storage } from "../storage/storage.js";
import type { Pipeline, PipelineCreateInput, PipelineListItem, PipelineUpdateInput } from "../types.js";
import type { PipelineRepository, UpdateOptions } from "./repository.js";
import { Table, type Plan, type TableOptions } from "./table.js";

/** How often a change is planned anew because others were faster. Each time one of them has got through. */
const MOST_PLANS = 32;

/** `{ input: … }` stands one level around what the user gave. */
const ARGUMENTS = { wrapping: 1 } as const;

export abstract class LocalRepository implements PipelineRepository {
  readonly #storage: Storage;
  readonly #options: TableOptions;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: () => void;
  #table: Table;
  #loaded = false;
  #closed = false;
  #last: Promise<unknown> = Promise.resolve();

  /** Throws `config` for a bad option. */
  protected constructor(storage: Storage, options: TableOptions) {
    this.#storage = storage;
    this.#options = options;
    this.#table = new Table(options);
    this.#unsubscribe = storage.subscribe(() => {
      this.#loaded = false;
      this.#announce();
    });
  }

  async list(): Promise<PipelineListItem[]> {
    return (await this.table()).list();
  }

  async get(id: string): Promise<Pipeline | null> {
    return (await this.table()).get(id);
  }

  async findByWebhookSecret(secret: string): Promise<Pipeline | null> {
    return (await this.table()).findByWebhookSecret(secret);
  }

  async create(input: PipelineCreateInput): Promise<Pipeline> {
    return this.change(planCreate({ input }, false));
  }

  async update(id: string, input: PipelineUpdateInput, options: UpdateOptions = {}): Promise<Pipeline> {
    const { expectedUpdatedAt } = options;
    return this.change(planUpdate({ id, input, expectedUpdatedAt }, false));
  }

  async delete(id: string): Promise<void> {
    await this.change(planDelete(id, false));
  }

  async recordRun(id: string, completedAt: string): Promise<void> {
    await this.change(planRecordRun({ id, completedAt }, false));
  }

  /** Calls `listener` after every change of what this repository holds, its own and those of other tabs. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Waits for the changes that are under way, then lets go of the place. Later calls throw `storage`. */
  async close(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#closed) return;
      this.#closed = true;
      this.#unsubscribe();
      this.#table.free();
      await this.#storage.close();
    });
  }

  /** The working copy, up to date as far as this place can tell. */
  protected async table(): Promise<Table> {
    if (this.#current() && !(await this.#isBehind())) return this.#table;
    return this.#inTurn(() => this.#upToDate());
  }

  /** Plans a change, makes it durable, then visible; resolves to the plan's reply. */
  protected change<T>(plan: Plan<T>): Promise<T> {
    return this.#inTurn(async () => {
      for (let attempt = 0; attempt < MOST_PLANS; attempt++) {
        const table = await this.#upToDate();
        const outcome = await this.#attempt(table, plan);
        if (outcome !== "stale") return outcome.reply;
        this.#loaded = false;
      }
      throw new PipelineError({
        code: "storage",
        message: `others changed the same pipeline ${String(MOST_PLANS)} times in a row`,
        retryable: true,
      });
    });
  }

  async #attempt<T>(table: Table, plan: Plan<T>): Promise<{ reply: T } | "stale"> {
    let planned;
    try {
      planned = plan(table);
    } catch (thrown) {
      // "No such pipeline" is for the place to say, not for a copy of it.
      if (await this.#storage.changed()) return "stale";
      throw thrown;
    }
    const { reply, changes } = planned;
    if (changes.length === 0) {
      table.rollback();
      return (await this.#storage.changed()) ? "stale" : { reply };
    }
    return (await this.#keep(table, changes)) === "stale" ? "stale" : { reply };
  }

  async #keep(table: Table, changes: readonly Change[]): Promise<"kept" | "stale"> {
    let outcome;
    try {
      outcome = await this.#storage.commit(changes);
    } catch (thrown) {
      this.#loaded = false; // the place knows best what it holds now
      throw thrown;
    }
    if (outcome === "stale") return "stale";
    // From here on the change is acknowledged: whatever happens to the instance, the place has it.
    if (this.#current()) {
      try {
        table.commit();
      } catch {
        this.#loaded = false;
      }
    }
    this.#announce();
    return "kept";
  }

  async #isBehind(): Promise<boolean> {
    return !this.#storage.announces && (await this.#storage.changed());
  }

  #current(): boolean {
    return this.#loaded && !this.#closed && this.#table.alive;
  }

  async #upToDate(): Promise<Table> {
    if (this.#closed) throw new PipelineError({ code: "storage", message: "this repository is closed" });
    if (this.#current() && !(await this.#isBehind())) return this.#table;
    // Said before the reading begins: what is announced meanwhile asks for another one.
    this.#loaded = true;
    try {
      const rows = await this.#storage.load();
      const table = new Table(this.#options);
      this.#storage.refuse(table.load(rows));
      this.#table.free();
      this.#table = table;
      return table;
    } catch (thrown) {
      this.#loaded = false;
      throw thrown;
    }
  }

  /** One after the other: a plan holds the store until it is committed. */
  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(task);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #announce(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Arguments are packed at the moment of the call; time and entropy are read when the plan is made. */
export function planCreate(args: object, unsent: boolean): Plan<Pipeline> {
  const values = packed((packer) => packer.add(args, ARGUMENTS).add(unsent));
  return (table) => table.plan("create", values, Date.now(), entropy());
}

export function planUpdate(args: object, unsent: boolean): Plan<Pipeline> {
  const values = packed((packer) => packer.add(args, ARGUMENTS).add(unsent));
  return (table) => table.plan("update", values, Date.now(), entropy());
}

export function planDelete(id: string, unsent: boolean): Plan<unknown> {
  const values = packed((packer) => packer.add(id).add(unsent));
  return (table) => table.plan("delete", values);
}

export function planRecordRun(args: object, unsent: boolean): Plan<Pipeline | null> {
  const values = packed((packer) => packer.add(args).add(unsent));
  return (table) => table.plan("recordRun", values);
}
