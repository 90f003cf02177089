/** Operations of outboxes over the HTTP actions: whatever comes twice, late or out of turn is settled once. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Sender, type StampedAnswer } from "../support/stamped";
import { INPUT, NOBODY, UUID, backend, call, lenientBackend, quiet, sha256, stored, type Backend } from "./backend";
import { create, pipelines, refusal } from "./functions";

beforeEach(quiet);
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const SECRET = "7d0b7a5e-6a39-4ad2-9c6d-9f6b1a1c2d3e";
const DAY = 24 * 60 * 60 * 1000;

type Name = "create" | "update" | "delete" | "recordRun";

async function send(t: Backend, operation: Name, args: object): Promise<StampedAnswer & { status: number }> {
  const { status, json } = await call(t, operation, args);
  return { status, ...(json as unknown as StampedAnswer) };
}

const cursors = (t: Backend) => t.run((ctx) => ctx.db.query("pipeline_cursors").collect());
const state = async (t: Backend) => ({ ...(await stored(t)), cursors: await cursors(t) });

async function creation(id: string = NOBODY): Promise<object> {
  return { id, input: INPUT, secretDigest: await sha256(SECRET), secretLastFour: "2d3e" };
}

/** A backend with a pipeline of the id `NOBODY`, and the client that has made it. */
async function begun(): Promise<{ t: Backend; me: Sender }> {
  const t = backend();
  const me = new Sender();
  expect((await send(t, "create", await me.next(await creation()))).op.verdict).toBe("ok");
  return { t, me };
}

const renaming = (name: string) => ({ id: NOBODY, input: { name } });

describe("an operation whose answer was lost", () => {
  test("is answered again, byte for byte, and applied once", async () => {
    const t = backend();
    const me = new Sender();
    const args: [Name, object][] = [
      ["create", await me.next(await creation())],
      ["update", await me.next(renaming("Second"), { name: "Morning digest" })],
      ["update", await me.next(renaming("Third"), { name: "Morning digest" })],
      ["update", await me.next(renaming(""), { name: "Second" })],
      ["recordRun", await me.next({ id: NOBODY, completedAt: "2026-11-22T20:14:00.000Z" })],
      ["delete", await me.next({ id: NOBODY })],
      ["update", await me.next(renaming("Late"), { name: "Second" })],
    ];
    const verdicts = [];
    for (const [operation, body] of args) {
      const first = await call(t, operation, body);
      const after = await state(t);
      const again = await call(t, operation, body);
      expect([again.status, again.text]).toEqual([200, first.text]);
      expect(await state(t)).toEqual(after);
      verdicts.push((first.json as unknown as StampedAnswer).op.verdict);
    }
    expect(verdicts).toEqual(["ok", "ok", "conflict", "rejected", "ok", "ok", "gone"]);
  });

  test("shows no secret, and none is stored but as a digest", async () => {
    const t = backend();
    const body = await new Sender().next(await creation());
    for (const answer of [await call(t, "create", body), await call(t, "create", body)]) {
      expect(answer.json.result).not.toHaveProperty("webhookSecret");
      expect(answer.json.result).toMatchObject({ id: NOBODY, secretLastFour: "2d3e" });
    }
    expect(JSON.stringify(await cursors(t))).not.toContain(await sha256(SECRET));
    expect((await t.query(pipelines.findByWebhookSecret, { secret: SECRET }))?.id).toBe(NOBODY);
  });
});

