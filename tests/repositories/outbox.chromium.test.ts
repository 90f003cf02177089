/** What waits for a server, in a real database: durable with its document, found again, and never lost without a word. */
import {
  FallbackPipelineRepository,
  InMemoryPipelineRepository,
  IndexedDbPipelineRepository,
  PipelineError,
  type PipelineCreateInput,
  type PipelineRepository,
  type Replayable,
} from "convex-pipelines";
import { deleteDB, openDB } from "idb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { INPUT, refusal } from "./suite";

let name: string;
let server: InMemoryPipelineRepository;
let isAway: boolean;
let remote: PipelineRepository;
const opened: { close(): unknown }[] = [];

beforeEach(() => {
  name = `outbox ${crypto.randomUUID()}`;
  server = new InMemoryPipelineRepository();
  isAway = true;
  const answer = <T>(call: () => Promise<T>): Promise<T> =>
    isAway ? Promise.reject(new PipelineError({ code: "unavailable", message: "away", retryable: true })) : call();
  remote = {
    list: () => answer(() => server.list()),
    get: (id) => answer(() => server.get(id)),
    findByWebhookSecret: (secret) => answer(() => server.findByWebhookSecret(secret)),
    create: (input: PipelineCreateInput, options?: Replayable) => answer(() => server.create(input, options)),
    update: (id, input, options) => answer(() => server.update(id, input, options)),
    delete: (id) => answer(() => server.delete(id)),
    recordRun: (id, at) => answer(() => server.recordRun(id, at)),
  } as PipelineRepository;
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const each of opened.splice(0).reverse()) await each.close();
  localStorage.clear();
  await deleteDB(name);
});

async function page(): Promise<{ local: IndexedDbPipelineRepository; repository: FallbackPipelineRepository }> {
  const local = await IndexedDbPipelineRepository.open({ name });
  const repository = new FallbackPipelineRepository({ remote, local, patienceMs: 500 });
  opened.push(local, repository);
  return { local, repository };
}

async function leave({ local, repository }: Awaited<ReturnType<typeof page>>): Promise<void> {
  repository.close();
  await local.close();
}

const pendingOf = (repository: FallbackPipelineRepository, pending: number) =>
  vi.waitFor(() => {
    expect(repository.status).toMatchObject({ pending });
  }, 5_000);

test("a change and its operation are written by one strict transaction", async () => {
  const { repository } = await page();
  const transaction = vi.spyOn(IDBDatabase.prototype, "transaction");
  await repository.create(INPUT);
  const writes = transaction.mock.calls.filter(([, mode]) => mode === "readwrite");
  expect(writes[0]).toEqual([["rows", "meta", "outbox"], "readwrite", { durability: "strict" }]);
  expect(writes.every(([, , options]) => options?.durability === "strict")).toBe(true);
  const database = await openDB(name);
  expect([await database.count("rows"), (await database.getAllKeys("outbox")).length]).toEqual([1, 2]);
  database.close();
});

test("the next page sends what this one could not", async () => {
  const first = await page();
  const { id } = await first.repository.create(INPUT);
  await leave(first);
  isAway = false;
  const { repository } = await page();
  await vi.waitFor(() => {
    expect(repository.status).toMatchObject({ remote: "reached", pending: 0, durable: true });
  }, 5_000);
  expect(await server.list()).toMatchObject([{ id, name: "Morning news" }]);
});

test("the next page sends at once what this one was sending when it was closed", async () => {
  const first = await page();
  const create = vi.spyOn(remote, "create").mockReturnValue(new Promise(() => undefined));
  const { id } = await first.repository.create(INPUT);
  expect(create).toHaveBeenCalledOnce();
  await leave(first);
  create.mockRestore();
  isAway = false;
  await page();
  await vi.waitFor(async () => {
    expect(await server.list()).toMatchObject([{ id }]);
  }, 5_000);
});

