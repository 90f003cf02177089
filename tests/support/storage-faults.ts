/** What may become of the database under a page, and what the page then gets to know. */
import type { LocalStatus } from "convex-pipelines";
import { abortWrites, clear, elsewhere, freeze, hold, inPage, occupy, refuseTransactions, type Stage } from "./break-storage.js";
import { SANDBOX, fillUp } from "./tabs.js";

export interface StorageFault {
  name: string;
  /** Before the page opens its repository. */
  before?: (stage: Stage) => Promise<unknown>;
  /** The page's path. */
  path?: string;
  /** While the repository is open and has kept a pipeline. */
  open?: (stage: Stage) => Promise<unknown>;
  /** While the call is under way. */
  during?: (stage: Stage) => Promise<unknown>;
  /** What the call gets. */
  code: "done" | "storage";
  /** What else it is told. */
  message?: RegExp;
  /** How long the code waits on purpose, before it settles for less; it has a second beyond. */
  deadlineMs?: number;
  status: Partial<Omit<LocalStatus, "lost" | "reason">>;
  /** Why it is memory. */
  reason?: RegExp;
  /** What is said of a loss. */
  lost?: RegExp;
}

/** Of the database that the package makes. */
const VERSION = 3;

const KEPT: Partial<LocalStatus> = { mode: "indexeddb", durable: true };
const MEMORY: Partial<LocalStatus> = { mode: "memory", durable: false, persisted: false };

const OPENING_MS = 5_000;
const TRANSACTION_MS = 10_000;
/** The pauses before it tries again: 50, 200 and 800. */
const RETRIES_MS = 1_050;

