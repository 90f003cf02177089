// The rows of one account in an open database: one transaction each, and what came of it.
import type { OutboxChange, OutboxRow, OutboxRows } from "../outbox/rows.js";
import { AccountLayout, isNew, type Stores } from "./account-layout.js";
import type { Announcements } from "./announcements.js";
import { nameOf } from "./faults.js";
import { NOTHING, OutboxLayout, type OutboxReading } from "./outbox-layout.js";
import type { Mark } from "./second-copy.js";
import type { Change, Decision, Planned, Row, TakeRows } from "./storage.js";
import { storedOf } from "./stored-row.js";
import { readInTime, strictly } from "./transaction.js";

/** A state of the rows: what tells it from others, and how far the database had come. */
export interface Seen {
  revision: string;
  mark: Mark;
}

const NO_ROW = { version: 0 } as const;

/** Somebody else has written since what was decided on was seen; nothing is kept of the transaction that says so. */
class Overtaken extends Error {}

/** What a transaction has come to. */
export interface Outcome<T> {
  planned: Planned<T>;
  /** The outbox as it stood before. */
  outbox: OutboxRows;
  /** All rows as they stood before, where they had to be read. */
  rows?: Row[] | undefined;
  /** The state that this leaves, where that is known. */
  seen?: Seen | undefined;
}

/** What a decision is made in. */
export interface Circumstances<T> {
  seen?: Seen | undefined;
  eager: boolean;
  tried?: Planned<T> | undefined;
}

/** What was written, in a transaction that is not over. */
interface Writing<T> {
  planned: Planned<T>;
  mark: Mark;
  stamping: Promise<string>;
}

export class AccountRows {
  readonly #layout: AccountLayout;
  readonly #outbox: OutboxLayout;
  readonly #announcements: Announcements;

  constructor(account: string, announcements: Announcements) {
    this.#announcements = announcements;
    this.#layout = new AccountLayout(account);
    this.#outbox = new OutboxLayout(account);
  }

