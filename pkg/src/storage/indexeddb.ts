// Rows in IndexedDB. A change is acknowledged on `complete` of one strict transaction and at no earlier moment: `success`
// of a request comes before the transaction's fate, and without `strict` a power cut takes what was acknowledged.
import { AccountRows } from "./account-rows.js";
import { connect, disconnect, type Database } from "./database.js";
import { pause } from "./deadline.js";
import { NoDatabase, isLostConnection, messageOf, storageError } from "./faults.js";
import { MemoryStorage } from "./memory.js";
import type { Change, DamagedRow, Durability, Row, Storage } from "./storage.js";

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

/** Before each further try of a transaction whose connection was lost. */
const PAUSES_MS: readonly number[] = [50, 200, 800];
/** Says only "look again": what other tabs believe is decided by rows alone. */
interface Nudge {
  account: string;
}

export class IndexedDbStorage implements Storage {
  readonly #name: string;
  readonly #account: string;
  readonly #rows: AccountRows;
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
    this.#rows = new AccountRows(account);
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
      const { rows, revision } = await this.#trying((database) => this.#rows.read(database));
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
    let outcome: { after: number } | "stale";
    try {
      outcome = await this.#trying((database, again) => this.#rows.write(database, changes, again));
    } catch (thrown) {
      if (!(thrown instanceof NoDatabase)) throw storageError(thrown);
      return this.#withoutDatabase(thrown).commit(changes);
    }
    if (outcome === "stale") return "stale";
    // Where others have written since the last `load`, that has to be read before it counts as known.
    if (outcome.after === this.#revision) this.#revision += 1;
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
      return (await this.#trying((database) => this.#rows.revision(database))) !== this.#revision;
    } catch {
      return false; // the next change finds out what is the matter
    }
  }

  refuse(rows: readonly DamagedRow[]): void {
    this.#say({ damaged: rows.map(({ row }) => row.id) });
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

  /** Runs a whole transaction, and runs it again on a new connection where the old one turns out to be lost. */
  async #trying<T>(work: (database: Database, again: boolean) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      let database: Database | undefined;
      try {
        database = await connect(this.#name);
        return await work(database, attempt > 0);
      } catch (thrown) {
        disconnect(this.#name);
        const wait = PAUSES_MS[attempt];
        const isLost = isLostConnection(thrown);
        if (!isLost && database !== undefined) throw thrown;
        if (!isLost || wait === undefined) throw new NoDatabase(messageOf(thrown));
        await pause(wait);
      }
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

}

/** Whether the browser has promised not to evict this origin's data. Asking costs nothing; asking *for* it may prompt. */
async function isPersisted(): Promise<boolean> {
  try {
    return await navigator.storage.persisted();
  } catch {
    return false;
  }
}
