import { IndexedDbPipelineRepository, type Pipeline } from "convex-pipelines";
import { deleteDB, openDB } from "idb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { unpack } from "../support/unpack";
import { INPUT, STEPS, refusal, repositorySuite } from "./suite";

let name: string;
let opened: IndexedDbPipelineRepository[] = [];
async function open(options: { accountId?: string } = {}): Promise<IndexedDbPipelineRepository> {
  const repository = await IndexedDbPipelineRepository.open({ name, ...options });
  opened.push(repository);
  return repository;
}

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

interface StoredRow {
  id: string;
  unsent: boolean;
  document: Partial<Pipeline> | null;
}

/** The rows as they stand in the database, read on a connection of their own, with their documents unpacked. */
async function rows(): Promise<StoredRow[]> {
  const database = await openDB(name);
  const found = (await database.getAll("rows")) as ((StoredRow & { document: unknown }) | null)[];
  database.close();
  return found.map((row) => (row?.document instanceof Uint8Array ? { ...row, document: unpack(row.document) } : row) as StoredRow);
}

repositorySuite("the IndexedDB repository", () => open());

describe("what is acknowledged", () => {
  test("is there for the next page", async () => {
    const first = await open();
    const { id } = await first.create(INPUT);
    await first.close();
    expect(await (await open()).get(id)).toMatchObject({ name: "Morning news" });
    expect(await rows()).toMatchObject([{ id, unsent: false }]);
  });

  test("was written by one strict transaction, and that was complete", async () => {
    const repository = await open();
    const transaction = vi.spyOn(IDBDatabase.prototype, "transaction");
    let completed = false;
    transaction.mockImplementation(function (this: IDBDatabase, ...args) {
      const real = Reflect.apply(original, this, args) as IDBTransaction;
      real.addEventListener("complete", () => (completed = true));
      return real;
    });
    await repository.create(INPUT);
    expect(completed).toBe(true);
    expect(transaction.mock.calls.map(([, mode, options]) => [mode, options])).toEqual([
      ["readwrite", { durability: "strict" }],
    ]);
  });

  test("says that it is durable", async () => {
    expect((await open()).status).toMatchObject({ durable: true, mode: "indexeddb", damaged: [] });
  });

  test("holds no secret", async () => {
    const { webhookSecret } = await (await open()).create(INPUT);
    expect(JSON.stringify(await rows())).not.toContain(webhookSecret);
  });
});

describe("accounts", () => {
  test("of one device do not see each other's pipelines", async () => {
    const [one, two, none] = [await open({ accountId: "one" }), await open({ accountId: "two" }), await open()];
    const { id, accountId } = await one.create(INPUT);
    expect(accountId).toBe("one");
    expect(await two.get(id)).toBeNull();
    expect(await two.list()).toEqual([]);
    expect(await none.list()).toEqual([]);
    await two.delete(id);
    expect(await one.get(id)).not.toBeNull();
  });

  test("are checked", async () => {
    await refusal(open({ accountId: "" }), "config");
    await refusal(open({ accountId: "x".repeat(201) }), "config");
  });
});

describe("two tabs", () => {
  test("see each other's changes", async () => {
    const [here, there] = [await open(), await open()];
    const seen = vi.fn();
    there.subscribe(seen);
    const { id } = await here.create(INPUT);
    await vi.waitFor(() => {
      expect(seen).toHaveBeenCalled();
    });
    expect(await there.get(id)).toMatchObject({ name: "Morning news" });
  });

  test("change one pipeline at once and lose nothing", async () => {
    vi.stubGlobal("BroadcastChannel", undefined); // correctness must not need it
    const [here, there] = [await open(), await open()];
    const { id } = await here.create(INPUT);
    const turns = Array.from({ length: 20 }, (_each, turn) => turn);
    const stamps = await Promise.all(turns.map((turn) => (turn % 2 === 0 ? here : there).update(id, { name: `n${String(turn)}` })));
    expect(new Set(stamps.map(({ updatedAt }) => updatedAt)).size).toBe(20);
    const [last] = await rows();
    expect([...stamps].sort((a, b) => a.updatedAt.localeCompare(b.updatedAt)).at(-1)).toMatchObject({ name: last?.document?.name });
  });

  test("see what the other has written before they write, without a word from it, and lose nothing", async () => {
    vi.stubGlobal("BroadcastChannel", undefined);
    const [here, there] = [await open(), await open()];
    const { id } = await here.create(INPUT);
    await there.update(id, { name: "there" });
    // This page believes the row to be its own last version, and has written over it before it hears better.
    const abort = vi.spyOn(IDBTransaction.prototype, "abort");
    await here.update(id, { description: "here" });
    expect(abort).toHaveBeenCalledOnce();
    expect(await rows()).toMatchObject([{ version: 3, document: { name: "there", description: "here" } }]);
    // Where others are about, it asks first.
    await there.update(id, { name: "again" });
    abort.mockClear();
    await here.update(id, { description: "too" });
    expect(abort).not.toHaveBeenCalled();
    expect(await rows()).toMatchObject([{ version: 5, document: { name: "again", description: "too" } }]);
  });
});

