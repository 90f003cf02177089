/** Pages of a list over rows of every kind: each comes once, however it is stored and whatever stands beside it. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { INPUT, call, lenientBackend, quiet, type Backend } from "./backend";
import { create, pipelines } from "./functions";
import { DAMAGED, WHOLE, insert, without, type Row } from "./rows";

beforeEach(quiet);
afterEach(() => {
  vi.restoreAllMocks();
});

describe("pages over rows of every kind", () => {
  const uuid = (n: number) => `${String(n).padStart(8, "0")}-aaaa-4aaa-8aaa-aaaaaaaaaaaa`;

  /** Rows in any order of writing; those that can be read have the ids from 0 on. */
  async function fill(t: Backend): Promise<string[]> {
    const odd: Row[] = [
      { nameKey: undefined },
      { nameKey: undefined },
      { nameKey: "zzz" },
      { nameKey: "" },
      { nameKey: 7n },
      { nameKey: -0 },
      { nameKey: null },
      { name: "  Digest " },
      ...Array.from({ length: 3 }, () => ({})),
      ...Array.from({ length: 3 }, () => ({ upper: true })),
    ];
    const readable = odd.map(({ upper, ...part }, n) => {
      return without({ ...WHOLE, ...part, id: upper === true ? uuid(n).toUpperCase() : uuid(n) });
    });
    const damaged = DAMAGED.map(([part]) => without({ ...WHOLE, ...part }));
    const rows = [...damaged, ...readable, ...damaged];
    for (let at = 0; at < rows.length; at++) await insert(t, { ...rows[(at * 7) % rows.length]!, accountId: "user_1" });
    return readable.map(({ id }) => (id as string).toLowerCase());
  }

  for (const account of [{}, { accountId: "user_1" }]) {
    for (const limit of [1, 2, 3, 1000]) {
      test(`of ${limit} come to an end, full and with each row once: ${JSON.stringify(account)}`, async () => {
        const t = lenientBackend();
        const ids = await fill(t);
        const seen: string[] = [];
        let cursor: string | undefined;
        for (let pages = 0; ; pages++) {
          expect(pages).toBeLessThanOrEqual(ids.length);
          const { json, text } = await call(t, "list", { ...account, limit, ...(cursor !== undefined && { cursor }) });
          expect(json.error, text).toBeUndefined();
          seen.push(...json.result.map(({ id }) => id));
          cursor = json.cursor;
          if (cursor === undefined) break;
          expect(json.result).toHaveLength(limit);
        }
        expect(seen).toHaveLength(ids.length);
        expect([...seen].sort()).toEqual([...ids].sort());
      });
    }
  }

  test("a call that meets nothing but damage ends in time, and says where to go on", { timeout: 30_000 }, async () => {
    const t = lenientBackend();
    await t.run(async (ctx) => {
      for (let n = 0; n < 3000; n++) await ctx.db.insert("pipelines", { ...WHOLE, id: `damaged ${n}` } as never);
    });
    const { id } = await create(t, { input: { ...INPUT, name: "Zebra" } });
    const first = await t.query(pipelines.list, { limit: 1 });
    expect(first.result).toEqual([]);
    const second = await t.query(pipelines.list, { limit: 1, cursor: first.cursor! });
    expect(second.result.map((item) => item.id)).toEqual([id]);
  });

  test("a cursor that was made up is refused", async () => {
    const t = lenientBackend();
    for (const cursor of ["[[],[],[{\"$integer\":7}]]", "[[],[],[{\"$x\":7}]]", "[[],[]]", "{}"]) {
      expect((await call(t, "list", { cursor })).status, cursor).toBe(422);
    }
  });
});
