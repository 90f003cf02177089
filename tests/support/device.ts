/** A device of a test's own: a database that nobody else has, and what stands in it. */
import { IndexedDbPipelineRepository, type Pipeline } from "convex-pipelines";
import { deleteDB, openDB } from "idb";
import { afterEach, beforeEach, vi } from "vitest";
import { unpack } from "./unpack";

interface StoredRow {
  id: string;
  unsent: boolean;
  document: Partial<Pipeline> | null;
}

export interface Device {
  /** Of the database, in the test that runs. */
  readonly name: string;
  open: (options?: { accountId?: string }) => Promise<IndexedDbPipelineRepository>;
  /** The rows as they stand in the database, read on a connection of their own, with their documents unpacked. */
  rows: () => Promise<StoredRow[]>;
}

/** Another one for each test of the file. What a test has mocked is undone before it is closed and deleted. */
export function freshDevice(): Device {
  let name: string;
  let opened: IndexedDbPipelineRepository[] = [];
  beforeEach(() => {
    name = `test ${crypto.randomUUID()}`;
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.useRealTimers();
    for (const repository of opened) await repository.close();
    opened = [];
    await deleteDB(name);
  });
  return {
    get name() {
      return name;
    },
    open: async (options = {}) => {
      const repository = await IndexedDbPipelineRepository.open({ name, ...options });
      opened.push(repository);
      return repository;
    },
    rows: async () => {
      const database = await openDB(name);
      const found = (await database.getAll("rows")) as ((StoredRow & { document: unknown }) | null)[];
      database.close();
      return found.map((row) => (row?.document instanceof Uint8Array ? { ...row, document: unpack(row.document) } : row) as StoredRow);
    },
  };
}
