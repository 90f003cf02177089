import type { OutboxChange, OutboxRow, OutboxRows } from "../outbox/rows.js";
import type { Decision, OutboxStorage, Planned, Row, TakeRows } from "./storage.js";

/** The rows of an outbox in JavaScript maps. */
export class OutboxMemory {
  readonly #queues = new Map<string, OutboxRow>();
  readonly #operations = new Map<string, OutboxRow>();

  get all(): OutboxRows {
    return { queues: [...this.#queues.values()], operations: [...this.#operations.values()] };
  }

  of(pipeline: string | undefined): OutboxRows {
    const queue = this.#queues.get(pipeline ?? "");
    const operations = [...this.#operations.values()].filter(({ pipelineId }) => pipelineId === pipeline);
    return { queues: queue === undefined ? [] : [queue], operations };
  }

  /** Takes what was read elsewhere instead of what was here of a pipeline, or of all. */
  take(rows: OutboxRows, pipeline?: string): void {
    for (const { id } of (pipeline === undefined ? this.all : this.of(pipeline)).operations) this.#operations.delete(id);
    for (const queue of rows.queues) this.#queues.set(queue.id, queue);
    for (const operation of rows.operations) this.#operations.set(operation.id, operation);
  }

  clear(): void {
    this.#queues.clear();
    this.#operations.clear();
  }

  write(changes: readonly OutboxChange[] = []): void {
    for (const { store, id, row } of changes) {
      const rows = store === "queues" ? this.#queues : this.#operations;
      if (row === null) rows.delete(id);
      else rows.set(id, row);
    }
  }
}

/** Rows in a JavaScript map: outside WebAssembly, so that the core may fail without taking them along. */
export class MemoryStorage implements OutboxStorage {
  readonly announces = true;
  readonly durable = false;
  readonly place = undefined;
  readonly #rows: Map<string, Row>;
  readonly #outbox: OutboxMemory;
  readonly #listeners = new Set<(isOther: boolean) => void>();

  constructor(rows: Iterable<Row> = [], outbox = new OutboxMemory()) {
    this.#rows = new Map(Array.from(rows, (row) => [row.id, row]));
    this.#outbox = outbox;
  }

  get rows(): readonly Row[] {
    return [...this.#rows.values()];
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what the taker throws becomes a rejection
  async load(begin: () => TakeRows): Promise<void> {
    begin()(this.rows, 0);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a refusal becomes a rejection
  async commit<T>(decision: Decision<T>): Promise<T> {
    const outbox = this.#outbox.of(decision.pipeline);
    const planned = decision.onKnown(outbox) ?? decision.on(this.rows, outbox);
    for (const { id, row } of planned.changes) {
      if (row === null) this.#rows.delete(id);
      else this.#rows.set(id, row);
    }
    return this.#write(planned);
  }

  loadOutbox(): Promise<OutboxRows> {
    return Promise.resolve(this.#outbox.all);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a refusal becomes a rejection
  async commitOutbox<T>(decide: (outbox: OutboxRows) => Omit<Planned<T>, "changes">): Promise<T> {
    return this.#write({ ...decide(this.#outbox.all), changes: [] });
  }

  unsent(): Promise<OutboxRows> {
    return this.loadOutbox();
  }

  clear(discardUnsent: boolean): Promise<number> {
    const waiting = this.#outbox.all.operations.length;
    if (waiting > 0 && !discardUnsent) return Promise.resolve(waiting);
    this.#rows.clear();
    this.#outbox.clear();
    for (const listener of [...this.#listeners]) listener(false);
    return Promise.resolve(0);
  }

  takeLost(): undefined {
    return undefined;
  }

  changed(): Promise<boolean> {
    return Promise.resolve(false);
  }

  refuse(): void {
    // The core made these rows itself, or another place has said what is wrong with them.
  }

  subscribe(): () => void {
    return () => undefined;
  }

  subscribeOutbox(listener: (isOther: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #write<T>({ reply, changes, outbox = [] }: Planned<T>): T {
    this.#outbox.write(outbox);
    if (changes.length + outbox.length > 0) for (const listener of [...this.#listeners]) listener(false);
    return reply;
  }
}
