// How the pipelines of one account lie in the two stores of the database.
//
// Where a device has no room left, Chromium refuses every transaction that puts anything, be it smaller than what it
// replaces, and lets those pass that only delete. So whatever makes less is written as deletions alone. An unsent
// deletion takes away a row and one of the two marks that were put beside it while there was room: a `deletion` mark
// without row and `kept` mark stands for it. A row that other code took away has left both, which mean nothing then.
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

/** What stands there for one id. */
export interface Found {
  row: Row | undefined;
  /** The version that an unsent deletion by its mark would have; none where the marks are not both there. */
  deletion: number | undefined;
}

/** What is to be written. */
export interface Writing {
  changes: readonly Change[];
  /** What stands there now for each of them. */
  found: readonly Found[];
  /** The counter, as it stands there. */
  count: number;
}

type Mark = "deletion" | "kept";

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

  async all({ rows, meta }: Stores): Promise<Row[]> {
    const stores = [rows, meta].flatMap((store) => [store.getAllKeys(this.#everything()), store.getAll(this.#everything())]);
    const [keys = [], values = [], metaKeys = [], metaValues = []] = await Promise.all(stores);
    const found = (keys as IDBValidKey[][]).map((key, index) => rowOf(key, values[index]));
    this.#spellings.clear();
    for (const { id } of found) {
      if (!this.#spellings.has(foldId(id))) this.#spellings.set(foldId(id), id);
    }
    const marked = { deletion: new Map<string, unknown>(), kept: new Map<string, unknown>() };
    for (const [index, key] of metaKeys.entries()) {
      const [, mark, id] = key as [string, string, string?];
      if (id !== undefined && (mark === "deletion" || mark === "kept")) marked[mark].set(id, metaValues[index]);
    }
    for (const [id, version] of marked.deletion) {
      if (!marked.kept.has(id) && !this.#spellings.has(id)) found.push(deletionOf(id, version));
    }
    return found;
  }

  async one({ rows, meta }: Stores, id: string): Promise<Found> {
    const requests = [rows.get(this.#key(id)), meta.get(this.#mark("deletion", id)), meta.get(this.#mark("kept", id))];
    const [value, version, kept] = await Promise.all(requests);
    if (value !== undefined) {
      return { row: rowOf(this.#key(id), value), deletion: kept !== undefined && isVersion(version) ? version : undefined };
    }
    const isDeleted = version !== undefined && kept === undefined;
    return { row: isDeleted ? deletionOf(id, version) : undefined, deletion: undefined };
  }

  /** Issues the requests of all changes, in one task; each of them is given to `watch`. */
  write(
    { rows, meta }: Stores<WritableStore>,
    { changes, found, count }: Writing,
    watch: (request: Promise<unknown>) => void,
  ): void {
    const put = (store: WritableStore, value: unknown, key: IDBValidKey): void => {
      watch(store.put(value, key));
    };
    const isByMark = ({ row }: Change, index: number): boolean =>
      row?.document === null && row.version === found[index]?.deletion;
    for (const [index, change] of changes.entries()) {
      const { id, row } = change;
      const byMark = isByMark(change, index);
      if (row === null || byMark) watch(rows.delete(this.#key(id)));
      else put(rows, row, this.#key(id));
      if (row?.document != null) {
        put(meta, row.version + 1, this.#mark("deletion", id));
        put(meta, 1, this.#mark("kept", id));
      } else {
        watch(meta.delete(this.#mark("kept", id)));
        if (!byMark) watch(meta.delete(this.#mark("deletion", id)));
      }
    }
    if (changes.some((change, index) => change.row !== null && !isByMark(change, index))) {
      put(meta, count + 1, this.#counter());
    }
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

  #mark(mark: Mark, id: string): IDBValidKey {
    return [this.#account, mark, id];
  }

  #key(id: string): string[] {
    return [this.#account, this.#spellings.get(id) ?? id];
  }
}

function deletionOf(id: string, version: unknown): Row {
  return { id, version: version as number, unsent: true, document: null };
}

function isVersion(value: unknown): value is number {
  return typeof value === "number";
}