export const STORAGE_FAULTS: readonly StorageFault[] = [
  {
    name: "a browser without IndexedDB",
    before: inPage(() => Object.defineProperty(window, "indexedDB", { value: undefined })),
    code: "done",
    status: MEMORY,
    reason: /./,
  },
  {
    name: "a page of no origin, as in a sandboxed frame",
    path: SANDBOX,
    code: "done",
    status: MEMORY,
    reason: /denied/,
  },
  {
    name: "an `open` that fails, as in some private modes",
    before: inPage(() => {
      IDBFactory.prototype.open = function () {
        const request = new EventTarget() as IDBOpenDBRequest;
        Object.defineProperty(request, "error", { value: new DOMException("not in this mode", "InvalidStateError") });
        Object.setPrototypeOf(request, IDBOpenDBRequest.prototype);
        setTimeout(() => request.dispatchEvent(new Event("error")));
        return request;
      };
    }),
    code: "done",
    deadlineMs: RETRIES_MS,
    status: MEMORY,
    reason: /not in this mode/,
  },
  {
    name: "an `open` that never answers",
    before: inPage(() => {
      IDBFactory.prototype.open = () => Object.setPrototypeOf(new EventTarget(), IDBOpenDBRequest.prototype) as IDBOpenDBRequest;
    }),
    code: "done",
    deadlineMs: OPENING_MS,
    status: MEMORY,
    reason: /did not open/,
  },
  {
    name: "a database of a later version of this package",
    before: hold(99),
    code: "done",
    status: MEMORY,
    reason: /version/,
  },
  {
    name: "an upgrade that another tab blocks",
    before: hold(1),
    code: "done",
    deadlineMs: OPENING_MS,
    status: MEMORY,
    reason: /another tab may hold it/,
  },
  {
    name: "a deletion that another tab blocks",
    before: async (stage) => {
      const other = await hold(VERSION)(stage);
      await other.evaluate(() => void indexedDB.deleteDatabase("convex-pipelines"));
    },
    code: "done",
    deadlineMs: OPENING_MS,
    status: MEMORY,
    reason: /another tab may hold it/,
  },
  {
    name: "somebody else's database under the name",
    before: hold(VERSION),
    code: "done",
    status: MEMORY,
    reason: /object stores/,
  },
  {
    name: "a `persisted()` that never answers",
    before: inPage(() => {
      StorageManager.prototype.persisted = () => new Promise(() => undefined);
    }),
    code: "done",
    status: { ...KEPT, persisted: false },
  },
  {
    name: "a localStorage that is full",
    open: inPage(() => {
      for (let size = 4_000_000; size >= 1; size = Math.floor(size / 2)) {
        try {
          for (let turn = 0; ; turn++) localStorage.setItem(`ballast ${String(size)} ${String(turn)}`, "x".repeat(size));
        } catch {
          // Then less.
        }
      }
    }),
    code: "done",
    status: KEPT,
  },
  {
    name: "a connection that was closed",
    before: inPage(() => {
      const { open } = IDBFactory.prototype;
      IDBFactory.prototype.open = function (...args) {
        const opening = open.apply(this, args);
        opening.addEventListener("success", () => Object.assign(window, { connection: opening.result }));
        return opening;
      };
    }),
    open: inPage(() => {
      (window as unknown as { connection: IDBDatabase }).connection.close();
    }),
    code: "done",
    status: KEPT,
  },
  {
    name: "one transaction that cannot begin, with `UnknownError`",
    open: refuseTransactions("UnknownError"),
    code: "done",
    status: KEPT,
  },
  {
    name: "transactions that can no longer begin",
    open: refuseTransactions("UnknownError", true),
    code: "done",
    deadlineMs: RETRIES_MS,
    status: MEMORY,
    reason: /gone/,
  },
  {
    name: "a database that another tab deletes",
    open: elsewhere(
      () =>
        new Promise((done) => {
          indexedDB.deleteDatabase("convex-pipelines").onsuccess = done;
        }),
    ),
    code: "done",
    status: KEPT,
    lost: /deleted/,
  },
  {
    name: "a database that another tab upgrades",
    open: hold(99),
    code: "done",
    status: MEMORY,
    reason: /version/,
  },
  {
    name: "a database that is cleared by the browser",
    open: clear("indexeddb"),
    code: "done",
    status: KEPT,
    lost: /deleted/,
  },
  {
    name: "all of a site's data, cleared by the browser",
    open: clear("all"),
    code: "done",
    status: KEPT,
    lost: /deleted/,
  },
  {
    name: "a device without room",
    before: ({ tabs, origin }) => tabs.limit(3_000_000, origin),
    open: ({ page }) => fillUp(page),
    code: "storage",
    message: /no room/,
    status: KEPT,
  },
  {
    name: "no room, of which a transaction hears at its end",
    open: abortWrites(false, "QuotaExceededError"),
    code: "storage",
    message: /no room/,
    status: KEPT,
  },
  {
    name: "a transaction that throws between two writes",
    open: inPage(() => {
      let turn = 0;
      for (const name of ["add", "put"] as const) {
        const write = IDBObjectStore.prototype[name];
        IDBObjectStore.prototype[name] = function (...values) {
          if (++turn !== 2) return write.apply(this, values);
          return write.call(this, () => undefined, ...(values.slice(1) as IDBValidKey[])); // a function cannot be cloned
        };
      }
    }),
    code: "storage",
    message: /could not be cloned/,
    status: KEPT,
  },
  {
    name: "a transaction that is aborted after its first write",
    open: abortWrites(false),
    code: "done",
    status: KEPT,
  },
  {
    name: "transactions that are aborted each time",
    open: abortWrites(true),
    code: "done",
    deadlineMs: RETRIES_MS,
    status: MEMORY,
    reason: /Abort/,
  },
  {
    name: "another tab's transaction that never ends",
    open: occupy,
    code: "storage",
    message: /in time/,
    deadlineMs: TRANSACTION_MS,
    status: MEMORY,
    reason: /in time/,
  },
  {
    name: "another tab that is frozen in the middle of a transaction",
    open: async (stage) => {
      const other = await occupy(stage);
      await freeze(await stage.tabs.session(other), "frozen");
    },
    code: "storage",
    message: /in time/,
    deadlineMs: TRANSACTION_MS,
    status: MEMORY,
    reason: /in time/,
  },
  {
    name: "a tab that is frozen while it writes, and thawed",
    during: async ({ tabs, page }) => {
      const session = await tabs.session(page);
      await freeze(session, "frozen");
      await new Promise((done) => setTimeout(done, 1_500));
      await freeze(session, "active");
    },
    code: "done",
    deadlineMs: 1_500,
    status: KEPT,
  },
];
