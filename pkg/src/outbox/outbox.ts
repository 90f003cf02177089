// The outbox of this device: what the core decides about changes that wait for the server, each decision inside the
// transaction that reads and writes their rows.
import type { OutboxName } from "../calls.js";
import { call, entropy, packed, type Pack } from "../core.js";
import { foldId } from "../ident.js";
import type { OutboxPlan } from "../repositories/table.js";
import type { OutboxStorage } from "../storage/storage.js";
import type { Pipeline } from "../types.js";
import type { Decided, Judged, Made, OutboxOperation, OutboxRemote, OutboxRows, OutboxStatus, Planned, Sent } from "./rows.js";

/** Rows stand in lists, those in a record, and what a row holds is four levels in. */
const ROWS = { wrapping: 4, unlimited: true } as const;
/** `{ input: … }` stands one level around what the user gave. */
const ARGUMENTS = { wrapping: 1 } as const;
const RANDOM_BYTES = 64;
const NOTHING: OutboxRows = { queues: [], operations: [] };

/** What a repository lets its outbox do. */
export interface OutboxAccess {
  readonly storage: OutboxStorage;
  readonly accountId: string | undefined;
  change<T>(plan: OutboxPlan<T>, pipeline?: string): Promise<T>;
  /** The pipelines with changes that wait, by {@link foldId}. */
  unsent(): Promise<ReadonlySet<string>>;
}

export class Outbox {
  readonly #access: OutboxAccess;

  constructor(access: OutboxAccess) {
    this.#access = access;
  }

  /** Whether what is written here outlives the page. */
  get durable(): boolean {
    return this.#access.storage.durable;
  }

  /** Names the place for other tabs; nothing where no other tab can see it. */
  get place(): string | undefined {
    return this.#access.storage.place;
  }

  /** Makes a change durable, together with the operation that will carry it to the server. */
  make(operation: OutboxOperation, args: Record<string, unknown> & { id: string }): Promise<Made> {
    return this.#decide("enqueue", args.id, (packer) => packer.add(operation).add(args, ARGUMENTS));
  }

  /** Decides what to send now, and notes that it was tried. */
  plan(remote: OutboxRemote, sending: readonly string[], atOnce: boolean): Promise<Planned> {
    const { storage, accountId } = this.#access;
    return storage.commitOutbox((rows) => {
      const planned = call<Planned>(
        "outbox.plan",
        (packer) => packer.add(accountId).add(rows, ROWS).add(remote).add(sending, ROWS).add(atOnce),
        Date.now(),
        entropy(RANDOM_BYTES),
      );
      // What was sent before is never changed: it may be sent again without a note of it.
      const isTried = ({ args }: Planned["send"][number]): boolean =>
        rows.operations.some(({ id, attempts = 0 }) => id === args.op.opId && attempts > 0);
      return { reply: planned, outbox: planned.changes, lessWillDo: planned.send.every(isTried) };
    });
  }

  /** Settles what was sent, or puts it off, by its answer. */
  judge(pipeline: string, remote: OutboxRemote, { operation, op, answer, attended }: Sent): Promise<Judged> {
    return this.#decide("judge", pipeline, (packer) =>
      packer.add(remote).add(operation).add(op, ROWS).add(answer, ROWS).add(attended),
    );
  }

  /** Settles what a person was asked. Throws `not_found` where no such change waits for a decision. */
  async resolve(operation: string, choice: unknown): Promise<Made> {
    return this.#decide("resolve", await this.#pipelineOf(operation), (packer) => packer.add(operation).add(choice));
  }

  /** Gives a change up; does nothing where there is none. */
  async discard(operation: string): Promise<void> {
    await this.#decide<Decided>("discard", await this.#pipelineOf(operation), (packer) => packer.add(operation));
  }

  /** Keeps a copy of what the server answered; changes that wait stand on it from now on. */
  async adopt(pipeline: Pipeline): Promise<void> {
    await this.#decide<Decided>("adopt", pipeline.id, (packer) => packer.add(pipeline));
  }

  /** Drops copies of what the server no longer has. What it never answered with stays, and so do changes that wait. */
  async dropCopies(ids: readonly string[]): Promise<void> {
    const values = packed((packer) => packer.add(ids, { unlimited: true }));
    await this.#access.change((table) => table.plan("dropCopies", values));
  }

  /** The pipelines with changes that wait here, by {@link foldId}. */
  unsent(): Promise<ReadonlySet<string>> {
    return this.#access.unsent();
  }

  async status(remote: OutboxRemote): Promise<OutboxStatus> {
    const { storage, accountId } = this.#access;
    let rows = await storage.loadOutbox();
    if (await this.#restore()) rows = await storage.loadOutbox();
    return statusOf(rows, remote, storage.durable, accountId);
  }

  /** Calls `listener` whenever something was written here, in this tab or another. */
  subscribe(listener: (isOther: boolean) => void): () => void {
    return this.#access.storage.subscribeOutbox(listener);
  }

  /** Puts back what waited in a place that has lost it, as reading has found out; says whether there was anything. */
  async #restore(): Promise<boolean> {
    const { queues, operations } = this.#access.storage.takeLost() ?? NOTHING;
    for (const queue of queues) {
      const copy = { queues: [queue], operations: operations.filter(({ pipelineId }) => pipelineId === queue.id) };
      await this.#decide<Decided>("restore", queue.id, (packer) => packer.add(copy, ROWS));
    }
    return queues.length > 0;
  }

  #decide<T extends Decided>(name: OutboxName, pipeline: string, pack: Pack): Promise<T> {
    // Packed now: the caller may change its objects as soon as the call has returned.
    const values = packed(pack);
    const plan: OutboxPlan<T> = (table, rows) => {
      const all = packed((packer) => packer.addPacked(values).add(rows, ROWS));
      const planned = table.plan<T>(name, all, Date.now(), entropy(RANDOM_BYTES));
      const { outbox, outcome } = planned.reply as T & Partial<Judged>;
      // What was settled is as the server has it.
      return { ...planned, outbox, lessWillDo: outcome !== undefined && "data" in outcome };
    };
    return this.#access.change(plan, foldId(pipeline));
  }

  /** Where it is nowhere, the core says so. */
  async #pipelineOf(operation: string): Promise<string> {
    const { operations } = await this.#access.storage.loadOutbox();
    return operations.find(({ id }) => id === operation)?.pipelineId ?? "";
  }
}

/** How a server is found that nobody has asked. */
export function unknownStatus(durable: boolean): OutboxStatus {
  return statusOf(NOTHING, {}, durable, undefined);
}

/** How the server is found after a read, whose error is `undefined` where it was answered. */
export function heard(remote: OutboxRemote, error: object | undefined): OutboxRemote {
  return call("outbox.heard", (packer) => packer.add(remote).add(error), Date.now(), entropy(RANDOM_BYTES));
}

function statusOf(rows: OutboxRows, remote: OutboxRemote, durable: boolean, accountId: string | undefined): OutboxStatus {
  return call(
    "outbox.status",
    (packer) => packer.add(accountId).add(rows, ROWS).add(remote).add(durable),
    Date.now(),
    entropy(RANDOM_BYTES),
  );
}
