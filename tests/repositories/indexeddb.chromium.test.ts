import type { IndexedDbPipelineRepository } from "convex-pipelines";
import { openDB } from "idb";
import { describe, expect, test, vi } from "vitest";
import { freshDevice } from "../support/device";
import { INPUT, refusal, repositorySuite } from "./suite";

const device = freshDevice();
const { open, rows } = device;

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

describe("a connection that is lost after the change was written", () => {
  /** The next transaction completes, but the page hears of an abort instead. */
  function loseNext(): void {
    vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementationOnce(function (this: IDBDatabase, ...args) {
      const real = Reflect.apply(original, this, args) as IDBTransaction;
      real.addEventListener("complete", (event) => {
        event.stopImmediatePropagation();
        real.dispatchEvent(new Event("abort"));
      });
      return real;
    });
  }

  test("does not write it twice", async () => {
    const repository = await open();
    const put = vi.spyOn(IDBObjectStore.prototype, "put");
    const { id } = await repository.create(INPUT);
    put.mockClear();
    loseNext();
    const { updatedAt } = await repository.update(id, { name: "once" });
    expect(put.mock.contexts.filter((store) => (store as IDBObjectStore).name === "rows")).toHaveLength(1);
    expect(await repository.get(id)).toMatchObject({ name: "once", updatedAt });
    expect(await rows()).toMatchObject([{ document: { updatedAt } }]);
  });

  test("does not take what it has made for somebody else's", async () => {
    const repository = await open();
    const add = vi.spyOn(IDBObjectStore.prototype, "add");
    loseNext();
    const { id } = await repository.create(INPUT);
    expect(add).toHaveBeenCalledOnce();
    expect(await repository.list()).toMatchObject([{ id }]);
    expect(await rows()).toMatchObject([{ id, version: 1 }]);
  });
});

test("a row whose key is in upper case is one pipeline, and is changed where it stands", async () => {
  const first = await open();
  const { id } = await first.create(INPUT);
  const database = await openDB(device.name);
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
