/** The Convex mutations, called as other functions of the app would call them. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { INPUT, NOBODY, TIMESTAMP, UUID, backend, sha256, stored } from "./backend";
import { create, pipelines, refusal } from "./functions";

afterEach(() => {
  vi.useRealTimers();
});

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
