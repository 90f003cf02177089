// Rows in IndexedDB. A change is acknowledged on `complete` of one strict transaction and at no earlier moment: `success`
// of a request comes before the transaction's fate, and without `strict` a power cut takes what was acknowledged.
import { isPipelineError } from "../error.js";
import { AccountRows, UNSEEN, type Outcome } from "./account-rows.js";
import { connect, disconnect, type Database } from "./database.js";
import { pause } from "./deadline.js";
import { NoDatabase, isLostConnection, messageOf, storageError } from "./faults.js";
import { MemoryStorage, OutboxMemory } from "./memory.js";
import type { OutboxRows } from "../outbox/rows.js";
import type { DamagedRow, Decision, OutboxStorage, Planned, Row } from "./storage.js";

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
  /** Whether rows were written, and not the outbox alone. */
  rows: boolean;
}

export class IndexedDbStorage implements OutboxStorage {
  readonly #name: string;
  readonly #account: string;
  readonly #rows: AccountRows;
  readonly #listeners = new Set<() => void>();
  readonly #outboxListeners = new Set<(isOther: boolean) => void>();
  readonly #statusListeners = new Set<() => void>();
  #channel: BroadcastChannel | undefined;
  /** What this page knows to be stored: all that is left when the database goes away for good. */
  readonly #known = new Map<string, Row>();
  readonly #knownOutbox = new OutboxMemory();
  #last: Promise<unknown> = Promise.resolve();
  /** As of the last `load` or decision. */
  #revision = UNSEEN;
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

  get durable(): boolean {
    return this.#status.durable;
  }

  get place(): string | undefined {
    return this.durable ? `${this.#name} ${this.#account}` : undefined;
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
      this.#remember(rows);
      this.#say({ persisted: await isPersisted() });
      return rows;
    } catch (thrown) {
      return this.#withoutDatabase(thrown).load();
    }
  }

  /** One after the other, so that a decision never stands on another one whose transaction is tried again. */
  commit<T>(decision: Decision<T>): Promise<T> {
    return this.#inTurn(() => this.#commit(decision));
  }

  async loadOutbox(): Promise<OutboxRows> {
    if (this.#memory !== undefined) return this.#memory.loadOutbox();
    try {
      const rows = await this.#trying((database) => this.#rows.outbox(database));
      this.#knownOutbox.take(rows);
      return rows;
    } catch (thrown) {
      return this.#withoutDatabase(thrown).loadOutbox();
    }
  }

  commitOutbox<T>(decide: (outbox: OutboxRows) => Omit<Planned<T>, "changes">): Promise<T> {
    return this.#inTurn(async () => {
      if (this.#memory !== undefined) return this.#memory.commitOutbox(decide);
      try {
        const outcome = await this.#trying((database) => this.#rows.commitOutbox(database, decide));
        return this.#note({ ...outcome, revision: this.#revision });
      } catch (thrown) {
        return this.#memoryAfter(thrown).commitOutbox(decide);
      }
    });
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

  subscribeOutbox(listener: (isOther: boolean) => void): () => void {
    this.#channel ??= this.#openChannel();
    this.#outboxListeners.add(listener);
    return () => this.#outboxListeners.delete(listener);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #commit<T>(decision: Decision<T>): Promise<T> {
    if (this.#memory !== undefined) return this.#memory.commit(decision);
    let tried: Planned<T> | undefined;
    const remembering: Decision<T> = {
      pipeline: decision.pipeline,
      onKnown: (outbox) => (tried = decision.onKnown(outbox)),
      on: (rows, outbox) => (tried = decision.on(rows, outbox)),
    };
    try {
      const work = (database: Database): Promise<Outcome<T>> => this.#rows.commit(database, remembering, this.#revision, tried);
      return this.#note(await this.#trying(work), decision.pipeline ?? "");
    } catch (thrown) {
      // What was decided for the database was not kept there.
      return this.#memoryAfter(thrown).commit({ ...remembering, onKnown: () => undefined });
    }
  }

  #note<T>({ planned, rows, outbox, revision }: Outcome<T>, pipeline?: string): T {
    this.#revision = revision;
    if (rows !== undefined) this.#remember(rows);
    for (const { id, row } of planned.changes) {
      if (row === null) this.#known.delete(id);
      else this.#known.set(id, row);
    }
    this.#knownOutbox.take(outbox, pipeline);
    this.#knownOutbox.write(planned.outbox);
    const isRows = planned.changes.length > 0;
    if (isRows || planned.outbox?.length) {
      this.#channel?.postMessage({ account: this.#account, rows: isRows } satisfies Nudge);
      this.#announceOutbox(false);
    }
    return planned.reply;
  }

  /** Where the call itself failed, its error is thrown. */
  #memoryAfter(thrown: unknown): MemoryStorage {
    if (isPipelineError(thrown)) throw thrown;
    if (!(thrown instanceof NoDatabase)) throw storageError(thrown);
    return this.#withoutDatabase(thrown);
  }

  #remember(rows: readonly Row[]): void {
    this.#known.clear();
    for (const row of rows) this.#known.set(row.id, row);
  }

  close(): Promise<void> {
    this.#channel?.close();
    disconnect(this.#name);
    return Promise.resolve();
  }

  /** Runs a whole transaction, and runs it again on a new connection where the old one turns out to be lost. */
  async #trying<T>(work: (database: Database) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      let database: Database | undefined;
      try {
        database = await connect(this.#name);
        return await work(database);
      } catch (thrown) {
        if (isPipelineError(thrown)) throw thrown; // the call was refused, and the connection is as good as before
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
    this.#memory = new MemoryStorage(this.#known.values(), this.#knownOutbox);
    this.#memory.subscribeOutbox((isOther) => {
      this.#announceOutbox(isOther);
    });
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
      if (data.account !== this.#account) return;
      if (data.rows) this.#announce();
      this.#announceOutbox(true);
    });
    return channel;
  }

  #announce(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  #announceOutbox(isOther: boolean): void {
    for (const listener of [...this.#outboxListeners]) listener(isOther);
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
