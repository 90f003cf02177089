// How the pipelines of one account lie in the two stores of the database.
//
// Where a device has no room left, Chromium refuses every transaction that puts anything, be it smaller than what it
// replaces, and lets those pass that only delete. So a deletion puts nothing.
import { foldId, uuid } from "../ident.js";
import type { Mark } from "./second-copy.js";
import type { Change, Row, TakeRows } from "./storage.js";
import { rowOf, rowsIfStored, rowsOf, storedOf } from "./stored-row.js";
import { answerOf } from "./transaction.js";

/** The stores of one transaction. */
export interface Stores {
  rows: IDBObjectStore;
  meta: IDBObjectStore;
}

/** What is to be written, and how far the database has come. */
export interface Writing {
  changes: readonly Change[];
  mark: Mark;
}

/** Where parts begin, but for the first. */
const FIRST_DIGITS = "123456789abcdef".split("");

export class AccountLayout {
  readonly #account: string;
  /** Older rows may stand under an id in upper case. */
  readonly #spellings = new Map<string, string>();

  constructor(account: string) {
    this.#account = account;
  }

  /**
   * Differs from that of other states: the counter grows with what is put. Deletions put nothing; where no channel tells of
   * them the rows are counted, which takes longer the more there are.
   */
  async stamp({ rows }: Stores, marking: Mark | Promise<Mark>): Promise<string> {
    const standing = typeof BroadcastChannel === "undefined" ? answerOf(rows.count(this.#everything())) : 0;
    const [{ epoch, count }, counted] = await Promise.all([marking, standing]);
    return [epoch, count, counted].join(" ");
  }

  /** All rows, in parts: while one is taken the browser reads the next. */
  async read({ rows }: Stores, take: TakeRows): Promise<void> {
    const parts = this.#ranges().map(async (range) => {
      const values: unknown[] = await answerOf(rows.getAll(range));
      // To read the keys takes as long as to read the rows.
      return rowsIfStored(values) ?? rowsOf((await answerOf(rows.getAllKeys(range))) as IDBValidKey[][], values);
    });
    for (const part of parts) part.catch(() => undefined); // awaited below, unless one before it fails
    this.#spellings.clear();
    let toCome = parts.length;
    for (const part of parts) {
      const found = await part;
      for (const { id } of found) {
        const folded = foldId(id);
        if (folded !== id && !this.#spellings.has(folded)) this.#spellings.set(folded, id);
      }
      toCome -= 1;
      take(found, toCome);
    }
  }

  async all(stores: Stores): Promise<Row[]> {
    const all: Row[] = [];
    await this.read(stores, (rows) => {
      for (const row of rows) all.push(row);
    });
    return all;
  }

  /** The row of one id, if there is one. */
  async one({ rows }: Stores, id: string): Promise<Row | undefined> {
    const value: unknown = await answerOf(rows.get(this.#key(id)));
    return value === undefined ? undefined : rowOf(this.#key(id), value);
  }

  /**
   * Issues the requests of all changes, in one task; where a row has come to stand under a new id, they fail with
   * `ConstraintError`. Gives the mark that they leave.
   */
  write({ rows, meta }: Stores, { changes, mark }: Writing): Mark {
    for (const change of changes) {
      const key = this.#key(change.id);
      if (change.row === null) rows.delete(key);
      else if (isNew(change)) rows.add(storedOf(change.row), key);
      else rows.put(storedOf(change.row), key);
    }
    if (!changes.some(({ row }) => row !== null)) return mark;
    const reached: Mark = { epoch: mark.epoch ?? uuid(), count: mark.count + 1 };
    meta.put(reached, this.#mark());
    return reached;
  }

  /** Other code may have written there: it then begins anew. */
  async mark(meta: IDBObjectStore): Promise<Mark> {
    const found: unknown = await answerOf(meta.get(this.#mark()));
    const { epoch, count } = (found ?? {}) as Record<string, unknown>;
    return { epoch: typeof epoch === "string" ? epoch : undefined, count: Number.isSafeInteger(count) ? (count as number) : 0 };
  }

  /** Deletes all of it. */
  clear({ rows, meta }: Stores): void {
    for (const store of [rows, meta]) store.delete(this.#everything());
  }

  /** Every key that begins with this account: an array sorts after every string. */
  #everything(): IDBKeyRange {
    return IDBKeyRange.bound([this.#account], [this.#account, []]);
  }

  /** The same in parts, as random ids fall into them. */
  #ranges(): IDBKeyRange[] {
    const edges = [[this.#account], ...FIRST_DIGITS.map((digit) => [this.#account, digit]), [this.#account, []]];
    return edges.slice(1).map((end, index) => IDBKeyRange.bound(edges[index], end, false, true));
  }

  #mark(): IDBValidKey {
    return [this.#account, "mark"];
  }

  #key(id: string): string[] {
    return [this.#account, this.#spellings.get(id) ?? id];
  }
}

/** Whether nothing may stand there yet: the database itself sees to that, and nobody has to look first. */
export function isNew({ expected, row }: Change): boolean {
  return expected === 0 && row !== null;
}