  /** Gives the rows as they stood together to `take`. */
  read(database: IDBDatabase, take: TakeRows): Promise<Seen> {
    const stores = storesOf(database.transaction(["rows", "meta"]));
    const marking = this.#layout.mark(stores.meta);
    const all = Promise.all([this.#layout.stamp(stores, marking), marking, this.#layout.read(stores, take)]);
    return readInTime(all.then(([revision, mark]) => ({ revision, mark })));
  }

  revision(database: IDBDatabase): Promise<string> {
    const stores = storesOf(database.transaction(["rows", "meta"]));
    return readInTime(this.#layout.stamp(stores, this.#layout.mark(stores.meta)));
  }

  mark(database: IDBDatabase): Promise<Mark> {
    return readInTime(this.#layout.mark(database.transaction("meta").objectStore("meta")));
  }

  /** All that waits for a server. */
  async outbox(database: IDBDatabase): Promise<OutboxRows> {
    return (await readInTime(this.#outbox.all(database.transaction("outbox").objectStore("outbox")))).rows;
  }

  /**
   * One strict transaction: decides on what stands there, then writes all of it or nothing, and resolves on `complete`.
   * `seen` is the state that was seen last; `tried` is what an earlier try, which may have been written, decided. Where
   * nobody else is busy, `eager` writes before it is known whether anything has changed, and otherwise takes it back.
   */
  async commit<T>(database: IDBDatabase, decision: Decision<T>, { seen, eager, tried }: Circumstances<T>): Promise<Outcome<T>> {
    try {
      return await this.#commit(database, decision, { seen: tried === undefined ? seen : undefined, eager, tried });
    } catch (thrown) {
      if (!(thrown instanceof Overtaken) && nameOf(thrown) !== "ConstraintError") throw thrown;
      return this.#commit(database, decision, { eager: false });
    }
  }

  async #commit<T>(database: IDBDatabase, decision: Decision<T>, { seen, eager, tried }: Circumstances<T>): Promise<Outcome<T>> {
    const { pipeline } = decision;
    const waits = pipeline !== undefined;
    return strictly(database, waits ? ["rows", "meta", "outbox"] : ["rows", "meta"], async (transaction, written) => {
      const [stores, layout] = [storesOf(transaction), this.#layout];
      const find = (changes: readonly Change[]): Promise<(Row | undefined)[]> => Promise.all(changes.map(({ id }) => layout.one(stores, id)));
      const outbox = waits ? await this.#outbox.one(transaction.objectStore("outbox"), pipeline) : NOTHING;
      if (tried !== undefined && isWritten(tried, await find(tried.changes), outbox)) {
        this.#tell(tried);
        return { planned: tried, outbox: outbox.rows };
      }
      // All in one task: a transaction left alone for a moment commits what it has.
      const write = (planned: Planned<T>, mark: Mark): Writing<T> => {
        const reached = layout.write(stores, { changes: planned.changes, mark });
        if (waits) this.#outbox.write(transaction.objectStore("outbox"), planned.outbox ?? [], outbox);
        const stamping = layout.stamp(stores, reached);
        stamping.catch(() => undefined); // awaited once all is written, and not before that fails
        return { planned, mark: reached, stamping };
      };
      const end = async ({ planned, mark, stamping }: Writing<T>, rows?: Row[]): Promise<Outcome<T>> => {
        transaction.commit();
        this.#tell(planned);
        await written;
        return { planned, rows, outbox: outbox.rows, seen: { mark, revision: await stamping } };
      };
      // Decided on what is known while the database begins.
      const marking = layout.mark(stores.meta);
      const stamping = layout.stamp(stores, marking);
      const known = seen === undefined ? {} : outcomeOf(() => decision.onKnown(outbox.rows));
      const changed = known.planned?.changes.filter((change) => !isNew(change)) ?? [];
      const standing = Promise.all([marking, stamping, find(changed)]);
      standing.catch(() => undefined); // not awaited where what follows fails before
      // The answers of these reads come before those of these writes, early enough to abort.
      const early = eager && seen && known.planned && writes(known.planned) ? write(known.planned, seen.mark) : undefined;
      const [mark, revision, found] = await standing;
      // Other code than this may have written, too.
      const isOther = ({ expected }: Change, index: number): boolean => (found[index] ?? NO_ROW).version !== expected;
      const isAsSeen = revision === seen?.revision && !changed.some(isOther);
      if (early !== undefined && !isAsSeen) throw new Overtaken();
      if (early !== undefined) return end(early);
      if (isAsSeen && "thrown" in known) throw known.thrown;
      let rows: Row[] | undefined;
      let { planned } = known;
      if (planned === undefined || !isAsSeen) {
        rows = await layout.all(stores);
        planned = decision.on(rows, outbox.rows);
      }
      if (!writes(planned)) return { planned, rows, outbox: outbox.rows, seen: { mark, revision } };
      return end(write(planned, mark), rows);
    });
  }

  /** The same for what waits alone. */
  async commitOutbox<T>(database: IDBDatabase, decide: (outbox: OutboxRows) => Omit<Planned<T>, "changes">): Promise<Outcome<T>> {
    return strictly(database, ["outbox"], async (transaction, written) => {
      const store = transaction.objectStore("outbox");
      const outbox = await this.#outbox.all(store);
      const planned = { ...decide(outbox.rows), changes: [] };
      this.#outbox.write(store, planned.outbox ?? [], outbox);
      if (writes(planned)) {
        transaction.commit();
        this.#tell(planned);
        await written;
      }
      return { planned, outbox: outbox.rows };
    });
  }

  /** Deletes all of the account, unless something waits that is not to be discarded. Resolves to how much waits. */
  async clear(database: IDBDatabase, discardUnsent: boolean): Promise<number> {
    return strictly(database, ["rows", "meta", "outbox"], async (transaction, written) => {
      const store = transaction.objectStore("outbox");
      const { operations } = (await this.#outbox.all(store)).rows;
      if (operations.length > 0 && !discardUnsent) return operations.length;
      this.#layout.clear(storesOf(transaction));
      this.#outbox.clear(store);
      await written;
      return 0;
    });
  }

  /** Others are told while the disk is waited for: what they then read comes after this transaction, which has begun. */
  #tell({ changes }: Planned<unknown>): void {
    this.#announcements.wrote(changes.length > 0);
  }
}

function writes<T>({ changes, outbox = [] }: Planned<T>): boolean {
  return changes.length + outbox.length > 0;
}

/** What a decision has come to, which may be a refusal. */
function outcomeOf<T>(decide: () => Planned<T> | undefined): { planned?: Planned<T> | undefined; thrown?: unknown } {
  try {
    return { planned: decide() };
  } catch (thrown) {
    return { thrown };
  }
}

function storesOf(transaction: IDBTransaction): Stores {
  return { rows: transaction.objectStore("rows"), meta: transaction.objectStore("meta") };
}

/** Whether what was decided stands there: then an earlier try has written it. */
function isWritten<T>({ changes, outbox = [] }: Planned<T>, found: readonly (Row | undefined)[], { rows }: OutboxReading): boolean {
  const standing = ({ store, id }: OutboxChange): OutboxRow | undefined => rows[store].find((row) => row.id === id);
  return (
    changes.every(({ row }, index) => isSame(row === null ? null : storedOf(row), found[index])) && outbox.every((change) => isSame(change.row, standing(change)))
  );
}

function isSame(wanted: object | null, found: object | undefined): boolean {
  return wanted === null ? found === undefined : JSON.stringify(wanted) === JSON.stringify(found);
}
