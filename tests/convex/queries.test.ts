/** The Convex queries, called as other functions of the app would call them: what each caller sees, in which order. */
import { pipelineFunctions } from "convex-pipelines/convex";
import { describe, expect, test } from "vitest";
import { INPUT, backend, sha256, stored } from "./backend";
import { create, pipelines, refusal } from "./functions";

describe("a caller scoped to an account", () => {
  test("sees, changes and deletes its own rows only; a caller without account sees all", async () => {
    const t = backend();
    const { id } = await create(t, { accountId: "user_1" });
    await create(t, { accountId: "user_2" });
    const before = await stored(t);
    const foreign = { id, accountId: "user_2" };
    expect(await t.query(pipelines.get, foreign)).toBeNull();
    expect(await t.mutation(pipelines.delete, foreign)).toBe(false);
    expect(await t.mutation(pipelines.recordRun, { ...foreign, completedAt: "2026-11-22T20:14:00Z" })).toBeNull();
    expect(await stored(t)).toEqual(before);

    expect((await t.query(pipelines.list, { accountId: "user_1" })).result.map((item) => item.id)).toEqual([id]);
    expect((await t.query(pipelines.list, {})).result).toHaveLength(2);
    expect((await t.query(pipelines.get, { id }))?.accountId).toBe("user_1");
    expect(await t.mutation(pipelines.delete, { id, accountId: "user_1" })).toBe(true);
  });
});

describe("list", () => {
  const NAMES = ["b", "A", "a", "Z", "Ä", "a b", "10", "9", "b", "ß", "SS", "\u{1F600}", "É", "e"];
  /** The contract's order, written down once more: lowercase name, name, id, each by code point. */
  const byContract = (a: { name: string; id: string }, b: { name: string; id: string }) =>
    compared(a.name.toLowerCase(), b.name.toLowerCase()) || compared(a.name, b.name) || compared(a.id, b.id);
  const compared = (a: string, b: string) => {
    const [left, right] = [codePoints(a), codePoints(b)];
    const at = left.findIndex((point, i) => point !== right[i]);
    return at < 0 ? left.length - right.length : left[at]! - (right[at] ?? -1);
  };
  const codePoints = (text: string) => Array.from(text, (character) => character.codePointAt(0)!);

  for (const accountId of [undefined, "user_1"]) {
    for (const limit of [1, 2, 5, 14, 1000]) {
      test(`pages of ${limit} ${accountId === undefined ? "of all" : "of an account"} come in order`, async () => {
        const t = backend();
        const account = accountId === undefined ? {} : { accountId };
        for (const name of NAMES) await create(t, { input: { ...INPUT, name }, ...account });
        await create(t, { accountId: "user_2", input: { ...INPUT, name: "aa" } });

        const items = [];
        let cursor: string | undefined;
        do {
          const page = await t.query(pipelines.list, { ...account, limit, ...(cursor !== undefined && { cursor }) });
          expect(page.result.length).toBeLessThanOrEqual(limit);
          items.push(...page.result);
          cursor = page.cursor;
        } while (cursor !== undefined);
        expect(items).toHaveLength(NAMES.length + (accountId === undefined ? 1 : 0));
        expect(items).toEqual([...items].sort(byContract));
      });
    }
  }

  test("a row that is renamed or deleted between two pages neither repeats nor hides another", async () => {
    const t = backend();
    const ids = [];
    for (const name of ["a", "b", "c", "d"]) ids.push((await create(t, { input: { ...INPUT, name } })).id);
    const first = await t.query(pipelines.list, { limit: 2 });
    await t.mutation(pipelines.delete, { id: ids[1]! });
    const rest = await t.query(pipelines.list, { limit: 2, cursor: first.cursor! });
    expect([...first.result, ...rest.result].map((item) => item.name)).toEqual(["a", "b", "c", "d"]);
  });

  test("refuses what is no cursor and no limit", async () => {
    const t = backend();
    for (const args of [{ cursor: "?" }, { cursor: "" }, { limit: 0 }, { limit: 1001 }, { limit: 1.5 }]) {
      const data = await refusal(t.query(pipelines.list, args));
      expect(data, JSON.stringify(args)).toMatchObject({ code: "invalid" });
      expect(data.issues![0]!.path).toEqual(Object.keys(args));
    }
  });

  test("a page ends before it has read too much, and goes on behind", { timeout: 60_000 }, async () => {
    const t = backend();
    const description = "x".repeat(10_000);
    const steps = Array.from({ length: 100 }, (_, i) => ({
      id: `s${i}`,
      kind: "tone",
      options: { tone: "formal", audienceHint: "y".repeat(500) },
    }));
    for (let i = 0; i < 130; i++) await create(t, { input: { name: `n${i}`, description, steps } });
    const first = await t.query(pipelines.list, {});
    expect(first.result.length).toBeLessThan(130);
    const second = await t.query(pipelines.list, { cursor: first.cursor! });
    expect(first.result.length + second.result.length).toBe(130);
    expect(second).not.toHaveProperty("cursor");
  });
});

describe("findByWebhookSecret", () => {
  test("finds older rows whose secret is stored as it is, and seals them on their next change", async () => {
    const t = backend();
    const secret = "0a1b2c3d-4e5f-4a6b-8c7d-0123456789ab";
    const { id } = await create(t);
    await t.run(async (ctx) => {
      const doc = await ctx.db.query("pipelines").first();
      await ctx.db.patch(doc!._id, { webhookSecret: secret });
    });
    expect((await t.query(pipelines.findByWebhookSecret, { secret }))?.id).toBe(id);
    await t.mutation(pipelines.update, { id, input: {} });
    const { pipelines: rows } = await stored(t);
    expect(rows[0]!.webhookSecret).toBe(`s1:${await sha256(secret)}`);
    expect((await t.query(pipelines.findByWebhookSecret, { secret }))?.id).toBe(id);
  });

  test("a leaked stored value is no secret", async () => {
    const t = backend();
    await create(t);
    const { pipelines: rows } = await stored(t);
    expect(await t.query(pipelines.findByWebhookSecret, { secret: rows[0]!.webhookSecret! })).toBeNull();
  });
});

describe('secretStorage "plaintext"', () => {
  const module = "../../www-example/convex/pipelines.ts";
  const plaintext = () => {
    const { remove, ...functions } = pipelineFunctions({ secretStorage: "plaintext" });
    return backend({ [module]: () => Promise.resolve({ ...functions, delete: remove }) });
  };

  test("keeps the older behaviour: every full pipeline carries its secret", async () => {
    const t = plaintext();
    const created = await create(t);
    const { id, webhookSecret } = created;
    expect(await t.query(pipelines.get, { id })).toEqual(created);
    expect(await t.query(pipelines.findByWebhookSecret, { secret: webhookSecret! })).toEqual(created);
    const rotated = await t.mutation(pipelines.update, { id, input: { rotateSecret: true } });
    expect(await t.query(pipelines.get, { id })).toEqual(rotated);
    expect(JSON.stringify(await t.query(pipelines.list, {}))).not.toContain(rotated.webhookSecret);
  });

  test("reveals nothing of a pipeline made with a digest", async () => {
    const t = plaintext();
    const secret = "7d0b7a5e-6a39-4ad2-9c6d-9f6b1a1c2d3e";
    const { id } = await create(t, { secretDigest: await sha256(secret) });
    const found = await t.query(pipelines.findByWebhookSecret, { secret });
    expect(found?.id).toBe(id);
    expect(found).not.toHaveProperty("webhookSecret");
  });
});