describe("an operation out of turn", () => {
  test("that is older is superseded", async () => {
    const { t, me } = await begun();
    await send(t, "update", await me.next(renaming("Second")));
    const before = await state(t);
    const { status, op, result } = await send(t, "create", await me.at(1, await creation()));
    expect([status, op.verdict, result]).toEqual([200, "superseded", undefined]);
    expect(await state(t)).toEqual(before);
  });

  test("that has another's number is a fork", async () => {
    const { t, me } = await begun();
    const before = await state(t);
    const body = await me.at(1, renaming("Other"));
    const answer = await send(t, "update", body);
    expect(answer).toMatchObject({ status: 409, error: { code: "conflict" }, op: { opId: body.op.opId, seq: 1, verdict: "client_fork" } });
    expect(await state(t)).toEqual(before);
  });

  test("that comes too early is told which is expected", async () => {
    const { t, me } = await begun();
    const before = await state(t);
    const answer = await send(t, "update", await me.at(3, renaming("Third")));
    expect(answer).toMatchObject({ status: 409, error: { code: "conflict" }, op: { seq: 3, verdict: "out_of_order", expected: 2 } });
    expect(await state(t)).toEqual(before);
  });
});

describe("two clients", () => {
  test("who change different fields both win", async () => {
    const { t, me } = await begun();
    const you = new Sender();
    const mine = await send(t, "update", await me.next(renaming("Mine"), { name: "Morning digest" }));
    const description = { description: INPUT.description };
    const yours = await send(t, "update", await you.next({ id: NOBODY, input: { description: "Yours" } }, description));
    expect([mine.op.verdict, yours.op.verdict]).toEqual(["ok", "ok"]);
    expect(yours.result).toMatchObject({ name: "Mine", description: "Yours" });
  });

  test("who change the same field learn of each other", async () => {
    const { t, me } = await begun();
    const you = new Sender();
    const steps = [{ id: "tidy", kind: "clean", options: {} }];
    await send(t, "update", await you.next({ id: NOBODY, input: { steps } }, { steps: INPUT.steps }));
    const input = { steps: [...steps, { id: "more", kind: "clean", options: {} }] };
    const answer = await send(t, "update", await me.next({ id: NOBODY, input }, { steps: INPUT.steps }));
    expect(answer).toMatchObject({ status: 200, op: { verdict: "conflict", current: { id: NOBODY, steps } } });
    expect(answer).not.toHaveProperty("result");
    const mine = await send(t, "update", await me.next({ id: NOBODY, input }, { steps }));
    expect(mine.op.verdict).toBe("ok");
  });

  test("are answered that a pipeline is gone that one of them has deleted", async () => {
    const { t, me } = await begun();
    expect(await send(t, "delete", await new Sender().next({ id: NOBODY }))).toMatchObject({ result: true, op: { verdict: "ok" } });
    expect((await send(t, "update", await me.next(renaming("Late"), { name: "Morning digest" }))).op.verdict).toBe("gone");
    expect((await send(t, "recordRun", await me.next({ id: NOBODY, completedAt: "2026-11-22T20:14:00Z" }))).op.verdict).toBe("gone");
    expect((await send(t, "delete", await me.next({ id: NOBODY }))).op.verdict).toBe("gone");
    expect((await state(t)).pipelines).toEqual([]);
  });

  test("of different accounts are counted apart, and one sees nothing of the other's", async () => {
    const t = backend();
    const me = new Sender();
    const mine = await me.next(await creation());
    await send(t, "create", { ...mine, accountId: "user_1" });
    const answer = await send(t, "update", { ...(await me.at(1, renaming("Taken over"))), accountId: "user_2" });
    expect(answer.op.verdict).toBe("gone");
    const taken = await send(t, "create", { ...(await me.at(2, { ...(await creation()), secretDigest: "0".repeat(64) })), accountId: "user_2" });
    expect(taken.op).toMatchObject({ verdict: "conflict" });
    expect(taken.op).not.toHaveProperty("current");
    expect((await send(t, "create", { ...mine, accountId: "user_1" })).op.verdict).toBe("ok");
  });
});

