import type { Decision, Row, Storage } from "./storage.js";

/** Rows in a JavaScript map: outside WebAssembly, so that the core may fail without taking them along. */
export class MemoryStorage implements Storage {
  readonly announces = true;
  readonly #rows: Map<string, Row>;

  constructor(rows: Iterable<Row> = []) {
    this.#rows = new Map(Array.from(rows, (row) => [row.id, row]));
  }

  get rows(): readonly Row[] {
    return [...this.#rows.values()];
  }

  load(): Promise<readonly Row[]> {
    return Promise.resolve(this.rows);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a refusal becomes a rejection
  async commit<T>(decision: Decision<T>): Promise<T> {
    const { reply, changes } = decision.onKnown() ?? decision.on(this.rows);
    for (const { id, row } of changes) {
      if (row === null) this.#rows.delete(id);
      else this.#rows.set(id, row);
    }
    return reply;
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

  close(): Promise<void> {
    return Promise.resolve();
  }
}
