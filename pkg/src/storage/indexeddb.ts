// Rows in IndexedDB. A change is acknowledged on `complete` of one strict transaction and at no earlier moment: `success`
// of a request comes before the transaction's fate, and without `strict` a power cut takes what was acknowledged.
import { PipelineError } from "../error.js";
import { connect, disconnect, type Database } from "./database.js";
import { pause, within } from "./deadline.js";
import { MemoryStorage } from "./memory.js";
import type { Change, Durability, Row, Storage } from "./storage.js";

/** How what is saved on this device is kept. */
export interface LocalStatus {
  /** Whether it survives the end of the page and a power cut. */
  readonly durable: boolean;
  /** Whether the browser has promised not to evict it when space runs out. */
  readonly persisted: boolean;
  /** `memory` where there is no usable IndexedDB: it lasts as long as the page. */
  readonly mode: "indexeddb" | "memory";
  /** Why it is `memory`, for people. */
  readonly reason?: string;
  /** Ids of rows that could not be read. They stay where they are. */
  readonly damaged: readonly string[];
}

const TRANSACTION_MS = 10_000;
/** What a transaction that cannot be aborted any more gets on top, before nobody waits for it. */
const COMMIT_MS = 1_000;
/** Before each further try of a transaction whose connection was lost. */
const PAUSES_MS: readonly number[] = [50, 200, 800];
/** The connection was at fault, not the change: a new one may do. */
const LOST_CONNECTION: ReadonlySet<string> = new Set(["InvalidStateError", "UnknownError", "AbortError"]);

/** There is no database to be had, or none that stays. */
class NoDatabase extends Error {}

/** Says only "look again": what other tabs believe is decided by rows alone. */
interface Nudge {
  account: string;
}

export class IndexedDbStorage implements Storage {
  readonly #name: string;
  readonly #account: string;
  readonly #listeners = new Set<() => void>();
  readonly #statusListeners = new Set<() => void>();
  #channel: BroadcastChannel | undefined;
  /** What this page knows to be stored: all that is left when the database goes away for good. */
  readonly #known = new Map<string, Row>();
  /** As of the last `load`, and of what was written here on top of that. */
  #revision = 0;
  #memory: MemoryStorage | undefined;
  #status: LocalStatus = { durable: true, persisted: false, mode: "indexeddb", damaged: [] };

  constructor(name: string, account: string) {
    this.#name = name;
    this.#account = account;
  }

  get announces(): boolean {
    return this.#memory !== undefined || typeof BroadcastChannel !== "undefined";
  }

  get status(): LocalStatus {
    return this.#status;
  }

  subscribeStatus(listener: () => void): () => void {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
  }

