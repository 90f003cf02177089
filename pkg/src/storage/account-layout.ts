// How the pipelines of one account lie in the two stores of the database.
//
// Where a device has no room left, Chromium refuses every transaction that puts anything, be it smaller than what it
// replaces, and lets those pass that only delete. So a deletion puts nothing.
import { foldId } from "../ident.js";
import type { Change, Row } from "./storage.js";
import { rowOf } from "./stored-row.js";

/** What a transaction may read in one of its stores. */
export interface ReadableStore {
  get(key: IDBValidKey): Promise<unknown>;
  getAll(range: IDBKeyRange): Promise<unknown[]>;
  getAllKeys(range: IDBKeyRange): Promise<IDBValidKey[]>;
  count(range: IDBKeyRange): Promise<number>;
}

/** What one that writes may do besides. */
export interface WritableStore extends ReadableStore {
  put(value: unknown, key: IDBValidKey): Promise<unknown>;
  delete(key: IDBValidKey): Promise<void>;
}

/** The stores of one transaction. */
export interface Stores<S = ReadableStore> {
  rows: S;
  meta: S;
}

/** What is to be written, and the counter as it stands there. */
export interface Writing {
  changes: readonly Change[];
  count: number;
}

export class AccountLayout {
  readonly #account: string;
  /** Older rows may stand under an id in upper case. */
  readonly #spellings = new Map<string, string>();

  constructor(account: string) {
    this.#account = account;
  }

  /** Differs from that of every other state: the counter grows with what is put, and the counts fall with what is not. */
  async stamp({ rows, meta }: Stores): Promise<string> {
    const counts = [rows.count(this.#everything()), meta.count(this.#everything())];
    return (await Promise.all([this.count(meta), ...counts])).join(" ");
  }

  async all({ rows }: Stores): Promise<Row[]> {
    const [keys, values] = await Promise.all([rows.getAllKeys(this.#everything()), rows.getAll(this.#everything())]);
    const found = (keys as IDBValidKey[][]).map((key, index) => rowOf(key, values[index]));
    this.#spellings.clear();
    for (const { id } of found) {
      if (!this.#spellings.has(foldId(id))) this.#spellings.set(foldId(id), id);
    }
    return found;
  }

  /** The row of one id, if there is one. */
  async one({ rows }: Stores, id: string): Promise<Row | undefined> {
    const value = await rows.get(this.#key(id));
    return value === undefined ? undefined : rowOf(this.#key(id), value);
  }

  /** Issues the requests of all changes, in one task; each of them is given to `watch`. */
  write({ rows, meta }: Stores<WritableStore>, { changes, count }: Writing, watch: (request: Promise<unknown>) => void): void {
    for (const { id, row } of changes) watch(row === null ? rows.delete(this.#key(id)) : rows.put(row, this.#key(id)));
    if (changes.some(({ row }) => row !== null)) watch(meta.put(count + 1, this.#counter()));
  }

  /** Other code may have written there: the counter then begins anew. */
  async count(meta: ReadableStore): Promise<number> {
    const count = await meta.get(this.#counter());
    return Number.isSafeInteger(count) ? (count as number) : 0;
  }

  /** Every key that begins with this account: an array sorts after every string. */
  #everything(): IDBKeyRange {
    return IDBKeyRange.bound([this.#account], [this.#account, []]);
  }

  #counter(): IDBValidKey {
    return [this.#account, "revision"];
  }

  #key(id: string): string[] {
    return [this.#account, this.#spellings.get(id) ?? id];
  }
}
