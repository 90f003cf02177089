/** The Convex functions, called as other functions of the app would call them. */
import type { ConvexError } from "convex/values";
import type { PipelineErrorData } from "convex-pipelines";
import { pipelineFunctions } from "convex-pipelines/convex";
import { afterEach, describe, expect, test, vi } from "vitest";
import { internal } from "../../www-example/convex/_generated/api";
import { INPUT, NOBODY, TIMESTAMP, UUID, backend, sha256, stored, type Backend } from "./backend";

const { pipelines } = internal;
afterEach(() => {
  vi.useRealTimers();
});

const create = (t: Backend, args: object = {}) => t.mutation(pipelines.create, { input: INPUT, ...args });
const refusal = (call: Promise<unknown>): Promise<PipelineErrorData> =>
  call.then(
    () => expect.fail("was not refused"),
    (thrown: unknown) => (thrown as ConvexError<never>).data,
  );

describe("create", () => {
  test("stores what the model made of the input, with the secret sealed", async () => {
    const t = backend();
    const pipeline = await create(t, { accountId: "user_1" });
    expect(pipeline).toMatchObject({ ...INPUT, name: "Morning digest", accountId: "user_1" });
    expect(pipeline.id).toMatch(UUID);
    expect(pipeline.webhookSecret).toMatch(UUID);
    expect(pipeline.createdAt).toMatch(TIMESTAMP);

    const { webhookSecret, ...shown } = pipeline;
    const { pipelines: rows } = await stored(t);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      ...shown,
      nameKey: "morning digest",
      webhookSecret: `s1:${await sha256(webhookSecret!)}`,
      secretLastFour: webhookSecret!.slice(-4),
    });
    expect(JSON.stringify(rows)).not.toContain(webhookSecret);
  });

  test("shows the secret once", async () => {
    const t = backend();
    const { id, webhookSecret } = await create(t);
    const later = [
      await t.query(pipelines.get, { id }),
      await t.query(pipelines.findByWebhookSecret, { secret: webhookSecret! }),
      await t.mutation(pipelines.update, { id, input: { name: "Other" } }),
      await t.mutation(pipelines.recordRun, { id, completedAt: "2026-11-22T20:14:00Z" }),
    ];
    for (const pipeline of later) {
      expect(pipeline).not.toBeNull();
      expect(pipeline).not.toHaveProperty("webhookSecret");
      expect(pipeline!.secretLastFour).toBe(webhookSecret!.slice(-4));
    }
  });

  test("keeps the caller's id and digest, and reveals nothing then", async () => {
    const t = backend();
    const secret = "7d0b7a5e-6a39-4ad2-9c6d-9f6b1a1c2d3e";
    const pipeline = await create(t, { id: NOBODY, secretDigest: await sha256(secret), secretLastFour: "2d3e" });
    expect(pipeline).toMatchObject({ id: NOBODY, secretLastFour: "2d3e" });
    expect(pipeline).not.toHaveProperty("webhookSecret");
    expect((await t.query(pipelines.findByWebhookSecret, { secret }))?.id).toBe(NOBODY);
  });

  test("refuses an id or a digest that is taken, also by somebody else", async () => {
    const t = backend();
    const secretDigest = await sha256("7d0b7a5e-6a39-4ad2-9c6d-9f6b1a1c2d3e");
    await create(t, { id: NOBODY, secretDigest, accountId: "user_1" });
    const before = await stored(t);
    expect(await refusal(create(t, { id: NOBODY, accountId: "user_2" }))).toMatchObject({ code: "conflict" });
    expect(await refusal(create(t, { secretDigest, accountId: "user_2" }))).toMatchObject({ code: "conflict" });
    expect(await stored(t)).toEqual(before);
  });

  test("is a door of its own: every issue comes back as data", async () => {
    const t = backend();
    const data = await refusal(create(t, { input: { name: " ", steps: [], colour: 1 } }));
    expect(data).toMatchObject({ code: "invalid", retryable: false });
    expect(data.issues!.map(({ code, path }) => [code, path])).toEqual([
      ["empty", ["name"]],
      ["too_few", ["steps"]],
      ["unknown_field", ["colour"]],
    ]);
  });
});

