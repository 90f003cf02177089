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

/** A mark, and what waited. */
type Copy = Mark & OutboxRows;

/** How the last page stands that wrote to the database, for whichever account: until it has left, something may be on its way. */
type Use = "open" | "left";

export class SecondCopy {
  readonly #key: string;
  readonly #useKey: string;
  #written: string | undefined;
  #mark: Mark | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(name: string, account: string) {
    this.#key = `convex-pipelines ${name} ${account}`;
    this.#useKey = `convex-pipelines ${name}`;
  }

  /** Nothing where there is none, or none that can be read. */
  read(): Copy | undefined {
    try {
      const found: unknown = JSON.parse(localStorage.getItem(this.#key) ?? "null");
      if (typeof found !== "object" || found === null || !isTree(found)) return undefined;
      const { epoch, count, queues, operations } = found as Record<string, unknown>;
      if (typeof epoch !== "string" || typeof count !== "number") return undefined;
      return { epoch, count, queues: rowsIn(queues), operations: rowsIn(operations) };
    } catch {
      return undefined; // there is no localStorage here, or what stands there is somebody else's
    }
  }

  /** Best effort: the database is what counts. Without `rows` those that are there stay. */
  write({ epoch, count }: Mark, rows: OutboxRows = this.read() ?? NOTHING, use: Use = "open"): void {
    if (epoch === undefined) return;
    const { queues, operations } = rows;
    try {
      const text = JSON.stringify({ epoch, count, queues, operations });
      const shorter = text.length > LONGEST ? JSON.stringify({ epoch, count, ...NOTHING }) : text;
      if (`${use} ${shorter}` === this.#written) return;
      localStorage.setItem(this.#useKey, use);
      localStorage.setItem(this.#key, shorter);
      this.#written = `${use} ${shorter}`;
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
    this.write(mark, undefined, "left");
  }

  /**
   * Whether the last page to write to the database, for whichever account, has left it. Where there is no localStorage, nobody
   * can say otherwise. What was put there just before the browser died may be missing there, and then lags behind `found`.
   */
  wasLeft(found: Mark): boolean {
    try {
      const use = localStorage.getItem(this.#useKey);
      if (found.epoch === undefined) return use !== "open";
      const copy = this.read();
      return use === "left" && copy?.epoch === found.epoch && copy.count >= found.count;
    } catch {
      return true;
    }
  }

  clear(): void {
    this.#written = undefined;
    this.#mark = undefined;
    try {
      localStorage.removeItem(this.#key);
      localStorage.removeItem(this.#useKey);
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
