// The rows of one account in an open database: one transaction each, and what came of it.
import type { Database } from "./database.js";
import { within } from "./deadline.js";
import { nameOf } from "./faults.js";
import type { Decision, Planned, Row } from "./storage.js";

/** For a whole transaction. */
const TRANSACTION_MS = 10_000;
/** What a transaction that cannot be aborted any more gets on top, before nobody waits for it. */
const COMMIT_MS = 1_000;

/** The rows as they stood together, and how many transactions had written them. */
export interface Reading {
  rows: Row[];
  revision: number;
}

/** The revision of nothing that was ever read. */
const UNSEEN = -1;

/** What a transaction has come to. */
export interface Outcome<T> {
  planned: Planned<T>;
  /** All rows as they stood before, where they had to be read. */
  rows?: Row[] | undefined;
  revision: number;
}

export class AccountRows {
  readonly #account: string;

  constructor(account: string) {
    this.#account = account;
  }

  read(database: Database): Promise<Reading> {
    const transaction = database.transaction(["rows", "meta"]);
    const rows = transaction.objectStore("rows").getAll(this.#range());
    const revision = transaction.objectStore("meta").get(this.#counter());
    const both = Promise.all([rows, revision, transaction.done]);
    return within(TRANSACTION_MS, both.then(([found, count]) => ({ rows: found, revision: count ?? 0 })), tooLate);
  }

  async revision(database: Database): Promise<number> {
    return within(TRANSACTION_MS, database.get("meta", this.#counter()).then((count) => count ?? 0), tooLate);
  }

  /**
   * One strict transaction: decides on what stands there, then writes all of it or nothing, and resolves on `complete`.
   * `seen` is the revision that was seen last; `tried` is what an earlier try, which may have been written, decided.
   */
  async commit<T>(database: Database, decision: Decision<T>, seen: number, tried?: Planned<T>): Promise<Outcome<T>> {
    const transaction = database.transaction(["rows", "meta"], "readwrite", { durability: "strict" });
    const deadline = { passed: false };
    const timer = setTimeout(() => {
      deadline.passed = true;
      abort(transaction);
    }, TRANSACTION_MS);
    const done = within(TRANSACTION_MS + COMMIT_MS, transaction.done, tooLate);
    done.catch(() => undefined); // awaited below, unless something fails before
    const faults: unknown[] = [];
    const answerTo = <R>(request: Promise<R>): Promise<R> => Promise.race([request, failureOf(done)]);
    try {
      const [store, meta] = [transaction.objectStore("rows"), transaction.objectStore("meta")];
      const find = ({ changes }: Planned<T>): Promise<(Row | undefined)[]> =>
        answerTo(Promise.all(changes.map(({ id }) => store.get(this.#key(id)))));
      const revision = (await answerTo(meta.get(this.#counter()))) ?? 0;
      if (tried !== undefined) {
        const found = await find(tried);
        if (tried.changes.every(({ row }, index) => isSame(row, found[index]))) return { planned: tried, revision: UNSEEN };
      }
      let rows: Row[] | undefined;
      let planned = tried === undefined && revision === seen ? decision.onKnown() : undefined;
      if (planned !== undefined) {
        const found = await find(planned);
        if (planned.changes.some(({ expected }, index) => (found[index]?.version ?? 0) !== expected)) planned = undefined;
      }
      if (planned === undefined) {
        rows = await answerTo(store.getAll(this.#range()));
        planned = decision.on(rows);
      }
      const { changes } = planned;
      // All in this one task: a transaction left alone for a moment commits what it has.
      for (const { id, row } of changes) {
        const request: Promise<unknown> = row === null ? store.delete(this.#key(id)) : store.put(row, this.#key(id));
        request.catch((fault: unknown) => faults.push(fault));
      }
      if (changes.length > 0) meta.put(revision + 1, this.#counter()).catch((fault: unknown) => faults.push(fault));
      await done;
      return { planned, rows, revision: changes.length > 0 ? revision + 1 : revision };
    } catch (thrown) {
      abort(transaction);
      // One request knows what went wrong; the others and the transaction may only say that they were aborted.
      const cause = faults.find((fault) => nameOf(fault) !== "AbortError") ?? thrown;
      throw deadline.passed ? tooLate() : cause;
    } finally {
      clearTimeout(timer);
    }
  }

  #counter(): [string, "revision"] {
    return [this.#account, "revision"];
  }

  #key(id: string): [string, string] {
    return [this.#account, id];
  }

  /** Every key that begins with this account: an array sorts after every string. */
  #range(): IDBKeyRange {
    return IDBKeyRange.bound([this.#account], [this.#account, []]);
  }
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
