// What is kept beside the database, in localStorage: how far it had come, and what waits for a server. A database that comes
// back younger or shorter than this has lost something, and what waited returns from here.
import type { OutboxRow, OutboxRows } from "../outbox/rows.js";
import { isTree } from "./stored-row.js";

/** How far a database has come: whose beginning it has, and how many rows were put since. */
export interface Mark {
  epoch: string | undefined;
  count: number;
}

const NOTHING: OutboxRows = { queues: [], operations: [] };

/** More than this is not copied: localStorage holds about five million units for all of a site. */
const LONGEST = 1_000_000;
const LATER_MS = 200;

/** A mark, what waited, and whether the last page to write it had come to its end: nothing was on its way any more. */
type Copy = Mark & OutboxRows & { left: boolean };

export class SecondCopy {
  readonly #key: string;
  #written: string | undefined;
  #mark: Mark | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(name: string, account: string) {
    this.#key = `convex-pipelines ${name} ${account}`;
  }

  /** Nothing where there is none, or none that can be read. */
  read(): Copy | undefined {
    try {
      const found: unknown = JSON.parse(localStorage.getItem(this.#key) ?? "null");
      if (typeof found !== "object" || found === null || !isTree(found)) return undefined;
      const { epoch, count, queues, operations, left } = found as Record<string, unknown>;
      if (typeof epoch !== "string" || typeof count !== "number") return undefined;
      return { epoch, count, queues: rowsIn(queues), operations: rowsIn(operations), left: left === true };
    } catch {
      return undefined; // there is no localStorage here, or what stands there is somebody else's
    }
  }

  /** Best effort: the database is what counts. Without `rows` those that are there stay. */
  write({ epoch, count }: Mark, rows: OutboxRows = this.read() ?? NOTHING, left = false): void {
    if (epoch === undefined) return;
    const { queues, operations } = rows;
    try {
      const text = JSON.stringify({ epoch, count, queues, operations, left });
      const shorter = text.length > LONGEST ? JSON.stringify({ epoch, count, ...NOTHING, left }) : text;
      if (shorter === this.#written) return;
      localStorage.setItem(this.#key, shorter);
      this.#written = shorter;
    } catch {
      this.#written = undefined;
    }
  }

  /** The same for the mark alone, soon: one that lags behind the database raises no false alarm. */
  later(mark: Mark): void {
    this.#mark = mark;
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, LATER_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const mark = this.#mark;
    this.#mark = undefined;
    if (mark !== undefined) this.write(mark);
  }

  /** The page ends, or has done with the database. */
  leave(mark: Mark): void {
    this.flush();
    this.write(mark, undefined, true);
  }

  /** Whether the last one to write to the database has left it. Where there is no localStorage, nobody can say otherwise. */
  wasLeft(found: Mark): boolean {
    if (found.epoch === undefined || typeof localStorage === "undefined") return true;
    const copy = this.read();
    return copy?.left === true && copy.epoch === found.epoch && copy.count >= found.count;
  }

  clear(): void {
    this.#written = undefined;
    this.#mark = undefined;
    try {
      localStorage.removeItem(this.#key);
    } catch {
      // There is none.
    }
  }
}

function rowsIn(given: unknown): OutboxRow[] {
  return Array.isArray(given) ? (given as (OutboxRow | null)[]).filter((row) => typeof row?.id === "string") as OutboxRow[] : [];
}

export const NO_MARK: Mark = { epoch: undefined, count: 0 };

/** Why what is found is not what is known, for people. */
export function whyLost(known: Mark, found: Mark): string | undefined {
  if (known.epoch === undefined) return undefined;
  if (found.epoch === undefined) return "what was saved on this device was deleted";
  if (found.epoch !== known.epoch) return "what was saved on this device was replaced by something else";
  return found.count < known.count ? "what was saved on this device is older than it was" : undefined;
}
