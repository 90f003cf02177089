// What the components of a page show of one repository: each question is asked once, however many show its answer.
import { foldId } from "../ident.js";
import type { OutboxStatus } from "../outbox/rows.js";
import type { PipelineRepository } from "../repositories/repository.js";
import { Entry, type Query, type Shown } from "./entry.js";
import { listen } from "./listen.js";
import { syncedOf, type Synced } from "./synced.js";

const caches = /* @__PURE__ */ new WeakMap<PipelineRepository, Cache>();

/** The one cache of a repository. */
export function cacheOf(repository: PipelineRepository): Cache {
  const cache = caches.get(repository) ?? new Cache(repository);
  caches.set(repository, cache);
  return cache;
}

export class Cache {
  readonly #repository: PipelineRepository;
  readonly #synced: Synced | undefined;
  readonly #entries = new Map<string, Entry<unknown>>();
  readonly #statusListeners = new Set<object>();
  #stopListening: (() => void) | undefined;

  constructor(repository: PipelineRepository) {
    this.#repository = repository;
    this.#synced = syncedOf(repository);
  }

  /** `undefined` where nobody has asked. */
  shown<T>({ key }: Query<T>): Shown<T> | undefined {
    return (this.#entries.get(key) as Entry<T> | undefined)?.shown;
  }

  /** `before` is what the listener showed last: there it goes on from, where nobody else shows this. */
  subscribe<T>(query: Query<T>, listener: () => void, before: Shown<T>): () => void {
    this.#listen();
    const entry = (this.#entries.get(query.key) as Entry<T> | undefined) ?? this.#enter(query, before);
    return entry.subscribe(listener);
  }

  /** A person asks again. */
  async retry({ key }: Query<unknown>): Promise<void> {
    await this.#entries.get(key)?.retry();
  }

  /** A pipeline was written, or anything may have been: whoever shows it looks again. Settles when the answers are shown. */
  async look(pipelineId?: string): Promise<void> {
    const id = pipelineId === undefined ? undefined : foldId(pipelineId);
    const isConcerned = ({ query: { pipelineId: about } }: Entry<unknown>): boolean => id === undefined || about === undefined || about === id;
    await Promise.all([...this.#entries.values()].filter(isConcerned).map((entry) => entry.look()));
  }

  /** How the server stands behind a repository that has one. */
  readonly status = (): OutboxStatus | undefined => this.#synced?.status();

  readonly subscribeStatus = (listener: () => void): (() => void) => {
    this.#listen();
    const leave = this.#synced?.subscribe(listener);
    const here = {}; // one listener may come twice
    this.#statusListeners.add(here);
    return () => {
      leave?.();
      this.#statusListeners.delete(here);
      this.#stopIfAlone();
    };
  };

  #enter<T>(query: Query<T>, before: Shown<T>): Entry<T> {
    const entry = new Entry(query, this.#repository, this.#synced?.local, before, () => {
      if (this.#entries.get(query.key) === entry) this.#entries.delete(query.key);
      this.#stopIfAlone();
    });
    this.#entries.set(query.key, entry);
    return entry;
  }

  #listen(): void {
    this.#stopListening ??= listen(this.#repository, this.#synced, () => void this.look());
  }

  #stopIfAlone(): void {
    if (this.#entries.size > 0 || this.#statusListeners.size > 0) return;
    this.#stopListening?.();
    this.#stopListening = undefined;
  }
}
