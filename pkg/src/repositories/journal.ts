// What a local repository offers a fallback, beyond being a repository: changes that only this device has, and copies of
// what the remote answered.
import { packed } from "../core.js";
import { foldId } from "../ident.js";
import type { Pipeline, PipelineCreateInput, PipelineUpdateInput } from "../types.js";
import { optionsOf } from "../options.js";
import { LocalRepository, planCreate, planDelete, planRecordRun, planUpdate } from "./local.js";
import type { PipelineRepository, UpdateOptions } from "./repository.js";
import type { Plan, Table, UnsentRow } from "./table.js";

/** Who a pipeline will be, decided before anybody is asked, so that a creation without an answer can be repeated. */
export interface Identity {
  id: string;
  webhookSecret: string;
}

/** What an update may bring along besides its condition. */
export interface RotateOptions extends UpdateOptions {
  /** The secret that a rotation sets. */
  webhookSecret?: string | undefined;
}

/** Changes that are kept as unsent, in the same transaction as the documents that they make. */
export class Journal {
  readonly #change: <T>(plan: Plan<T>) => Promise<T>;
  readonly #read: <T>(reading: (table: Table) => T) => Promise<T>;

  constructor(
    change: <T>(plan: Plan<T>) => Promise<T>,
    read: <T>(reading: (table: Table) => T) => Promise<T>,
  ) {
    this.#change = change;
    this.#read = read;
  }

  async create(input: PipelineCreateInput, identity: Identity): Promise<Pipeline> {
    const { id, webhookSecret } = optionsOf<Identity>(identity, ["id", "webhookSecret"]);
    return this.#change(planCreate({ input, id, webhookSecret }, true));
  }

  async update(id: string, input: PipelineUpdateInput, options?: RotateOptions): Promise<Pipeline> {
    const { expectedUpdatedAt, webhookSecret } = optionsOf<RotateOptions>(options, ["expectedUpdatedAt", "webhookSecret"]);
    return this.#change(planUpdate({ id, input, expectedUpdatedAt, webhookSecret }, true));
  }

  /** Kept for a pipeline that only the remote has, too. */
  async delete(id: string): Promise<void> {
    await this.#change(planDelete(id, true));
  }

  /** `null` where there is no such pipeline here. */
  async recordRun(id: string, completedAt: string): Promise<Pipeline | null> {
    return this.#change(planRecordRun({ id, completedAt }, true));
  }

  /** Keeps a copy of what the remote answered, unless an unsent change stands there. */
  async adopt(pipeline: Pipeline): Promise<void> {
    const values = packed((packer) => packer.add(pipeline));
    await this.#change((table) => table.plan("adopt", values));
  }

  /** Notes in the copy a run that the remote has noted, unless an unsent change stands there. */
  async adoptRun(id: string, completedAt: string): Promise<void> {
    await this.#unlessUnsent(id, planRecordRun({ id, completedAt }, false));
  }

  /** Drops what stands here for a pipeline that was deleted at the remote, unless an unsent change stands there. */
  async forget(id: string): Promise<void> {
    await this.#unlessUnsent(id, planDelete(id, false));
  }

  /** Drops copies of what the remote no longer has. What it never answered with stays, and so do unsent changes. */
  async dropCopies(ids: readonly string[]): Promise<void> {
    const values = packed((packer) => packer.add(ids, { unlimited: true }));
    await this.#change((table) => table.plan("dropCopies", values));
  }

  /** What only this device has, in order of id. */
  async unsent(): Promise<readonly UnsentRow[]> {
    return this.#read((table) => table.unsent());
  }

  async #unlessUnsent(id: string, plan: Plan<unknown>): Promise<void> {
    const key = foldId(id);
    await this.#change((table) => (table.unsent().some((row) => row.id === key) ? NOTHING : plan(table)));
  }
}

/** A repository that a fallback can write to while the remote is away. */
export interface JournaledRepository extends PipelineRepository {
  readonly journal: Journal;
  subscribe(listener: () => void): () => void;
}

export abstract class JournaledLocalRepository extends LocalRepository implements JournaledRepository {
  /** For {@link FallbackPipelineRepository}: writes that stay marked as unsent. */
  readonly journal = new Journal(
    (plan) => this.change(plan),
    (reading) => this.read(reading),
  );
}

const NOTHING = { reply: null, changes: [] };
