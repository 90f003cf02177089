// What a fallback knows beside its two repositories: where writes went, what is unsent, and whose turn it is.
import { foldId } from "../ident.js";
import { config } from "../options.js";
import type { JournaledRepository } from "./journal.js";

/** Where writes went, as data that a page can show. */
export interface FallbackStatus {
  /** Ids of pipelines with changes that only this device has, in order. */
  readonly unsent: readonly string[];
  /** How the last call found the remote. */
  readonly remote: "unknown" | "reached" | "away";
  /** The last write that was acknowledged, and by whom. */
  readonly lastWrite?: { readonly id: string; readonly where: "remote" | "local" };
}

export class FallbackState {
  readonly #local: JournaledRepository;
  readonly #listeners = new Set<() => void>();
  readonly #turns = new Map<string, Promise<unknown>>();
  #unsubscribe: (() => void) | undefined;
  #status: FallbackStatus = { unsent: [], remote: "unknown" };
  #writes = 0;

  constructor(local: JournaledRepository) {
    this.#local = local;
    this.#look();
  }

  get status(): FallbackStatus {
    return this.#status;
  }

  /** Counts what was written or dropped: an answer that was asked for before that is older than what it left. */
  get writes(): number {
    return this.#writes;
  }

  /** Copies went: an answer that was asked for before may still have them. */
  dropped(): void {
    this.#writes += 1;
  }

  subscribe(listener: () => void): () => void {
    if (typeof listener !== "function") throw config("listener", "must be a function");
    this.#listeners.add(listener);
    // Other tabs write too; nobody needs to know while nobody listens.
    this.#unsubscribe ??= this.#local.subscribe(() => {
      this.#look();
    });
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#unsubscribe?.();
      this.#unsubscribe = undefined;
    };
  }

  async isUnsent(id: string): Promise<boolean> {
    return (await this.unsent()).has(foldId(id));
  }

  /** By {@link foldId}. */
  async unsent(): Promise<ReadonlySet<string>> {
    const ids = (await this.#local.journal.unsent()).map((row) => row.id);
    this.#say({ unsent: ids });
    return new Set(ids.map(foldId));
  }

  /** A remote that refuses has been reached. */
  found(remote: "reached" | "away"): void {
    this.#say({ remote });
  }

  async wrote(id: string, where: "remote" | "local"): Promise<void> {
    this.#writes += 1;
    if (where === "local") await this.unsent();
    this.#say({ lastWrite: { id: foldId(id), where } });
  }

  /** Writes of one pipeline follow each other: a late failure must not be written here after what came later. */
  async inOrder<T>(id: string, task: () => Promise<T>): Promise<T> {
    const key = foldId(id);
    const turn = (this.#turns.get(key) ?? Promise.resolve()).then(task);
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#turns.set(key, settled);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(key) === settled) this.#turns.delete(key);
    }
  }

  #look(): void {
    this.unsent().catch(() => undefined); // whoever needs to know asks again, and gets the error
  }

  #say(change: Partial<FallbackStatus>): void {
    const next = { ...this.#status, ...change };
    if (JSON.stringify(next) === JSON.stringify(this.#status)) return;
    this.#status = next;
    for (const listener of [...this.#listeners]) listener();
  }
}
