// One transaction of the database: what its requests are answered with, and how long anybody waits for it. By IndexedDB's own
// requests: what a library puts around one took 0.14 ms of a write's 1.5.
import { within } from "./deadline.js";
import { nameOf } from "./faults.js";

/** For a whole transaction. */
const TRANSACTION_MS = 10_000;
/** What one that cannot be aborted any more gets on top, before nobody waits for it. */
const COMMIT_MS = 1_000;

/** What a request is answered with. One that writes need not be asked: where it fails, so does its transaction. */
export function answerOf<R>(request: IDBRequest<R>): Promise<R> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => {
      resolve(request.result);
    });
    request.addEventListener("error", () => {
      reject(request.error ?? aborted());
    });
  });
}

/** What is read in a transaction, where that comes in time. */
export function readInTime<T>(reading: Promise<T>): Promise<T> {
  return within(TRANSACTION_MS, reading, tooLate);
}

/** Runs `work` in one strict transaction, which keeps nothing where it throws or comes too late. `written` waits for `complete`. */
export async function strictly<T>(
  database: IDBDatabase,
  stores: string[],
  work: (transaction: IDBTransaction, written: Promise<void>) => Promise<T>,
): Promise<T> {
  const transaction = database.transaction(stores, "readwrite", { durability: "strict" });
  const written = completionOf(transaction);
  written.catch(() => undefined); // not awaited where something fails before
  const working = work(transaction, written);
  try {
    return await within(TRANSACTION_MS, working, tooLate);
  } catch (thrown) {
    const isOver = !abort(transaction);
    if (isOver && nameOf(thrown) === "TimeoutError") return within(COMMIT_MS, working, tooLate);
    // The transaction knows what went wrong; its requests may only say that they were aborted.
    throw thrown instanceof DOMException ? (transaction.error ?? thrown) : thrown;
  }
}

/** Settles on `complete` or `abort`. */
function completionOf(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener("complete", () => {
      resolve();
    });
    transaction.addEventListener("abort", () => {
      reject(transaction.error ?? aborted());
    });
  });
}

/** Whether that could be done: not where it is over, one way or the other. */
function abort(transaction: IDBTransaction): boolean {
  try {
    transaction.abort();
    return true;
  } catch {
    return false;
  }
}

function aborted(): DOMException {
  return new DOMException(undefined, "AbortError");
}

function tooLate(): DOMException {
  return new DOMException("the browser did not answer in time", "TimeoutError");
}
