import type { Issue } from "../types.js";

/** One stored document. The core makes rows and reads them; a storage only keeps them. */
export interface Row {
  id: string;
  /** Grows with every change of this row; what a writer expects to find is checked against it. */
  version: number;
  /** Whether only this device has what the row says. */
  unsent: boolean;
  /** JSON text where the table was opened for it; `null` stands for a pipeline whose deletion is not sent yet. */
  document: Record<string, unknown> | string | null;
}

/** One row to write. */
export interface Change {
  id: string;
  /** The version that must stand there now; 0 for no row. */
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

/** `durable` survives the end of the process and a power cut, as far as the place can promise; `volatile` neither. */
export type Durability = "durable" | "volatile";

/** Where a local repository keeps its rows. What is given to one `commit` becomes durable together, or not at all. */
export interface Storage {
  load(): Promise<readonly Row[]>;
  /**
   * Resolves when the rows are as durable as this place can make them, and says how durable that is. `stale`, with
   * nothing written, when another tab or process was faster; what is expected is compared inside the same transaction
   * or lock that writes.
   */
  commit(changes: readonly Change[]): Promise<Durability | "stale">;
  /** Whether others have written since `load`. What is refused because of what is stored, is refused after asking this. */
  changed(): Promise<boolean>;
  /** Whether `subscribe` tells of that soon enough for reading. Where not, `changed` is asked before each read. */
  readonly announces: boolean;
  /** Called after each `load` with what the core could not read: the repository goes on without these rows, which stay. */
  refuse(rows: readonly DamagedRow[]): void;
  /** Called when another tab or process has written; the repository then reads again. */
  subscribe(listener: () => void): () => void;
  close(): Promise<void>;
}
