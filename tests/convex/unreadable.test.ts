/** Rows that this version would not write: what it does not know is kept, and what it cannot read is set aside alone. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { INPUT, NOBODY, backend, call, lenientBackend, quiet, sha256, stored, type Backend } from "./backend";
import { create, pipelines, refusal } from "./functions";
import { DAMAGED, WHOLE, insert, without, type Row } from "./rows";

beforeEach(quiet);
afterEach(() => {
  vi.restoreAllMocks();
});

const SECRET = "7d0b7a5e-6a39-4ad2-9c6d-9f6b1a1c2d3e";

/** What stands in the table under an id, without what Convex adds. */
async function rowOf(t: Backend, id: string): Promise<Row | undefined> {
  const doc = (await stored(t)).pipelines.find((row) => row.id === id);
  if (doc === undefined) return undefined;
  const { _id, _creationTime, ...row } = doc;
  return row;
}

const step = (kind: string, options: unknown, rest: Row = {}) => ({ id: "a", kind, options, ...rest });

/** Parts that the exact tables admit, and the model of this version or this host does not. */
const OUT_OF_RANGE: Row[] = [
  { schedule: { cron: "0 7 * * *", timezone: "Mars/Olympus_Mons" } },
  { schedule: { cron: "every morning" } },
  { steps: [step("summarise", { bulletCount: 99 })] },
  { steps: [step("queue", { provider: "v", voicePreference: "custom" })] },
  { steps: [] },
  { defaultSource: "feed" },
  { accountId: "", description: "x".repeat(10_001) },
];

/** Parts that only another version, an import or a table without validation can hold. */
const OF_ANOTHER_VERSION: Row[] = [
  { steps: [step("sing", { loud: true })] },
  { steps: [step("clean", { emoji: "keep" })] },
  { steps: [step("summarise", { bulletCount: 5, style: "haiku" }, { colour: "red" })] },
  { steps: "none yet" },
  { steps: [null, 7, "text", []] },
  { schedule: { cron: "0 7 * * *", jitter: { seconds: 30 } } },
  { schedule: 7 },
  { description: null },
  { colour: { of: ["many", { kinds: true }] } },
  { lastRunStatus: "paused" },
  // What JSON has no words for.
  { steps: [step("summarise", { bulletCount: 5n })] },
  { embedding: new Uint8Array([1, 2, 3]).buffer, weight: NaN, limit: -Infinity, offset: -0, count: 12n },
];

/** Every operation on a row with such a part works, and leaves the part as it stands. */
async function isUsable(t: Backend, part: Row): Promise<void> {
  const given: Row = { ...WHOLE, ...part, webhookSecret: `s1:${await sha256(SECRET)}` };
  await insert(t, given);
  const { id: other } = await create(t, { input: { ...INPUT, name: "Beside it" } });

  const listed = await call(t, "list", {});
  expect(listed.status, listed.text).toBe(200);
  expect(listed.json.result.map(({ id }) => id)).toEqual([other, NOBODY]);
  expect((await t.query(pipelines.list, {})).result.map(({ id }) => id)).toEqual([other, NOBODY]);

  const shown = await t.query(pipelines.get, { id: NOBODY });
  expect(shown).toMatchObject(part);
  expect((await call(t, "get", { id: NOBODY })).status).toBe(200);
  expect((await t.query(pipelines.findByWebhookSecret, { secret: SECRET }))?.id).toBe(NOBODY);
  const recorded = await t.mutation(pipelines.recordRun, { id: NOBODY, completedAt: "2026-11-23T00:00:00Z" });
  // How the run before ended says nothing of this one.
  const { lastRunStatus: _status, ...lasting } = part;
  expect(recorded).toMatchObject(lasting);
  const renamed = await call(t, "update", { id: NOBODY, input: { name: "Renamed" } });
  expect(renamed.status, renamed.text).toBe(200);
  const { updatedAt, nextRunAt: _next, ...kept } = (await rowOf(t, NOBODY))!;
  const { updatedAt: before, lastRunStatus: _before, ...expected } = given;
  expect(kept).toEqual({ ...expected, name: "Renamed", nameKey: "renamed", lastRunAt: "2026-11-23T00:00:00.000Z" });
  expect(updatedAt).not.toBe(before);

  const repair = { schedule: null, description: null, defaultSource: null, steps: INPUT.steps };
  const repaired = await call(t, "update", { id: NOBODY, input: repair });
  expect(repaired.status, repaired.text).toBe(200);
  expect(await rowOf(t, NOBODY)).toMatchObject({ steps: INPUT.steps });
  expect((await call(t, "delete", { id: NOBODY })).json).toEqual({ result: true });
}

describe("a part that this version would refuse is kept as it stands", () => {
  for (const part of OUT_OF_RANGE) {
    test(`in the exact tables: ${Object.keys(part).join()} ${nameOf(part)}`, () => isUsable(backend(), part));
  }
  for (const part of [...OUT_OF_RANGE, ...OF_ANOTHER_VERSION]) {
    test(`without validation: ${nameOf(part)}`, () => isUsable(lenientBackend(), part));
  }

  test("while inputs are refused as ever", async () => {
    const t = lenientBackend();
    await insert(t, WHOLE);
    for (const part of [{ steps: [step("sing", {})] }, { schedule: { cron: "0 7 * * *", timezone: "Mars/Olympus_Mons" } }]) {
      expect(await refusal(t.mutation(pipelines.update, { id: NOBODY, input: part }))).toMatchObject({ code: "invalid" });
      expect(await refusal(create(t, { input: { ...INPUT, ...part } }))).toMatchObject({ code: "invalid" });
    }
    expect(await rowOf(t, NOBODY)).toEqual(WHOLE);
  });
});

