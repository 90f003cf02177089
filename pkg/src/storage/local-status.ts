// How what is saved on this device is kept, for whoever wants to know.

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
  /**
   * Why something that was saved here is gone, for people: the site's data was cleared, the browser found its files
   * damaged, or an older copy of them was put back. Changes that waited for a server were brought back from a second copy.
   */
  readonly lost?: string;
}

export class StatusBoard {
  readonly #listeners = new Set<() => void>();
  #status: LocalStatus = { durable: true, persisted: false, mode: "indexeddb", damaged: [] };

  /** The same object until it changes. */
  get status(): LocalStatus {
    return this.#status;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  say(change: Partial<LocalStatus>): void {
    const before = JSON.stringify(this.#status);
    const next = { ...this.#status, ...change };
    if (JSON.stringify(next) === before) return;
    this.#status = next;
    for (const listener of [...this.#listeners]) listener();
  }
}