describe("a database that", () => {
  /** A pipeline that the server has, and a change and another pipeline that wait. */
  async function work(): Promise<Awaited<ReturnType<typeof page>>> {
    isAway = false;
    const opened = await page();
    const { id } = await opened.repository.create(INPUT);
    isAway = true;
    await opened.repository.update(id, { name: "changed" });
    await opened.repository.create({ ...INPUT, name: "made here" });
    await pendingOf(opened.repository, 2);
    return opened;
  }

  const names = async () => (await server.list()).map((item) => item.name);

  test("is deleted under an open page says so, and what waited is sent all the same", async () => {
    const { local, repository } = await work();
    await deleteDB(name);
    await vi.waitFor(() => {
      expect(local.status.lost).toContain("deleted");
    }, 5_000);
    await pendingOf(repository, 2);
    isAway = false;
    repository.retry();
    await pendingOf(repository, 0);
    expect(await names()).toEqual(["changed", "made here"]);
    expect((await local.list()).map((item) => item.name)).toEqual(["changed", "made here"]);
  });

  test("is deleted between two pages says so, and what waited comes back from the second copy", async () => {
    await leave(await work());
    await deleteDB(name);
    const { local, repository } = await page();
    expect(local.status).toMatchObject({ mode: "indexeddb", durable: true, lost: expect.stringContaining("deleted") as string });
    await pendingOf(repository, 2);
    expect((await local.list()).map((item) => item.name)).toEqual(["changed", "made here"]);
    isAway = false;
    repository.retry();
    await pendingOf(repository, 0);
    expect(await names()).toEqual(["changed", "made here"]);
  });

  test("comes back older than it was says so", async () => {
    await leave(await work());
    const database = await openDB(name);
    const mark = (await database.get("meta", ["", "mark"])) as { epoch: string; count: number };
    await database.put("meta", { ...mark, count: mark.count - 1 }, ["", "mark"]);
    database.close();
    const { local } = await page();
    expect(local.status.lost).toContain("older");
  });

  test("comes back as another one says so", async () => {
    await leave(await work());
    const database = await openDB(name);
    const mark = (await database.get("meta", ["", "mark"])) as { epoch: string; count: number };
    await database.put("meta", { ...mark, epoch: crypto.randomUUID() }, ["", "mark"]);
    database.close();
    const { local } = await page();
    expect(local.status.lost).toContain("replaced");
  });

  test("is as it was says nothing", async () => {
    const before = await work();
    await before.repository.list();
    await leave(before);
    const { local, repository } = await page();
    await pendingOf(repository, 2);
    expect(local.status.lost).toBeUndefined();
  });

  test("cannot be opened leaves an export of what waits", async () => {
    await leave(await work());
    vi.spyOn(IDBFactory.prototype, "open").mockImplementation(() => {
      throw new DOMException("broken", "UnknownError");
    });
    const { local } = await page();
    expect(local.status).toMatchObject({ mode: "memory", durable: false });
    const { operations } = await local.export();
    expect(operations.map((row) => (row as { kind?: string }).kind).sort()).toEqual(["create", "update"]);
  });
});

describe("clearing the device", () => {
  test("is refused while changes wait, and takes everything in all tabs once they are to be discarded", async () => {
    const { local, repository } = await page();
    const other = await page();
    await repository.create(INPUT);
    const error = await refusal(local.clear(), "conflict");
    expect(error.message).toContain("1 change has not reached the server");
    expect(await local.list()).toHaveLength(1);
    await local.clear({ discardUnsent: true });
    expect(await local.list()).toEqual([]);
    await vi.waitFor(async () => {
      expect(await other.local.list()).toEqual([]);
    });
    await pendingOf(repository, 0);
    await pendingOf(other.repository, 0);
    expect([local.status.lost, other.local.status.lost]).toEqual([undefined, undefined]);
    expect(localStorage.length).toBe(0);
    await repository.create({ ...INPUT, name: "after" });
    await leave({ local, repository });
    expect((await page()).local.status.lost).toBeUndefined();
  });

  test("leaves other accounts alone", async () => {
    const mine = await IndexedDbPipelineRepository.open({ name, accountId: "a" });
    const theirs = await IndexedDbPipelineRepository.open({ name, accountId: "a/b" });
    opened.push(mine, theirs);
    await mine.create(INPUT);
    await theirs.create(INPUT);
    await mine.clear();
    expect([(await mine.list()).length, (await theirs.list()).length]).toEqual([0, 1]);
  });
});
