// The working copy of a local repository: the core's `Store`, and what was read from it since the last change.
import { askWith, generation, type Core } from "../core.js";
import { isPipelineError, type PipelineError } from "../error.js";
import type { Packer } from "../pack.js";
import type { Change, Row } from "../storage/storage.js";
import type { Pipeline, PipelineListItem, SecretStorage } from "../types.js";

/** The core's table of documents. */
export type Store = InstanceType<Core["Store"]>;

/** Asks the store what a call changes; nothing is visible before it is committed. */
export type Plan = (store: Store, packer: Packer) => string;

/** What a local repository may be told. */
export interface TableOptions {
  accountId?: string | undefined;
  secretStorage?: SecretStorage | undefined;
}

/** A row that only this device has. */
export interface UnsentRow {
  id: string;
  /** Whether it stands for a deletion. */
  deleted: boolean;
}

/** Rows stand in a list, their documents in the rows: two levels that are not the document's. */
const ROWS = { wrapping: 2, unlimited: true } as const;

export class Table {
  readonly #store: Store;
  readonly #generation: number;
  #list: string | undefined;
  #unsent: string | undefined;
  readonly #documents = new Map<string, string>();

  /** Throws `config` for a bad option. */
  constructor({ accountId, secretStorage }: TableOptions) {
    this.#store = askWith((core, packer) => new core.Store(packer.pack({ accountId, secretStorage })));
    this.#generation = generation();
  }

  /** Whether the instance that holds this table still runs. */
  get alive(): boolean {
    return this.#generation === generation();
  }

  /** Takes the rows in; returns those that the core cannot read, with its reason. */
  load(rows: readonly Row[]): { refused: Row[]; reason: PipelineError } | undefined {
    const reason = this.#tryLoad(rows);
    if (reason === undefined) return undefined;
    const bad = new Set(reason.issues.map(({ path }) => path[0]));
    const refused = rows.filter((_row, index) => bad.has(index));
    if (refused.length === 0) throw reason;
    const stillWrong = this.#tryLoad(rows.filter((_row, index) => !bad.has(index)));
    if (stillWrong !== undefined) throw stillWrong;
    return { refused, reason };
  }

  list(): PipelineListItem[] {
    const list = (this.#list ??= this.#ask((store) => store.list()));
    return JSON.parse(list) as PipelineListItem[];
  }

  get(id: string): Pipeline | null {
    let document = this.#documents.get(id);
    if (document === undefined) {
      document = this.#ask((store) => store.get(id));
      if (document !== "null") this.#documents.set(id, document);
    }
    return JSON.parse(document) as Pipeline | null;
  }

  findByWebhookSecret(secret: string): Pipeline | null {
    return JSON.parse(this.#ask((store) => store.findByWebhookSecret(secret))) as Pipeline | null;
  }

  unsent(): UnsentRow[] {
    const unsent = (this.#unsent ??= this.#ask((store) => store.unsent()));
    return JSON.parse(unsent) as UnsentRow[];
  }

  plan<T>(plan: Plan): { reply: T; changes: Change[] } {
    return JSON.parse(this.#ask(plan)) as { reply: T; changes: Change[] };
  }

  commit(): void {
    this.#list = undefined;
    this.#unsent = undefined;
    this.#documents.clear();
    this.#ask((store) => {
      store.commit();
    });
  }

  rollback(): void {
    this.#ask((store) => {
      store.rollback();
    });
  }

  /** Convex and old browsers run no finalizers: the core's memory is given back by hand. */
  free(): void {
    if (this.alive) this.#store.free();
  }

  #tryLoad(rows: readonly Row[]): PipelineError | undefined {
    try {
      askWith((_core, packer) => {
        this.#store.load(packer.pack(rows, ROWS));
      });
      return undefined;
    } catch (thrown) {
      if (isPipelineError(thrown) && thrown.code === "invalid") return thrown;
      throw thrown;
    }
  }

  #ask<T>(question: (store: Store, packer: Packer) => T): T {
    return askWith((_core, packer) => question(this.#store, packer));
  }
}
