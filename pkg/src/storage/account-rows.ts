// The rows of one account in an open database: one transaction each, and what came of it.
import { AccountLayout, type Found, type ReadableStore, type Stores, type WritableStore } from "./account-layout.js";
import type { Database } from "./database.js";
import { within } from "./deadline.js";
import { nameOf } from "./faults.js";
import type { Change, Decision, Planned, Row } from "./storage.js";

/** For a whole transaction. */
const TRANSACTION_MS = 10_000;
/** What a transaction that cannot be aborted any more gets on top, before nobody waits for it. */
const COMMIT_MS = 1_000;

/** The rows as they stood together, and what tells that state from others. */
export interface Reading {
  rows: Row[];
  revision: string;
}

/** The revision of nothing that was ever read. */
export const UNSEEN = "";

const NO_ROW = { version: 0 } as const;

/** What a transaction has come to. */
export interface Outcome<T> {
  planned: Planned<T>;
  /** All rows as they stood before, where they had to be read. */
  rows?: Row[] | undefined;
  revision: string;
}

export class AccountRows {
  readonly #layout: AccountLayout;

  constructor(account: string) {
    this.#layout = new AccountLayout(account);
  }

  read(database: Database): Promise<Reading> {
    const transaction = database.transaction(["rows", "meta"]);
    const stores = storesOf<ReadableStore>(transaction);
    const both = Promise.all([this.#layout.all(stores), this.#layout.stamp(stores), transaction.done]);
    return within(TRANSACTION_MS, both.then(([rows, revision]) => ({ rows, revision })), tooLate);
  }

  revision(database: Database): Promise<string> {
    return within(TRANSACTION_MS, this.#layout.stamp(storesOf<ReadableStore>(database.transaction(["rows", "meta"]))), tooLate);
  }

  /**
   * One strict transaction: decides on what stands there, then writes all of it or nothing, and resolves on `complete`.
   * `seen` is the revision that was seen last; `tried` is what an earlier try, which may have been written, decided.
   */
  async commit<T>(database: Database, decision: Decision<T>, seen: string, tried?: Planned<T>): Promise<Outcome<T>> {
    const transaction = database.transaction(["rows", "meta"], "readwrite", { durability: "strict" });
    const deadline = { passed: false };
    const timer = setTimeout(() => {
      deadline.passed = true;
      abort(transaction);
    }, TRANSACTION_MS);
    const done = within(TRANSACTION_MS + COMMIT_MS, transaction.done, tooLate);
    done.catch(() => undefined); // awaited below, unless something fails before
    const faults: unknown[] = [];
    const watch = (request: Promise<unknown>): void => {
      request.catch((fault: unknown) => faults.push(fault));
    };
    const answerTo = <R>(request: Promise<R>): Promise<R> => Promise.race([request, failureOf(done)]);
    try {
      const [stores, layout] = [storesOf<WritableStore>(transaction), this.#layout];
      const find = ({ changes }: Planned<T>): Promise<Found[]> =>
        answerTo(Promise.all(changes.map(({ id }) => layout.one(stores, id))));
      if (tried !== undefined) {
        const found = await find(tried);
        if (tried.changes.every(({ row }, index) => isSame(row, found[index]?.row))) return { planned: tried, revision: UNSEEN };
      }
      const [count, revision] = await answerTo(Promise.all([layout.count(stores.meta), layout.stamp(stores)]));
      let rows: Row[] | undefined;
      let planned = tried === undefined && revision === seen ? decision.onKnown() : undefined;
      let found = planned === undefined ? [] : await find(planned);
      // Other code than this may have written, too.
      const isOther = ({ expected }: Change, index: number): boolean => (found[index]?.row ?? NO_ROW).version !== expected;
      if (planned === undefined || planned.changes.some(isOther)) {
        rows = await answerTo(layout.all(stores));
        planned = decision.on(rows);
        found = await find(planned);
      }
      if (planned.changes.length === 0) return { planned, rows, revision };
      // All in this one task: a transaction left alone for a moment commits what it has.
      layout.write(stores, { changes: planned.changes, found, count }, watch);
      const after = layout.stamp(stores);
      watch(after);
      await done;
      return { planned, rows, revision: await after };
    } catch (thrown) {
      abort(transaction);
      // One request knows what went wrong; the others and the transaction may only say that they were aborted.
      const cause = faults.find((fault) => nameOf(fault) !== "AbortError") ?? thrown;
      throw deadline.passed ? tooLate() : cause;
    } finally {
      clearTimeout(timer);
    }
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

function isSame(wanted: Row | null, found: Row | undefined): boolean {
  return wanted === null ? found === undefined : JSON.stringify(wanted) === JSON.stringify(found);
}