describe("update", () => {
  test("changes what is given, clears what is null, grows updatedAt", async () => {
    vi.useFakeTimers({ now: Date.parse("2026-11-22T20:14:00Z"), toFake: ["Date"] });
    const t = backend();
    const { id, updatedAt } = await create(t);
    const changed = await t.mutation(pipelines.update, { id, input: { name: "Evening", schedule: null } });
    expect(changed).toMatchObject({ name: "Evening", description: INPUT.description, steps: INPUT.steps });
    expect(changed).not.toHaveProperty("schedule");
    expect(changed.updatedAt > updatedAt).toBe(true);
    const untouched = await t.mutation(pipelines.update, { id, input: {} });
    expect(untouched.updatedAt > changed.updatedAt).toBe(true);
    expect(await t.query(pipelines.get, { id })).toEqual(untouched);
  });

  test("answers a stale expectation with conflict", async () => {
    const t = backend();
    const { id, updatedAt } = await create(t);
    await t.mutation(pipelines.update, { id, input: { name: "Second" }, expectedUpdatedAt: updatedAt });
    const before = await stored(t);
    const stale = t.mutation(pipelines.update, { id, input: { name: "Third" }, expectedUpdatedAt: updatedAt });
    expect(await refusal(stale)).toMatchObject({ code: "conflict" });
    expect(await stored(t)).toEqual(before);
  });

  test("rotates: the new secret is shown, the old one finds nothing", async () => {
    const t = backend();
    const { id, webhookSecret: first } = await create(t);
    const rotated = await t.mutation(pipelines.update, { id, input: { rotateSecret: true } });
    expect(rotated.webhookSecret).toMatch(UUID);
    expect(rotated.webhookSecret).not.toBe(first);
    expect(await t.query(pipelines.findByWebhookSecret, { secret: first! })).toBeNull();
    expect((await t.query(pipelines.findByWebhookSecret, { secret: rotated.webhookSecret! }))?.id).toBe(id);
  });

  test("refuses to rotate to a digest that another pipeline has", async () => {
    const t = backend();
    const { webhookSecret } = await create(t);
    const { id } = await create(t);
    const before = await stored(t);
    const args = { id, input: { rotateSecret: true }, secretDigest: await sha256(webhookSecret!) };
    expect(await refusal(t.mutation(pipelines.update, args))).toMatchObject({ code: "conflict" });
    expect(await stored(t)).toEqual(before);
  });

  test("answers an unknown id and somebody else's alike", async () => {
    const t = backend();
    const { id } = await create(t, { accountId: "user_1" });
    const unknown = await refusal(t.mutation(pipelines.update, { id: NOBODY, input: {}, accountId: "user_2" }));
    const foreign = await refusal(t.mutation(pipelines.update, { id, input: {}, accountId: "user_2" }));
    expect(unknown).toMatchObject({ code: "not_found" });
    expect(foreign).toEqual(unknown);
  });
});

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

describe("delete", () => {
  const run = (pipelineId: string, i: number) => ({ runId: `run-${i}`, pipelineId, status: "success" as const });

  test("takes the runs along and leaves those of others", async () => {
    const t = backend();
    const { id } = await create(t);
    const { id: other } = await create(t);
    await t.run(async (ctx) => {
      for (let i = 0; i < 5; i++) await ctx.db.insert("pipeline_runs", run(i < 3 ? id : other, i));
    });
    expect(await t.mutation(pipelines.delete, { id })).toBe(true);
    expect(await t.mutation(pipelines.delete, { id })).toBe(false);
    const { pipelines: rows, pipeline_runs: runs } = await stored(t);
    expect(rows.map((row) => row.id)).toEqual([other]);
    expect(runs.map((row) => row.pipelineId)).toEqual([other, other]);
  });

  test("of many runs goes on in batches until none is left", { timeout: 60_000 }, async () => {
    vi.useFakeTimers();
    const t = backend();
    const { id } = await create(t);
    await t.run(async (ctx) => {
      for (let i = 0; i < 2500; i++) await ctx.db.insert("pipeline_runs", run(id, i));
    });
    expect(await t.mutation(pipelines.delete, { id })).toBe(true);
    expect((await stored(t)).pipeline_runs).toHaveLength(1500);
    await t.finishAllScheduledFunctions(vi.runAllTimers);
    expect((await stored(t)).pipeline_runs).toHaveLength(0);
  });
});

describe("recordRun", () => {
  test("moves lastRunAt forward only, and leaves updatedAt alone", async () => {
    const t = backend();
    const { id, updatedAt } = await create(t);
    const record = (completedAt: string) => t.mutation(pipelines.recordRun, { id, completedAt });
    expect(await record("2026-11-22T21:14:00.5+01:00")).toMatchObject({ lastRunAt: "2026-11-22T20:14:00.500Z", updatedAt });
    expect(await record("2026-11-21T00:00:00Z")).toMatchObject({ lastRunAt: "2026-11-22T20:14:00.500Z" });
    expect(await refusal(record("yesterday"))).toMatchObject({ code: "invalid" });
    expect(await t.mutation(pipelines.recordRun, { id: NOBODY, completedAt: "2026-11-21T00:00:00Z" })).toBeNull();
  });
});
