// How far a database has come, as this page knows it and as its second copy does: by that a loss is found out.
import type { OutboxRows } from "../outbox/rows.js";
import { dataLossOf } from "./database.js";
import { renewed } from "./renewal.js";
import { NO_MARK, SecondCopy, whyLost, type Mark } from "./second-copy.js";

export class Reached {
  readonly #name: string;
  readonly #copy: SecondCopy;
  #mark: Mark | undefined;
  #lost: OutboxRows | undefined;
  #renewal: Promise<void> = Promise.resolve();
  readonly #stop: () => void;

  constructor(name: string, account: string) {
    this.#name = name;
    this.#copy = new SecondCopy(name, account);
    this.#stop = onPageHide(() => {
      this.#leave();
    });
  }

  /** What a change waits for. */
  get renewal(): Promise<void> {
    return this.#renewal;
  }

  /** Takes the mark of a database that is new to this page, which must be at least as far as it was known to be; or says why it is not. */
  check(database: IDBDatabase, found: Mark, outbox: OutboxRows): string | undefined {
    const copy = this.#copy.read();
    const known = this.#mark ?? copy;
    const lost = dataLossOf(database) ?? (known === undefined ? undefined : whyLost(known, found));
    if (lost !== undefined) this.#lost = this.#mark === undefined ? copy : outbox;
    this.#renewal = renewed(this.#name, this.#copy.wasLeft(found));
    this.#mark = found;
    return lost;
  }

  /** What waited in the database that was lost, once. */
  takeLost(): OutboxRows | undefined {
    const lost = this.#lost;
    this.#lost = undefined;
    return lost;
  }

  note(mark: Mark): void {
    this.#mark = mark;
    this.#copy.later(mark);
  }

  /** Without `rows`, what waits stays as it was copied. */
  copy(rows?: OutboxRows): void {
    this.#copy.write(this.#mark ?? NO_MARK, rows);
  }

  /** What waited when it was copied last. */
  copied(): OutboxRows | undefined {
    return this.#copy.read();
  }

  forget(): void {
    this.#mark = undefined;
    this.#copy.clear();
  }

  close(): void {
    this.#stop();
    this.#leave();
  }

  #leave(): void {
    this.#copy.leave(this.#mark ?? NO_MARK);
  }
}

/** Not every host has pages. */
function onPageHide(listener: () => void): () => void {
  if (typeof addEventListener !== "function") return () => undefined;
  addEventListener("pagehide", listener);
  return () => {
    removeEventListener("pagehide", listener);
  };
}
