import type { OutboxChange, OutboxRows } from "../outbox/rows.js";
import type { Issue } from "../types.js";

/** One stored document. The core makes rows and reads them; a storage only keeps them. */
export interface Row {
  id: string;
  /** Grows with every change of this row; what a writer expects to find is checked against it. */
  version: number;
  /** Whether only this device has what the row says. */
  unsent: boolean;
  /** Whether another place has answered with this pipeline. */
  copy?: boolean;
  /**
   * JSON text where the table was opened for it, packed where the place keeps it so; `null` stands for a pipeline whose
   * deletion is not sent yet.
   */
  document: Record<string, unknown> | string | Uint8Array | null;
}

/** Takes the rows of a place part by part: what has come is read while the rest is on its way. None is to come with the last. */
export type TakeRows = (rows: readonly Row[], partsToCome: number) => void;

/** One row to write. */
export interface Change {
  id: string;
  /** The version that the decision was made on; 0 for no row. */
  expected: number;
  /** What stands there afterwards; `null` for nothing. */
  row: Row | null;
}

/** A row that the core cannot read. */
export interface DamagedRow {
  row: Row;
  /** Its place in what `load` gave. */
  index: number;
  /** What is wrong with it; paths begin at the row. */
  issues: Issue[];
}

/** What a call answers, and what must be kept for it. */
export interface Planned<T> {
  reply: T;
  changes: readonly Change[];
  outbox?: readonly OutboxChange[] | undefined;
  /** Where there is no room left the deletions may be written alone: what is put can be had again. */
  lessWillDo?: boolean | undefined;
}

/**
 * How one call decides what to write, in one synchronous step. What it has decided counts for the decisions that follow,
 * even before it is durable. It throws what refuses the call.
 */
export interface Decision<T> {
  /** The pipeline whose part of the outbox is decided on, too. */
  pipeline?: string | undefined;
  /**
   * On the rows as they were seen last; `undefined` where they must be read anew. Where it turns out that they have changed
   * since, nothing of it counts, not even a refusal, and `on` decides.
   */
  onKnown(outbox: OutboxRows): Planned<T> | undefined;
  /** On all rows as they stand. */
  on(rows: readonly Row[], outbox: OutboxRows): Planned<T>;
}

/** Where a local repository keeps its rows. What one `commit` decides becomes durable together, or not at all. */
export interface Storage {
  /** Gives all rows to what `begin` makes, which begins anew where the place has to. */
  load(begin: () => TakeRows): Promise<void>;
  /**
   * Decides when it is this writer's turn, inside the transaction or lock that writes: `onKnown` counts if nobody else has
   * written since the last `load` or decision, and `on` otherwise. So nobody can be faster, and nobody is refused for
   * the writes of others. Resolves to the reply once the changes are as durable as this place can make them. It may
   * decide again, and then the last decision counts. Several commits may be under way at once, in the order of the calls;
   * where one fails, those that were decided after it and are not durable fail too or are decided again.
   */
  commit<T>(decision: Decision<T>): Promise<T>;
  /** Whether others have written since the last `load` or decision. */
  changed(): Promise<boolean>;
  /** Whether `subscribe` tells of that soon enough for reading. Where not, `changed` is asked before each read. */
  readonly announces: boolean;
  /** Called with what the core could not read: the repository goes on without these rows, which stay. */
  refuse(rows: readonly DamagedRow[]): void;
  /** Called when another tab or process has written; the repository then reads again. */
  subscribe(listener: () => void): () => void;
  close(): Promise<void>;
}

/** A storage that keeps, beside rows, what waits for a server. */
export interface OutboxStorage extends Storage {
  /** All that waits, with its queues. */
  loadOutbox(): Promise<OutboxRows>;
  /** Decides on all that waits, and writes of it alone; as `commit` otherwise. */
  commitOutbox<T>(decide: (outbox: OutboxRows) => Omit<Planned<T>, "changes">): Promise<T>;
  /** What is known to wait, also where the place cannot be opened. */
  unsent(): Promise<OutboxRows>;
  /** Deletes everything, unless changes wait that are not to be discarded; resolves to how many do then. */
  clear(discardUnsent: boolean): Promise<number>;
  /** What waited when the place lost what it held, once: to be put back. */
  takeLost(): OutboxRows | undefined;
  /** Calls `listener` when anything was written: `isOther` where it was another tab. */
  subscribeOutbox(listener: (isOther: boolean) => void): () => void;
  /** Whether what is written outlives the page. */
  readonly durable: boolean;
  /** Names the place for other tabs; nothing where no other tab can see it. */
  readonly place: string | undefined;
}