  /** Never rejects: without a database the rows live in memory, and `status` says so. */
  async load(): Promise<readonly Row[]> {
    if (this.#memory !== undefined) return this.#memory.load();
    try {
      const [rows, revision] = await this.#trying((database) => this.#read(database));
      this.#revision = revision;
      this.#known.clear();
      for (const row of rows) this.#known.set(row.id, row);
      this.#say({ persisted: await isPersisted() });
      return rows;
    } catch (thrown) {
      return this.#withoutDatabase(thrown).load();
    }
  }

  async commit(changes: readonly Change[]): Promise<Durability | "stale"> {
    if (this.#memory !== undefined) return this.#memory.commit(changes);
    let outcome: "kept" | "stale";
    try {
      outcome = await this.#trying((database, again) => this.#write(database, changes, again));
    } catch (thrown) {
      if (!(thrown instanceof NoDatabase)) throw storageError(thrown);
      return this.#withoutDatabase(thrown).commit(changes);
    }
    if (outcome === "stale") return "stale";
    for (const { id, row } of changes) {
      if (row === null) this.#known.delete(id);
      else this.#known.set(id, row);
    }
    this.#channel?.postMessage({ account: this.#account } satisfies Nudge);
    return "durable";
  }

  async changed(): Promise<boolean> {
    if (this.#memory !== undefined) return false;
    try {
      const revision = await this.#trying((database) => database.get("meta", this.#counter()));
      return (revision ?? 0) !== this.#revision;
    } catch {
      return false; // the next change finds out what is the matter
    }
  }

  refuse(rows: readonly Row[]): void {
    this.#say({ damaged: rows.map(({ id }) => id) });
  }

  subscribe(listener: () => void): () => void {
    this.#channel ??= this.#openChannel();
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    this.#channel?.close();
    disconnect(this.#name);
    return Promise.resolve();
  }

  #read(database: Database): Promise<[rows: Row[], revision: number]> {
    const transaction = database.transaction(["rows", "meta"]);
    const rows = transaction.objectStore("rows").getAll(this.#range());
    const revision = transaction.objectStore("meta").get(this.#counter());
    const both = Promise.all([rows, revision.then((count) => count ?? 0), transaction.done]);
    return within(TRANSACTION_MS, both.then(([found, count]) => [found, count]), tooLate);
  }

  /** One strict transaction: look whether what is expected stands there, then write all of it or nothing. */
  async #write(database: Database, changes: readonly Change[], again: boolean): Promise<"kept" | "stale"> {
    const transaction = database.transaction(["rows", "meta"], "readwrite", { durability: "strict" });
    const deadline = { passed: false };
    const timer = setTimeout(() => {
      deadline.passed = true;
      abort(transaction);
    }, TRANSACTION_MS);
    const done = within(TRANSACTION_MS + COMMIT_MS, transaction.done, tooLate);
    done.catch(() => undefined); // awaited below, unless something fails before
    const faults: unknown[] = [];
    try {
      const [store, meta] = [transaction.objectStore("rows"), transaction.objectStore("meta")];
      const reading = Promise.all([meta.get(this.#counter()), ...changes.map(({ id }) => store.get(this.#key(id)))]);
      const [revision = 0, ...found] = await Promise.race([reading, never(done)]);
      // A try whose connection was lost may have been written all the same.
      if (again && changes.every(({ row }, index) => isSame(row, found[index]))) return "kept";
      if (changes.some(({ expected }, index) => (found[index]?.version ?? 0) !== expected)) return "stale";
      // All in this one task: a transaction left alone for a moment commits what it has.
      for (const { id, row } of changes) {
        const request: Promise<unknown> = row === null ? store.delete(this.#key(id)) : store.put(row, this.#key(id));
        request.catch((fault: unknown) => faults.push(fault));
      }
      meta.put(revision + 1, this.#counter()).catch((fault: unknown) => faults.push(fault));
      await done;
      // Where others have written since the last `load`, that has to be read before it counts as known.
      if (revision === this.#revision) this.#revision = revision + 1;
      return "kept";
    } catch (thrown) {
      abort(transaction);
      // One request knows what went wrong; the others and the transaction may only say that they were aborted.
      const cause = faults.find((fault) => nameOf(fault) !== "AbortError") ?? thrown;
      throw deadline.passed ? tooLate() : cause;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Runs a whole transaction, and runs it again on a new connection where the old one turns out to be lost. */
  async #trying<T>(work: (database: Database, again: boolean) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      const wait = PAUSES_MS[attempt];
      const failed = (thrown: unknown, given: boolean): void => {
        const isLost = LOST_CONNECTION.has(nameOf(thrown));
        if (isLost && wait !== undefined) disconnect(this.#name);
        else if (isLost || !given) throw new NoDatabase(messageOf(thrown));
        else throw thrown;
      };
      let database: Database | undefined;
      try {
        database = await connect(this.#name);
        return await work(database, attempt > 0);
      } catch (thrown) {
        failed(thrown, database !== undefined);
      }
      await pause(wait ?? 0);
    }
  }

  #withoutDatabase(thrown: unknown): MemoryStorage {
    this.#memory = new MemoryStorage(this.#known.values());
    this.#say({ durable: false, persisted: false, mode: "memory", reason: messageOf(thrown) });
    return this.#memory;
  }

  #say(change: Partial<LocalStatus>): void {
    const before = JSON.stringify(this.#status);
    const next = { ...this.#status, ...change };
    if (JSON.stringify(next) === before) return;
    this.#status = next;
    for (const listener of [...this.#statusListeners]) listener();
  }

  #openChannel(): BroadcastChannel | undefined {
    if (typeof BroadcastChannel === "undefined") return undefined;
    const channel = new BroadcastChannel(`convex-pipelines ${this.#name}`);
    channel.addEventListener("message", ({ data }: MessageEvent<Nudge>) => {
      if (data.account === this.#account) this.#announce();
    });
    return channel;
  }

  #announce(): void {
    for (const listener of [...this.#listeners]) listener();
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

/** A rejection as soon as `done` rejects, and nothing else. */
function never(done: Promise<unknown>): Promise<never> {
  return done.then(() => new Promise<never>(() => undefined));
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

/** Whether the browser has promised not to evict this origin's data. Asking costs nothing; asking *for* it may prompt. */
async function isPersisted(): Promise<boolean> {
  try {
    return await navigator.storage.persisted();
  } catch {
    return false;
  }
}

function storageError(thrown: unknown): PipelineError {
  if (nameOf(thrown) === "QuotaExceededError") {
    return new PipelineError({ code: "storage", message: "this device has no room left for the change; nothing was saved" });
  }
  const retryable = nameOf(thrown) === "TimeoutError";
  return new PipelineError({ code: "storage", message: `the change could not be saved: ${messageOf(thrown)}`, retryable });
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error || thrown instanceof DOMException ? thrown.name : "";
}

function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error || thrown instanceof DOMException)) return String(thrown);
  return thrown.message === "" ? thrown.name : thrown.message;
}
