// Rows in IndexedDB. A change is acknowledged on `complete` of one strict transaction and at no earlier moment: `success`
// of a request comes before the transaction's fate, and without `strict` a power cut takes what was acknowledged.
import { isPipelineError } from "../error.js";
import { AccountRows, type Outcome, type Seen } from "./account-rows.js";
import { Announcements } from "./announcements.js";
import { connect, disconnect, onDisconnect } from "./database.js";
import { pause, within } from "./deadline.js";
import { DecisionQueue } from "./decision-queue.js";
import { NoDatabase, isLostConnection, messageOf, nameOf, storageError } from "./faults.js";
import { StatusBoard, type LocalStatus } from "./local-status.js";
import { MemoryStorage, OutboxMemory } from "./memory.js";
import { Reached } from "./reached.js";
import { anew } from "./together.js";
import type { OutboxRows } from "../outbox/rows.js";
import type { DamagedRow, Decision, OutboxStorage, Planned, Row, TakeRows } from "./storage.js";

/** Before each further try of a transaction whose connection was lost. */
const PAUSES_MS: readonly number[] = [50, 200, 800];
const PERSISTED_MS = 300;

export class IndexedDbStorage implements OutboxStorage {
  readonly #name: string;
  readonly #account: string;
  readonly #rows: AccountRows;
  readonly #board = new StatusBoard();
  readonly #queue = new DecisionQueue((decision) => this.#commit(decision));
  readonly #announcements: Announcements;
  /** What this page knows to be stored: all that is left when the database goes away for good. */
  readonly #known = new Map<string, Row>();
  readonly #knownOutbox = new OutboxMemory();
  readonly #reached: Reached;
  readonly #stopWatching: () => void;
  /** The connection whose database was compared with what is known of it. */
  #checked: IDBDatabase | undefined;
  /** As of the last `load` or decision. */
  #seen: Seen | undefined;
  /** Whether nobody else had written when this page last did. */
  #isAlone = true;
  #memory: MemoryStorage | undefined;