describe("a secret", () => {
  test("is rotated by its digest, and works from then on", async () => {
    const { t, me } = await begun();
    const next = "1d0b7a5e-6a39-4ad2-9c6d-9f6b1a1c2d3f";
    const rotation = { id: NOBODY, input: { rotateSecret: true }, secretDigest: await sha256(next), secretLastFour: "2d3f" };
    const answer = await send(t, "update", await me.next(rotation, {}));
    expect(answer).toMatchObject({ op: { verdict: "ok" }, result: { secretLastFour: "2d3f" } });
    expect(answer.result).not.toHaveProperty("webhookSecret");
    expect((await t.query(pipelines.findByWebhookSecret, { secret: next }))?.id).toBe(NOBODY);
    expect(await t.query(pipelines.findByWebhookSecret, { secret: SECRET })).toBeNull();
  });

  test("that another pipeline has is a conflict, for a creation and for a rotation", async () => {
    const { t, me } = await begun();
    const id = crypto.randomUUID();
    expect((await send(t, "create", await me.at(1, await creation(id)))).op.verdict).toBe("conflict");
    await create(t, { id });
    const rotation = { id, input: { rotateSecret: true }, secretDigest: await sha256(SECRET) };
    expect((await send(t, "update", await me.at(2, rotation))).op).toMatchObject({ verdict: "conflict", current: { id } });
    expect((await t.query(pipelines.findByWebhookSecret, { secret: SECRET }))?.id).toBe(NOBODY);
  });
});

describe("arguments with issues", () => {
  test("are rejected with all of them, and the count goes on", async () => {
    const { t, me } = await begun();
    const input = { name: " ", schedule: { cron: "99 * * * *" }, $colour: 1, _id: { deep: [[[1]]] } };
    const answer = await send(t, "update", await me.next({ id: NOBODY, input, other: 1 }));
    expect(answer.status).toBe(200);
    expect(answer.op.verdict).toBe("rejected");
    expect(answer.op.issues?.map(({ code, path }) => [code, ...path])).toEqual([
      ["empty", "name"],
      ["cron", "schedule", "cron"],
      ["unknown_field", "$colour"],
      ["unknown_field", "_id"],
      ["unknown_field", "other"],
    ]);
    expect((await send(t, "recordRun", await me.next({ id: NOBODY, completedAt: "soon" }))).op.verdict).toBe("rejected");
    expect((await send(t, "delete", await me.next({ id: NOBODY, runsUntil: 1 }))).op.verdict).toBe("rejected");
    expect((await send(t, "create", await new Sender().next({ id: crypto.randomUUID(), input: INPUT }))).op.verdict).toBe("rejected");
    expect((await send(t, "update", await me.next(renaming("Good")))).op.verdict).toBe("ok");
  });

  test("of the stamp itself are refused, and nothing is counted", async () => {
    const { t, me } = await begun();
    const before = await state(t);
    const good = await me.at(2, renaming("x"));
    const cases: [object, string][] = [
      [{ ...good, op: { ...good.op, seq: 0 } }, "op.seq"],
      [{ ...good, op: { ...good.op, clientId: "me" } }, "op.clientId"],
      [{ ...good, op: { ...good.op, bodyHash: "0".repeat(64) } }, "op.bodyHash"],
      [{ ...good, input: { name: "y" } }, "op.bodyHash"],
      [{ ...good, op: { ...good.op, later: 1 } }, "op.later"],
      [{ ...good, id: "x" }, "id"],
    ];
    for (const [body, path] of cases) {
      const { status, json } = await call(t, "update", body);
      expect(status).toBe(422);
      expect(json.error.issues.map((issue) => issue.path.join("."))).toContain(path);
    }
    expect(await state(t)).toEqual(before);
  });

  test("are refused of a function that is called without an id", async () => {
    const { op } = await new Sender().next({});
    const { code, issues = [] } = await refusal(backend().mutation(pipelines.create, { input: INPUT, op }));
    expect([code, issues.map(({ path }) => path.join("."))]).toEqual(["invalid", ["id"]]);
  });
});

