/** Rows that other code has written, or that were damaged: each is left alone and reported, and stops nobody. */
import { openDB } from "idb";
import { describe, expect, test } from "vitest";
import { freshDevice } from "../support/device";
import { INPUT, STEPS, refusal } from "./suite";

const device = freshDevice();
const { open, rows } = device;

describe("a damaged row", () => {
  test("is left alone and reported; the others are there", async () => {
    const first = await open();
    const good = await first.create(INPUT);
    const bad = await first.create(INPUT);
    await first.close();
    const database = await openDB(device.name);
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
    const database = await openDB(device.name);
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
    const database = await openDB(device.name);
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
    const database = await openDB(device.name);
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
    const database = await openDB(device.name);
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