describe("changes that are asked for at once", () => {
  const names = async (repository: IndexedDbPipelineRepository) => (await repository.list()).map((item) => item.name);

  test("are written by one transaction, each on what the one before has left; a refusal stops no other", async () => {
    const repository = await open();
    const { id } = await repository.create(INPUT);
    const transaction = vi.spyOn(IDBDatabase.prototype, "transaction");
    const outcomes = await Promise.allSettled([
      repository.update(id, { name: "first" }),
      repository.create({ ...INPUT, name: "" }),
      repository.create({ ...INPUT, name: "new" }),
      repository.update(id, { description: "second" }),
      repository.update("6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f", {}),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled", "rejected"]);
    expect(transaction.mock.calls.map(([, mode, options]) => [mode, options])).toEqual([["readwrite", { durability: "strict" }]]);
    expect(await names(repository)).toEqual(["first", "new"]);
    expect((await rows()).find((row) => row.id === id)).toMatchObject({ version: 3, document: { name: "first", description: "second" } });
    expect(await names(await open())).toEqual(["first", "new"]);
  });

  test("are decided again on what others have written", async () => {
    vi.stubGlobal("BroadcastChannel", undefined);
    const [here, there] = [await open(), await open()];
    const { id } = await here.create(INPUT);
    await there.update(id, { name: "there" });
    await Promise.all([here.update(id, { description: "here" }), here.create({ ...INPUT, name: "z" }), here.delete("nowhere")]);
    expect((await rows()).find((row) => row.id === id)).toMatchObject({ version: 3, document: { name: "there", description: "here" } });
    expect(await names(here)).toEqual(["there", "z"]);
  });

  test("are kept one by one where there is no room for all of them", async () => {
    const repository = await open();
    vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementationOnce(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    const made = await Promise.all(["a", "b", "c"].map((name) => repository.create({ ...INPUT, name })));
    expect(await names(repository)).toEqual(["a", "b", "c"]);
    expect((await rows()).map(({ id }) => id).sort()).toEqual(made.map(({ id }) => id).sort());
  });

  test("come before what is asked for later", async () => {
    const repository = await open();
    const create = (name: string) => repository.create({ ...INPUT, name });
    await Promise.all([create("before"), repository.clear(), create("late")]);
    expect((await rows()).map((row) => row.document?.name)).toContain("late");
    expect(await names(repository)).toEqual((await rows()).map((row) => row.document?.name).sort());
  });
});

test("a connection that is lost after the change was written does not write it twice", async () => {
  const repository = await open();
  const put = vi.spyOn(IDBObjectStore.prototype, "put");
  const { id } = await repository.create(INPUT);
  put.mockClear();
  // The transaction completes, but the page hears of an abort instead.
  vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementationOnce(function (this: IDBDatabase, ...args) {
    const real = Reflect.apply(original, this, args) as IDBTransaction;
    real.addEventListener("complete", (event) => {
      event.stopImmediatePropagation();
      real.dispatchEvent(new Event("abort"));
    });
    return real;
  });
  const { updatedAt } = await repository.update(id, { name: "once" });
  expect(put.mock.contexts.filter((store) => (store as IDBObjectStore).name === "rows")).toHaveLength(1);
  expect(await repository.get(id)).toMatchObject({ name: "once", updatedAt });
  expect(await rows()).toMatchObject([{ document: { updatedAt } }]);
});

describe("a damaged row", () => {
  test("is left alone and reported; the others are there", async () => {
    const first = await open();
    const good = await first.create(INPUT);
    const bad = await first.create(INPUT);
    await first.close();
    const database = await openDB(name);
    const row = (await rows()).find(({ id }) => id === bad.id)!;
    await database.put("rows", { ...row, document: { ...row.document, name: 7 } }, ["", bad.id]);
    database.close();
    const repository = await open();
    expect((await repository.list()).map(({ id }) => id)).toEqual([good.id]);
    expect(repository.status.damaged).toEqual([bad.id]);
    await repository.update(good.id, { name: "still works" });
    expect(await rows()).toHaveLength(2);
  });

  const DAMAGED = "6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
  const OTHER = "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
  const cyclic: Record<string, unknown> = { id: DAMAGED };
  Object.assign(cyclic, { one: cyclic, two: cyclic, three: cyclic });
  let deep: unknown = [];
  for (let level = 0; level < 2_000; level++) deep = level % 2 === 0 ? [deep] : { in: deep };
  let graph: unknown = {};
  for (let level = 0; level < 30; level++) graph = { a: graph, b: graph };
  const at = "2026-01-01T00:00:00.000Z";
  const document = { id: DAMAGED, name: "x", steps: STEPS, createdAt: at, updatedAt: at };
  const row = { id: DAMAGED, version: 1, unsent: false, document };
  const put = async (value: unknown, ...id: IDBValidKey[]): Promise<void> => {
    const database = await openDB(name);
    await database.put("rows", value, ["", ...id]);
    database.close();
  };

  test.each<[string, () => unknown]>([
    ["null", () => null],
    ["nothing", () => undefined],
    ["a text", () => "row"],
    ["a number", () => 7],
    ["a big number", () => 7n],
    ["a list", () => [row]],
    ["a date", () => new Date()],
    ["a map", () => new Map([["id", DAMAGED]])],
    ["a blob", () => new Blob(["row"])],
    ["bytes", () => new Uint8Array(9)],
    ["an error", () => new TypeError("row")],
    ["an empty record", () => ({})],
    ["one without an id", () => ({ ...row, id: undefined })],
    ["one without a version", () => ({ ...row, version: undefined })],
    ["one with a version that is no number", () => ({ ...row, version: "1" })],
    ["one of another id", () => ({ ...row, id: OTHER })],
    ["one whose document has another id", () => ({ ...row, document: { ...document, id: OTHER } })],
    ["one whose document is missing", () => ({ ...row, document: undefined })],
    ["one whose document is a list", () => ({ ...row, document: [document] })],
    ["one whose document is a text", () => ({ ...row, document: "document" })],
    ["one whose document is deep", () => ({ ...row, document: { ...document, deep } })],
    ["one whose document holds itself", () => ({ ...row, document: cyclic })],
    ["one whose document is a graph", () => ({ ...row, document: { ...document, graph } })],
    ["one whose document holds a gap", () => ({ ...row, document: { ...document, steps: new Array(4_000_000_000) } })],
    ["one whose document holds a date", () => ({ ...row, document: { ...document, more: new Date() } })],
    ["one whose document holds a map", () => ({ ...row, document: { ...document, description: new Map() } })],
    ["one whose document holds a big number", () => ({ ...row, document: { ...document, more: 1n } })],
    ["one whose document holds no number", () => ({ ...row, document: { ...document, more: NaN } })],
  ])("that is %s is set aside alone, named and kept", async (_what, value) => {
    const first = await open();
    const good = await first.create(INPUT);
    await first.close();
    await put(value(), DAMAGED);
    const start = performance.now();
    const repository = await open();
    expect(repository.status).toMatchObject({ mode: "indexeddb", durable: true, damaged: [DAMAGED] });
    expect(performance.now() - start).toBeLessThan(2_000);
    expect((await repository.list()).map(({ id }) => id)).toEqual([good.id]);
    expect(await repository.get(DAMAGED)).toBeNull();
    await refusal(repository.create(INPUT, { id: DAMAGED }), "conflict");
    await refusal(repository.outbox.make("create", { id: DAMAGED, input: INPUT }), "conflict");
    await repository.delete(DAMAGED);
    await repository.outbox.make("delete", { id: DAMAGED });
    await repository.update(good.id, { name: "still works" });
    await repository.close();
    const database = await openDB(name);
    // Not compared as a whole: the graph has a thousand million paths.
    const kept: unknown = await database.get("rows", ["", DAMAGED]);
    expect(Object.prototype.toString.call(kept)).toBe(Object.prototype.toString.call(value()));
    expect(Object.keys(Object(kept) as object)).toEqual(Object.keys(Object(value()) as object));
    database.close();
    expect((await (await open()).list()).map((item) => item.name)).toEqual(["still works"]);
  });

  test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ["nothing", () => new Uint8Array()],
    ["cut off", (bytes) => bytes.slice(0, -9)],
    ["followed by more", (bytes) => Uint8Array.of(...bytes, 1)],
    ["of a form that nobody knows yet", (bytes) => Uint8Array.of(99, ...bytes)],
    ["no text", (bytes) => bytes.map((byte) => (byte === "M".charCodeAt(0) ? 0xff : byte))],
    ["a list", () => Uint8Array.of(6, 0, 0, 0, 0)],
    ["another pipeline", (bytes) => bytes],
  ])("whose packed document is %s is set aside alone, named and kept", async (_what, spoil) => {
    const first = await open();
    const good = await first.create({ ...INPUT, name: "Morning news" });
    await first.close();
    const database = await openDB(name);
    const [stored] = (await database.getAll("rows")) as { document: Uint8Array }[];
    const spoilt = spoil(stored!.document);
    await database.put("rows", { ...stored, id: DAMAGED, document: spoilt }, ["", DAMAGED]);
    const repository = await open();
    expect(repository.status).toMatchObject({ mode: "indexeddb", durable: true, damaged: [DAMAGED] });
    expect((await repository.list()).map(({ id }) => id)).toEqual([good.id]);
    expect(await repository.get(DAMAGED)).toBeNull();
    await refusal(repository.create(INPUT, { id: DAMAGED }), "conflict");
    await repository.update(good.id, { name: "still works" });
    expect(await database.get("rows", ["", DAMAGED])).toMatchObject({ id: DAMAGED, document: spoilt });
    database.close();
  });

  test.each<[string, IDBValidKey[], string]>([
    ["a number", [7], "7"],
    ["nothing", [], "null"],
    ["a longer key", [DAMAGED, "x"], DAMAGED],
  ])("may stand under %s", async (_what, key, named) => {
    await (await open()).create(INPUT);
    await put(row, ...key);
    const repository = await open();
    expect(repository.status).toMatchObject({ mode: "indexeddb", damaged: [named] });
    expect(await repository.list()).toHaveLength(1);
  });

  test("that comes while a page is open is not overwritten", async () => {
    const repository = await open();
    await put(null, DAMAGED);
    await refusal(repository.create(INPUT, { id: DAMAGED }), "conflict");
    await repository.create(INPUT);
    expect(await rows()).toContain(null);
    expect(repository.status.damaged).toEqual([DAMAGED]);
  });

  test("a mark that is none, or has no number, stops nobody", async () => {
    const [here, there] = [await open(), await open()];
    const { id } = await here.create(INPUT);
    const database = await openDB(name);
    const mark = (await database.get("meta", ["", "mark"])) as { epoch: string; count: number };
    const counters = ["text", NaN, { a: 1 }, null];
    for (const spoilt of [...counters, ...counters.map((count) => ({ ...mark, count })), ...counters.map((epoch) => ({ ...mark, epoch }))]) {
      await database.put("meta", spoilt, ["", "mark"]);
      await here.update(id, { description: "here" });
      await there.update(id, { name: "there" });
      expect(await there.get(id)).toMatchObject({ name: "there", description: "here" });
    }
    database.close();
  });
});

test("a row whose key is in upper case is one pipeline, and is changed where it stands", async () => {
  const first = await open();
  const { id } = await first.create(INPUT);
  const database = await openDB(name);
  const [stored] = await rows();
  await database.delete("rows", ["", id]);
  const upper = id.toUpperCase();
  await database.put("rows", { ...stored, id: upper, document: { ...stored?.document, id: upper } }, ["", upper]);
  await (await open()).update(id, { name: "changed" });
  expect(await (await open()).list()).toMatchObject([{ id, name: "changed" }]);
  expect(await database.getAllKeys("rows")).toEqual([["", upper]]);
  database.close();
});

const original = IDBDatabase.prototype.transaction;
