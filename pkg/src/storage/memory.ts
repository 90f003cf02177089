import type { Change, Durability, Row, Storage } from "./storage.js";

/** Rows in a JavaScript map: outside WebAssembly, so that the core may fail without taking them along. */
export class MemoryStorage implements Storage {
  readonly announces = true;
  readonly #rows: Map<string, Row>;

  constructor(rows: Iterable<Row> = []) {
    this.#rows = new Map(Array.from(rows, (row) => [row.id, row]));
  }

  load(): Promise<readonly Row[]> {
    return Promise.resolve([...this.#rows.values()]);
  }

  commit(changes: readonly Change[]): Promise<Durability | "stale"> {
    if (changes.some(({ id, expected }) => (this.#rows.get(id)?.version ?? 0) !== expected)) {
      return Promise.resolve("stale");
    }
    for (const { id, row } of changes) {
      if (row === null) this.#rows.delete(id);
      else this.#rows.set(id, row);
    }
    return Promise.resolve("volatile");
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
