// The rows of one account in an open database: one transaction each, and what came of it.
import type { OutboxChange, OutboxRow, OutboxRows } from "../outbox/rows.js";
import { AccountLayout, type ReadableStore, type Stores, type WritableStore } from "./account-layout.js";
import type { Database } from "./database.js";
import { within } from "./deadline.js";
import { nameOf } from "./faults.js";
import { NOTHING, OutboxLayout, type OutboxReading } from "./outbox-layout.js";
import type { Mark } from "./second-copy.js";
import type { Change, Decision, Planned, Row, TakeRows } from "./storage.js";
import { storedOf } from "./stored-row.js";

/** For a whole transaction. */
const TRANSACTION_MS = 10_000;
/** What a transaction that cannot be aborted any more gets on top, before nobody waits for it. */
const COMMIT_MS = 1_000;

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

  constructor(account: string) {
    this.#layout = new AccountLayout(account);
    this.#outbox = new OutboxLayout(account);
  }

  /** Gives the rows as they stood together to `take`. */
  read(database: Database, take: TakeRows): Promise<Seen> {
    const transaction = database.transaction(["rows", "meta"]);
    const stores = storesOf<ReadableStore>(transaction);
    const marking = this.#layout.mark(stores.meta);
    const all = Promise.all([this.#layout.stamp(stores, marking), marking, this.#layout.read(stores, take), transaction.done]);
    return within(TRANSACTION_MS, all.then(([revision, mark]) => ({ revision, mark })), tooLate);
  }

  revision(database: Database): Promise<string> {
    const stores = storesOf<ReadableStore>(database.transaction(["rows", "meta"]));
    return within(TRANSACTION_MS, this.#layout.stamp(stores, this.#layout.mark(stores.meta)), tooLate);
  }

  mark(database: Database): Promise<Mark> {
    const meta = database.transaction("meta").objectStore("meta") as unknown as ReadableStore;
    return within(TRANSACTION_MS, this.#layout.mark(meta), tooLate);
  }

  /** All that waits for a server. */
  async outbox(database: Database): Promise<OutboxRows> {
    const store = database.transaction("outbox").objectStore("outbox") as unknown as ReadableStore;
    return (await within(TRANSACTION_MS, this.#outbox.all(store), tooLate)).rows;
  }

  /**
   * One strict transaction: decides on what stands there, then writes all of it or nothing, and resolves on `complete`.
   * `seen` is the state that was seen last; `tried` is what an earlier try, which may have been written, decided. Where
   * nobody else is busy, `eager` writes before it is known whether anything has changed, and otherwise takes it back.
   */
  async commit<T>(database: Database, decision: Decision<T>, { seen, eager, tried }: Circumstances<T>): Promise<Outcome<T>> {
    try {
      return await this.#commit(database, decision, { seen: tried === undefined ? seen : undefined, eager, tried });
    } catch (thrown) {
      if (!(thrown instanceof Overtaken)) throw thrown;
      return this.#commit(database, decision, { eager: false });
    }
  }

  async #commit<T>(database: Database, decision: Decision<T>, { seen, eager, tried }: Circumstances<T>): Promise<Outcome<T>> {
    const { pipeline } = decision;
    const waits = pipeline !== undefined;
    return strictly(database, waits ? ["rows", "meta", "outbox"] : ["rows", "meta"], async ({ objectStore, answerTo, written, watch }) => {
      const [stores, layout] = [{ rows: objectStore("rows"), meta: objectStore("meta") }, this.#layout];
      const find = ({ changes }: Planned<T>): Promise<(Row | undefined)[]> => Promise.all(changes.map(({ id }) => layout.one(stores, id)));
      const outbox = waits ? await answerTo(this.#outbox.one(objectStore("outbox"), pipeline)) : NOTHING;
      if (tried !== undefined && isWritten(tried, await answerTo(find(tried)), outbox)) return { planned: tried, outbox: outbox.rows };
      // All in one task: a transaction left alone for a moment commits what it has.
      const write = (planned: Planned<T>, mark: Mark): Writing<T> => {
        const reached = layout.write(stores, { changes: planned.changes, mark }, watch);
        if (waits) this.#outbox.write(objectStore("outbox"), planned.outbox ?? [], outbox, watch);
        const stamping = layout.stamp(stores, reached);
        watch(stamping);
        return { planned, mark: reached, stamping };
      };
      const end = async ({ planned, mark, stamping }: Writing<T>, rows?: Row[]): Promise<Outcome<T>> => {
        await written();
        return { planned, rows, outbox: outbox.rows, seen: { mark, revision: await stamping } };
      };
      // Asked all at once, and decided on what is known meanwhile: each answer takes longer than the decision.
      const marking = layout.mark(stores.meta);
      const stamping = layout.stamp(stores, marking);
      const known = seen === undefined ? {} : outcomeOf(() => decision.onKnown(outbox.rows));
      const finding = known.planned === undefined ? [] : find(known.planned);
      // The answers of these reads come before those of these writes, early enough to abort.
      const early = eager && seen && known.planned && writes(known.planned) ? write(known.planned, seen.mark) : undefined;
      const [mark, revision, found] = await answerTo(Promise.all([marking, stamping, finding]));
      // Other code than this may have written, too.
      const isOther = ({ expected }: Change, index: number): boolean => (found[index] ?? NO_ROW).version !== expected;
      const isAsSeen = revision === seen?.revision && known.planned?.changes.some(isOther) !== true;
      if (early !== undefined && !isAsSeen) throw new Overtaken();
      if (early !== undefined) return end(early);
      if (isAsSeen && "thrown" in known) throw known.thrown;
      let rows: Row[] | undefined;
      let { planned } = known;
      if (planned === undefined || !isAsSeen) {
        rows = await answerTo(layout.all(stores));
        planned = decision.on(rows, outbox.rows);
      }
      if (!writes(planned)) return { planned, rows, outbox: outbox.rows, seen: { mark, revision } };
      return end(write(planned, mark), rows);
    });
  }

  /** The same for what waits alone. */
  async commitOutbox<T>(database: Database, decide: (outbox: OutboxRows) => Omit<Planned<T>, "changes">): Promise<Outcome<T>> {
    return strictly(database, ["outbox"], async ({ objectStore, answerTo, written, watch }) => {
      const store = objectStore("outbox");
      const outbox = await answerTo(this.#outbox.all(store));
      const planned = { ...decide(outbox.rows), changes: [] };
      this.#outbox.write(store, planned.outbox ?? [], outbox, watch);
      if (planned.outbox?.length) await written();
      return { planned, outbox: outbox.rows };
    });
  }

  /** Deletes all of the account, unless something waits that is not to be discarded. Resolves to how much waits. */
  async clear(database: Database, discardUnsent: boolean): Promise<number> {
    return strictly(database, ["rows", "meta", "outbox"], async ({ objectStore, answerTo, written, watch }) => {
      const store = objectStore("outbox");
      const { operations } = (await answerTo(this.#outbox.all(store))).rows;
      if (operations.length > 0 && !discardUnsent) return operations.length;
      this.#layout.clear({ rows: objectStore("rows"), meta: objectStore("meta") }, watch);
      this.#outbox.clear(store, watch);
      await written();
      return 0;
    });
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

/** What happens within a transaction. */
interface Strict {
  objectStore: (name: string) => WritableStore;
  /** Waits for requests as long as the transaction lives. */
  answerTo: <R>(request: Promise<R>) => Promise<R>;
  /** Takes a request whose failure ends the transaction. */
  watch: (request: Promise<unknown>) => void;
  /** Waits for `complete`. */
  written: () => Promise<void>;
}

/** Runs `work` in one strict transaction, which keeps nothing where it throws or comes too late. */
async function strictly<T>(database: Database, stores: string[], work: (strict: Strict) => Promise<T>): Promise<T> {
  const transaction = database.transaction(stores, "readwrite", { durability: "strict" });
  const deadline = { passed: false };
  const timer = setTimeout(() => {
    deadline.passed = true;
    abort(transaction);
  }, TRANSACTION_MS);
  const done = within(TRANSACTION_MS + COMMIT_MS, transaction.done, tooLate);
  done.catch(() => undefined); // awaited below, unless something fails before
  const faults: unknown[] = [];
  try {
    return await work({
      objectStore: (name) => transaction.objectStore(name),
      answerTo: (request) => Promise.race([request, failureOf(done)]),
      watch: (request) => {
        request.catch((fault: unknown) => faults.push(fault));
      },
      written: () => done,
    });
  } catch (thrown) {
    abort(transaction);
    // One request knows what went wrong; the others and the transaction may only say that they were aborted.
    const cause = faults.find((fault) => nameOf(fault) !== "AbortError") ?? thrown;
    throw deadline.passed ? tooLate() : cause;
  } finally {
    clearTimeout(timer);
  }
}

function storesOf<S>(transaction: { objectStore(name: string): S }): Stores<S> {
  return { rows: transaction.objectStore("rows"), meta: transaction.objectStore("meta") };
}

/** Rejects as `promise` does, and never resolves. */
function failureOf(promise: Promise<unknown>): Promise<never> {
  return promise.then(() => new Promise<never>(() => undefined));
}

function tooLate(): DOMException {
  return new DOMException("the browser did not answer in time", "TimeoutError");
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // It is already over, one way or the other.
  }
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
