// How the outbox of one account lies in its store of the database: a queue under its pipeline, and each operation under the
// pipeline in whose queue it stands, so that those of one are read without the others.
import type { OutboxChange, OutboxRow, OutboxRows } from "../outbox/rows.js";
import { isTree } from "./stored-row.js";
import { answerOf } from "./transaction.js";

/** Rows as they were read, and under which keys. */
export interface OutboxReading {
  rows: OutboxRows;
  keys: ReadonlyMap<string, IDBValidKey>;
}

export const NOTHING: OutboxReading = { rows: { queues: [], operations: [] }, keys: new Map() };

export class OutboxLayout {
  readonly #account: string;

  constructor(account: string) {
    this.#account = account;
  }

  /** Of one pipeline. */
  async one(store: IDBObjectStore, pipeline: string): Promise<OutboxReading> {
    const [queue, operations] = await Promise.all([
      answerOf<unknown>(store.get(this.#queue(pipeline))),
      this.#operations(store, [this.#account, "operations", pipeline]),
    ]);
    const rows = { queues: queue === undefined ? [] : [rowOf(queue, { id: pipeline })], operations: operations.rows };
    return { rows, keys: operations.keys };
  }

  /** All operations, and their queues: not those in which nothing stands. */
  async all(store: IDBObjectStore): Promise<OutboxReading> {
    const operations = await this.#operations(store, [this.#account, "operations"]);
    const pipelines = [...new Set(operations.rows.map(({ pipelineId = "" }) => pipelineId))];
    const queues = await Promise.all(pipelines.map((pipeline) => answerOf<unknown>(store.get(this.#queue(pipeline)))));
    const known = queues.flatMap((queue, index) => (queue === undefined ? [] : [rowOf(queue, { id: pipelines[index] ?? "" })]));
    return { rows: { queues: known, operations: operations.rows }, keys: operations.keys };
  }

  /** Issues the requests of all changes, in one task. */
  write(store: IDBObjectStore, changes: readonly OutboxChange[], { keys }: OutboxReading): void {
    for (const { store: kind, id, row } of changes) {
      const known = kind === "queues" ? this.#queue(id) : keys.get(id);
      const key = known ?? [this.#account, "operations", row?.pipelineId ?? "", id];
      if (row === null) store.delete(key);
      else store.put(row, key);
    }
  }

  /** Deletes all of it. */
  clear(store: IDBObjectStore): void {
    store.delete(IDBKeyRange.bound([this.#account], [this.#account, []]));
  }

  async #operations(store: IDBObjectStore, prefix: string[]): Promise<{ rows: OutboxRow[]; keys: Map<string, IDBValidKey> }> {
    const range = IDBKeyRange.bound(prefix, [...prefix, []]);
    const [keys, values] = await Promise.all([answerOf(store.getAllKeys(range)), answerOf<unknown[]>(store.getAll(range))]);
    const rows = keys.map((key, index) => {
      const [, , pipelineId, id] = key as [string, string, string?, string?];
      return rowOf(values[index], { id: String(id), pipelineId: String(pipelineId) });
    });
    return { rows, keys: new Map(rows.map(({ id }, index) => [id, keys[index] ?? []])) };
  }

  #queue(pipeline: string): IDBValidKey {
    return [this.#account, "queues", pipeline];
  }
}

/** Where other code has written something else, a row that the core names as damaged. */
function rowOf(value: unknown, named: OutboxRow): OutboxRow {
  const isRow = typeof value === "object" && value !== null && isTree(value);
  return isRow && Object.entries(named).every(([name, text]) => (value as Record<string, unknown>)[name] === text) ? (value as OutboxRow) : named;
}