  constructor(name: string, account: string) {
    this.#name = name;
    this.#account = account;
    this.#announcements = new Announcements(name, account, () => {
      this.#forget();
    });
    this.#rows = new AccountRows(account, this.#announcements);
    this.#reached = new Reached(name, account);
    // Whoever listens looks again, and so finds out what has become of the database.
    this.#stopWatching = onDisconnect(name, () => {
      this.#announcements.uncertain();
    });
  }

  get announces(): boolean {
    return this.#memory !== undefined || typeof BroadcastChannel !== "undefined";
  }

  get durable(): boolean {
    return this.status.durable;
  }

  get place(): string | undefined {
    return this.durable ? `${this.#name} ${this.#account}` : undefined;
  }

  get status(): LocalStatus {
    return this.#board.status;
  }

  subscribeStatus(listener: () => void): () => void {
    return this.#board.subscribe(listener);
  }

  /** Never rejects: without a database the rows live in memory, and `status` says so. */
  async load(begin: () => TakeRows): Promise<void> {
    if (this.#memory !== undefined) return this.#memory.load(begin);
    const persisted = isPersisted();
    try {
      const { all, seen } = await this.#trying(async (database) => {
        const take = begin();
        const all: Row[] = [];
        const seen = await this.#rows.read(database, (rows, partsToCome) => {
          for (const row of rows) all.push(row);
          take(rows, partsToCome);
        });
        return { all, seen };
      });
      this.#seen = seen;
      this.#remember(all);
      this.#reached.copy();
      this.#board.say({ persisted: await persisted });
    } catch (thrown) {
      if (isPipelineError(thrown)) throw thrown; // of whoever took the rows
      return this.#withoutDatabase(thrown).load(begin);
    }
  }

  commit<T>(decision: Decision<T>): Promise<T> {
    return this.#queue.commit(decision);
  }

  async loadOutbox(): Promise<OutboxRows> {
    if (this.#memory !== undefined) return this.#memory.loadOutbox();
    try {
      const rows = await this.#trying((database) => this.#rows.outbox(database));
      this.#knownOutbox.take(rows);
      this.#reached.copy(rows);
      return rows;
    } catch (thrown) {
      return this.#withoutDatabase(thrown).loadOutbox();
    }
  }

  commitOutbox<T>(decide: (outbox: OutboxRows) => Omit<Planned<T>, "changes">): Promise<T> {
    return this.#queue.inTurn(async () => {
      if (this.#memory !== undefined) return this.#memory.commitOutbox(decide);
      const tried: { planned?: ReturnType<typeof decide> } = {};
      const deciding = (rows: OutboxRows): ReturnType<typeof decide> => (tried.planned = decide(rows));
      const work = async (deciding: typeof decide): Promise<T> => {
        const outcome = await this.#writing((database) => this.#rows.commitOutbox(database, deciding));
        return this.#note(outcome);
      };
      try {
        return await work(deciding);
      } catch (thrown) {
        if (nameOf(thrown) === "QuotaExceededError" && tried.planned?.lessWillDo === true) return work((rows) => deletionsOf({ ...decide(rows), changes: [] }));
        return this.#memoryAfter(thrown).commitOutbox(decide);
      }
    });
  }

  takeLost(): OutboxRows | undefined {
    return this.#reached.takeLost();
  }

  /** What is known to wait, also where the database cannot be opened. */
  async unsent(): Promise<OutboxRows> {
    const rows = await this.loadOutbox();
    return rows.operations.length > 0 || this.#memory === undefined ? rows : (this.#reached.copied() ?? rows);
  }

  /** Deletes all of the account; resolves to how many changes wait where some do and are not to be discarded. */
  clear(discardUnsent: boolean): Promise<number> {
    return this.#queue.inTurn(async () => {
      if (this.#memory !== undefined) return this.#memory.clear(discardUnsent);
      const waiting = await this.#writing((database) => this.#rows.clear(database, discardUnsent)).catch((thrown: unknown) => {
        throw storageError(thrown);
      });
      if (waiting > 0) return waiting;
      this.#forget();
      this.#announcements.cleared();
      return 0;
    });
  }

  async changed(): Promise<boolean> {
    if (this.#memory !== undefined) return false;
    try {
      return (await this.#trying((database) => this.#rows.revision(database))) !== this.#seen?.revision;
    } catch {
      return false; // the next change finds out what is the matter
    }
  }

  refuse(rows: readonly DamagedRow[]): void {
    this.#board.say({ damaged: rows.map(({ row }) => row.id) });
  }

  subscribe(listener: () => void): () => void {
    return this.#announcements.subscribe(listener);
  }

  subscribeOutbox(listener: (isOther: boolean) => void): () => void {
    return this.#announcements.subscribeOutbox(listener);
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
      const work = (database: IDBDatabase): Promise<Outcome<T>> =>
        this.#rows.commit(database, remembering, { seen: this.#seen, eager: this.#isAlone, tried });
      const outcome = await this.#writing(work);
      this.#seen = outcome.seen;
      this.#isAlone = outcome.rows === undefined;
      return this.#note(outcome, decision.pipeline ?? "");
    } catch (thrown) {
      if (nameOf(thrown) === "QuotaExceededError" && tried?.lessWillDo === true) return this.#commit(withDeletionsAlone(decision));
      // What was decided for the database was not kept there.
      return this.#memoryAfter(thrown).commit(anew(remembering));
    }
  }

  #note<T>({ planned, rows, outbox, seen }: Outcome<T>, pipeline?: string): T {
    if (seen !== undefined) this.#reached.note(seen.mark);
    if (rows !== undefined) this.#remember(rows);
    for (const { id, row } of planned.changes) {
      if (row === null) this.#known.delete(id);
      else this.#known.set(id, row);
    }
    this.#knownOutbox.take(outbox, pipeline);
    this.#knownOutbox.write(planned.outbox);
    if (planned.changes.length > 0 || planned.outbox?.length) this.#announcements.tellOutbox(false);
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
    this.#stopWatching();
    this.#reached.close();
    this.#announcements.close();
    disconnect(this.#name);
    return Promise.resolve();
  }

  #writing<T>(work: (database: IDBDatabase) => Promise<T>): Promise<T> {
    return this.#trying(async (database) => {
      await this.#reached.renewal;
      return work(database);
    });
  }

  /** Runs a whole transaction, and runs it again on a new connection where the old one turns out to be lost. */
  async #trying<T>(work: (database: IDBDatabase) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      let database: IDBDatabase | undefined;
      try {
        database = await connect(this.#name);
        if (database !== this.#checked) await this.#check(database);
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

  async #check(database: IDBDatabase): Promise<void> {
    const lost = this.#reached.check(database, await this.#rows.mark(database), this.#knownOutbox.all);
    if (lost !== undefined) this.#board.say({ lost });
    this.#checked = database;
    this.#seen = undefined;
  }

  #forget(): void {
    this.#reached.forget();
    this.#seen = undefined;
    this.#known.clear();
    this.#knownOutbox.clear();
  }

  #withoutDatabase(thrown: unknown): MemoryStorage {
    this.#memory = new MemoryStorage(this.#known.values(), this.#knownOutbox);
    this.#memory.subscribeOutbox((isOther) => {
      this.#announcements.tellOutbox(isOther);
    });
    this.#board.say({ durable: false, persisted: false, mode: "memory", reason: messageOf(thrown) });
    return this.#memory;
  }
}

function withDeletionsAlone<T>(decision: Decision<T>): Decision<T> {
  return { ...anew(decision), on: (rows, outbox) => deletionsOf(decision.on(rows, outbox)) };
}

function deletionsOf<T>({ reply, changes, outbox }: Planned<T>): Planned<T> {
  const isDeletion = ({ row }: { row: object | null }): boolean => row === null;
  return { reply, changes: changes.filter(isDeletion), outbox: outbox?.filter(isDeletion) };
}

/**
 * Whether the browser has promised not to evict this origin's data. Asking costs nothing; asking *for* it may prompt. Where
 * the browser does not say, nobody waits for it.
 */
async function isPersisted(): Promise<boolean> {
  try {
    return await within(PERSISTED_MS, navigator.storage.persisted(), () => new Error());
  } catch {
    return false;
  }
}