describe("a row that cannot be read", () => {
  for (const [part, paths] of DAMAGED) {
    const damaged = without({ ...WHOLE, ...part });

    test(`is set aside alone and named in the log: ${nameOf(part)} ${paths.join()}`, async () => {
      const t = lenientBackend();
      const _id = await insert(t, damaged);
      const { id } = await create(t);
      const page = await call(t, "list", {});
      expect(page.json).toMatchObject({ result: [{ id }] });
      expect(page.json.result).toHaveLength(1);
      const lines = vi.mocked(console.warn).mock.calls.map(([line]) => String(line));
      expect(lines).toHaveLength(1);
      const line = JSON.parse(lines[0]!) as { issues: { path: string[] }[] };
      expect(line).toMatchObject({ event: "convex_damaged_row", table: "pipelines", _id });
      expect(line.issues.map(({ path }) => path.join("."))).toEqual(paths);
      expect(lines[0]).not.toContain("canary");
    });

    test(`is as absent as one that never was, but keeps its id: ${nameOf(part)} ${paths.join()}`, async () => {
      const t = lenientBackend();
      await insert(t, { ...damaged, webhookSecret: `s1:${await sha256(SECRET)}` });
      const id = typeof damaged["id"] === "string" ? damaged["id"] : NOBODY;
      const before = await stored(t);
      expect(await t.query(pipelines.get, { id })).toBeNull();
      expect(await t.query(pipelines.findByWebhookSecret, { secret: SECRET })).toBeNull();
      expect(await t.mutation(pipelines.recordRun, { id, completedAt: "2026-11-23T00:00:00Z" })).toBeNull();
      expect(await refusal(t.mutation(pipelines.update, { id, input: {} }))).toMatchObject({ code: "not_found" });
      const taken = create(t, { id: NOBODY, secretDigest: await sha256(SECRET) });
      expect(await refusal(taken)).toMatchObject({ code: "conflict" });
      expect(await stored(t)).toEqual(before);
      expect(await t.mutation(pipelines.delete, { id })).toBe(damaged["id"] === id);
      expect((await stored(t)).pipelines).toHaveLength(damaged["id"] === id ? 0 : 1);
    });
  }
});

describe("rows that share an id or a secret, as after an import", () => {
  const damaged = { ...WHOLE, name: 7 };

  test("a damaged one hides the other from no operation", async () => {
    const t = lenientBackend();
    const webhookSecret = `s1:${await sha256(SECRET)}`;
    await insert(t, { ...damaged, webhookSecret });
    await insert(t, { ...WHOLE, webhookSecret });
    const shown = { id: NOBODY, name: "Digest" };
    expect(await t.query(pipelines.get, { id: NOBODY })).toMatchObject(shown);
    expect(await t.query(pipelines.findByWebhookSecret, { secret: SECRET })).toMatchObject(shown);
    expect(await t.mutation(pipelines.update, { id: NOBODY, input: {} })).toMatchObject(shown);
    expect(await t.mutation(pipelines.recordRun, { id: NOBODY, completedAt: "2026-11-23T00:00:00Z" })).toMatchObject(shown);
    expect(await t.mutation(pipelines.delete, { id: NOBODY })).toBe(true);
    expect((await stored(t)).pipelines).toMatchObject([damaged]);
    expect(await t.mutation(pipelines.delete, { id: NOBODY })).toBe(true);
    expect((await stored(t)).pipelines).toEqual([]);
  });

  test("one of another account hides none of this one's", async () => {
    const t = lenientBackend();
    for (const accountId of ["user_1", "user_2"]) await insert(t, { ...WHOLE, accountId });
    const mine = { id: NOBODY, accountId: "user_2" };
    expect(await t.query(pipelines.get, mine)).toMatchObject(mine);
    expect(await t.mutation(pipelines.delete, mine)).toBe(true);
    expect((await stored(t)).pipelines).toMatchObject([{ accountId: "user_1" }]);
  });

  test("an update that leaves the secret alone works, and seals it", async () => {
    const t = lenientBackend();
    const ids = [NOBODY, NOBODY.replace("4000", "4001")];
    for (const id of ids) await insert(t, { ...WHOLE, id, webhookSecret: SECRET });
    for (const id of ids) expect((await t.mutation(pipelines.update, { id, input: { name: "New" } })).name).toBe("New");
    const sealed = `s1:${await sha256(SECRET)}`;
    expect((await stored(t)).pipelines.map((row) => row.webhookSecret)).toEqual([sealed, sealed]);
  });
});

function nameOf(part: Row): string {
  return JSON.stringify(part, (_key, value: unknown) => (typeof value === "bigint" ? `${value}n` : value)).slice(0, 80);
}
