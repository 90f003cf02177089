// Who hears of what was written: in this page, and in the other tabs that work on the same account.

/** Says only "look again": what other tabs believe is decided by rows alone. */
interface Nudge {
  account: string;
  /** Whether rows were written, and not the outbox alone. */
  rows: boolean;
  /** Whether all of it was deleted on purpose. */
  cleared?: boolean;
}

export class Announcements {
  readonly #name: string;
  readonly #account: string;
  readonly #onCleared: () => void;
  readonly #rows = new Set<() => void>();
  readonly #outbox = new Set<(isOther: boolean) => void>();
  #channel: BroadcastChannel | undefined;

  /** `onCleared` is called where another tab has deleted everything on purpose. */
  constructor(name: string, account: string, onCleared: () => void) {
    this.#name = name;
    this.#account = account;
    this.#onCleared = onCleared;
  }

  /** Calls `listener` when rows were written elsewhere. */
  subscribe(listener: () => void): () => void {
    this.#open();
    this.#rows.add(listener);
    return () => this.#rows.delete(listener);
  }

  /** Calls `listener` when anything was written: `isOther` where it was another tab. */
  subscribeOutbox(listener: (isOther: boolean) => void): () => void {
    this.#open();
    this.#outbox.add(listener);
    return () => this.#outbox.delete(listener);
  }

  /** This page writes, which it knows: others are told. */
  wrote(rows: boolean): void {
    this.#channel?.postMessage({ account: this.#account, rows } satisfies Nudge);
  }

  /** This page has deleted everything on purpose. */
  cleared(): void {
    this.#channel?.postMessage({ account: this.#account, rows: true, cleared: true } satisfies Nudge);
    this.#tellAll(false);
  }

  /** Something may have become of the place: whoever listens looks again. */
  uncertain(): void {
    this.#tellAll(true);
  }

  tellOutbox(isOther: boolean): void {
    for (const listener of [...this.#outbox]) listener(isOther);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = undefined; // a change may still be under way, and has nobody to tell any more
  }

  #tellAll(isOther: boolean): void {
    for (const listener of [...this.#rows]) listener();
    this.tellOutbox(isOther);
  }

  #open(): void {
    if (this.#channel !== undefined || typeof BroadcastChannel === "undefined") return;
    this.#channel = new BroadcastChannel(`convex-pipelines ${this.#name}`);
    this.#channel.addEventListener("message", ({ data }: MessageEvent<Nudge>) => {
      if (data.account !== this.#account) return;
      if (data.cleared === true) this.#onCleared();
      if (data.rows) this.#tellAll(true);
      else this.tellOutbox(true);
    });
  }
}