test("values that JSON has no words for are compared as Convex holds them", async () => {
  const t = lenientBackend();
  const id = NOBODY;
  const rest = { nameKey: "x", createdAt: "2026-11-22T20:14:00.000Z", updatedAt: "2026-11-22T20:14:00.000Z" };
  const steps = [{ id: "a", kind: "newer", options: { size: 7n } }];
  await t.run(async (ctx) => ctx.db.insert("pipelines", { ...rest, id, name: "x", steps } as never));
  const { json } = await call(t, "get", { id });
  const seen = json.result!.steps;
  const me = new Sender();
  const clean = [{ id: "a", kind: "clean", options: {} }];
  const other = [{ id: "a", kind: "newer", options: { size: { $size: 7 } } }];
  expect((await send(t, "update", await me.next({ id, input: { steps: clean } }, { steps: other }))).op).toMatchObject({ verdict: "conflict", current: { steps: seen } });
  expect((await send(t, "update", await me.next({ id, input: { steps: clean } }, { steps: seen }))).op.verdict).toBe("ok");
});

test("calls without op are answered as before", async () => {
  const t = backend();
  const { json, status } = await call(t, "create", { input: INPUT });
  expect([status, Object.keys(json)]).toEqual([200, ["result"]]);
  expect(json.result.webhookSecret).toMatch(UUID);
  expect((await call(t, "update", { id: json.result.id, input: { name: "" } })).status).toBe(422);
  expect(await cursors(t)).toEqual([]);
});

describe("clients of a pipeline that is gone", () => {
  const at = (days: number) => vi.setSystemTime(Date.parse("2026-11-22T20:14:00Z") + days * DAY);
  const ids = async (t: Backend) => (await cursors(t)).map(({ clientId }) => clientId);
  /** What anybody sends about any other pipeline. */
  const other = async (t: Backend) => send(t, "recordRun", await new Sender().next({ id: crypto.randomUUID(), completedAt: "2026-11-22T20:14:00Z" }));

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"] });
    at(0);
  });

  test("are forgotten after 90 silent days, and those of living ones never", async () => {
    const { t, me } = await begun();
    const [you, later] = [new Sender(), new Sender()];
    await send(t, "update", await you.next(renaming("Yours")));
    const living = new Sender();
    await send(t, "create", await living.next({ ...(await creation(crypto.randomUUID())), secretDigest: "0".repeat(64) }));
    await t.mutation(pipelines.delete, { id: NOBODY });
    at(40);
    await send(t, "update", await later.next(renaming("Late")));
    at(89);
    await other(t);
    expect(await ids(t)).toEqual(expect.arrayContaining([me.clientId, you.clientId, later.clientId, living.clientId]));
    at(91);
    await other(t);
    expect(await ids(t)).toEqual(expect.arrayContaining([later.clientId, living.clientId]));
    expect(await ids(t)).not.toEqual(expect.arrayContaining([me.clientId]));
    expect(await ids(t)).not.toEqual(expect.arrayContaining([you.clientId]));
    at(131);
    await other(t);
    expect(await ids(t)).not.toContain(later.clientId);
    expect(await ids(t)).toContain(living.clientId);
  });

  test("stay where the pipeline is there again", async () => {
    const { t, me } = await begun();
    await send(t, "delete", await me.next({ id: NOBODY }));
    await create(t, { id: NOBODY });
    at(91);
    await other(t);
    expect(await ids(t)).toContain(me.clientId);
  });

  test("go in batches", async () => {
    const { t } = await begun();
    const [row] = await cursors(t);
    const { _id, _creationTime, ...cursor } = row!;
    await t.run(async (ctx) => {
      for (let i = 0; i < 250; i++) await ctx.db.insert("pipeline_cursors", { ...cursor, clientId: crypto.randomUUID() });
    });
    await t.mutation(pipelines.delete, { id: NOBODY });
    at(91);
    const left = [];
    for (let i = 0; i < 4; i++) {
      await other(t);
      left.push((await cursors(t)).filter(({ pipelineId }) => pipelineId === NOBODY).length);
    }
    expect(left).toEqual([expect.any(Number), expect.any(Number), 0, 0]);
    expect(left[0]).toBeGreaterThanOrEqual(150);
  });
});
