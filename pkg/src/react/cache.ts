// What the components of a page show of one repository: each question is asked once, however many show its answer.
import { foldId } from "../ident.js";
import { hasMethods } from "../options.js";
import type { PipelineRepository } from "../repositories/repository.js";
import { Entry, isOnScreen, LOADING, type Query, type Shown } from "./entry.js";
import { syncedOf } from "./synced.js";

const caches = /* @__PURE__ */ new WeakMap<PipelineRepository, Cache>();

/** The one cache of a repository. */
export function cacheOf(repository: PipelineRepository): Cache {
  const cache = caches.get(repository) ?? new Cache(repository);
  caches.set(repository, cache);
  return cache;
}

export class Cache {
  readonly #repository: PipelineRepository;
  readonly #entries = new Map<string, Entry<unknown>>();
  #stopListening: (() => void) | undefined;

  constructor(repository: PipelineRepository) {
    this.#repository = repository;
  }

  shown<T>({ key }: Query<T>): Shown<T> {
    const entry = this.#entries.get(key) as Entry<T> | undefined;
    return entry?.shown ?? LOADING;
  }

  subscribe<T>(query: Query<T>, listener: () => void): () => void {
    this.#stopListening ??= this.#listen();
    const entry = (this.#entries.get(query.key) as Entry<T> | undefined) ?? this.#enter(query);
    return entry.subscribe(listener);
  }

  /** A person asks again. */
  async retry({ key }: Query<unknown>): Promise<void> {
    await this.#entries.get(key)?.retry();
  }

  /** A pipeline was written, or anything may have been: whoever shows it looks again. */
  look(pipelineId?: string): void {
    const id = pipelineId === undefined ? undefined : foldId(pipelineId);
    for (const entry of [...this.#entries.values()]) {
      const about = entry.query.pipelineId;
      if (id === undefined || about === undefined || about === id) void entry.look();
    }
  }

  #enter<T>(query: Query<T>): Entry<T> {
    const entry = new Entry(query, this.#repository, () => {
      if (this.#entries.get(query.key) === entry) this.#entries.delete(query.key);
      if (this.#entries.size > 0) return;
      this.#stopListening?.();
      this.#stopListening = undefined;
    });
    this.#entries.set(query.key, entry);
    return entry;
  }

  /** Hears of what is written past these hooks: in another tab, by a server that has settled something, meanwhile. */
  #listen(): () => void {
    const onReturn = (): void => {
      if (isOnScreen()) this.look();
    };
    const unsubscribe = this.#listenToRepository();
    if (typeof document === "undefined") return () => unsubscribe?.(); // a terminal, say
    document.addEventListener("visibilitychange", onReturn);
    addEventListener("online", onReturn);
    return () => {
      document.removeEventListener("visibilitychange", onReturn);
      removeEventListener("online", onReturn);
      unsubscribe?.();
    };
  }

  #listenToRepository(): (() => void) | undefined {
    const synced = syncedOf(this.#repository);
    if (synced !== undefined) {
      // Its status also says that it was asked at all, which is no reason to ask again.
      let heard = synced.news();
      return synced.subscribe(() => {
        const news = synced.news();
        if (news === heard) return;
        heard = news;
        this.look();
      });
    }
    if (!hasMethods(this.#repository, ["subscribe"])) return undefined;
    return (this.#repository as unknown as { subscribe(listener: () => void): () => void }).subscribe(() => {
      this.look();
    });
  }
}
