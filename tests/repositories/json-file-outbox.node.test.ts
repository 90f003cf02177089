/** Operations of outboxes over HTTP, with a JSON file behind the handler: the file holds each of them once. */
import fs, { writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { JsonFilePipelineRepository } from "convex-pipelines/node";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { serveFile } from "../support/file-server";
import type { Loopback } from "../support/loopback";
import { Random } from "../support/random";
import { Sender, type StampedAnswer } from "../support/stamped";
import { freshPlace, run } from "./json-file";
import { INPUT } from "./suite";

const place = freshPlace();
const ID = "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
const DAY = 24 * 60 * 60 * 1000;
const { renameSync } = fs;

let server: Loopback;
const repositories = new Map<string | undefined, JsonFilePipelineRepository>();
beforeEach(async () => {
  repositories.clear();
  server = await serveFile((accountId) => {
    const repository = repositories.get(accountId) ?? new JsonFilePipelineRepository(place.path, { accountId });
    repositories.set(accountId, repository);
    return repository;
  });
});
afterEach(() => {
  server.stop();
  vi.useRealTimers();
  fs.renameSync = renameSync;
  syncBuiltinESMExports();
});

type Name = "create" | "update" | "delete" | "recordRun" | "get" | "list";

async function post(operation: Name, args: object, accountId?: string): Promise<{ status: number; text: string }> {
  const headers = { "Content-Type": "application/json", ...(accountId !== undefined && { "x-account": accountId }) };
  const response = await fetch(`${server.url}/pipelines/${operation}`, { method: "POST", headers, body: JSON.stringify(args) });
  return { status: response.status, text: await response.text() };
}

async function send(operation: Name, args: object, accountId?: string): Promise<StampedAnswer & { status: number }> {
  const { status, text } = await post(operation, args, accountId);
  return { status, ...(JSON.parse(text) as StampedAnswer) };
}

const digestOf = (digit: number | string) => String(digit).padStart(64, "0");
const creation = (id = ID, secretDigest = digestOf(1)) => ({ id, input: INPUT, secretDigest, secretLastFour: "abcd" });
const renaming = (name: string) => ({ id: ID, input: { name } });
const cursors = () => (place.stored()["cursors"] ?? []) as Record<string, unknown>[];
const OLD_NAME = { name: "Morning news" };

/** The client that has made the pipeline. */
async function begun(): Promise<Sender> {
  const me = new Sender();
  expect((await send("create", await me.next(creation()))).op.verdict).toBe("ok");
  return me;
}

describe("an operation", () => {
  test("that comes again is answered byte for byte, and leaves the file as it is", async () => {
    const me = new Sender();
    const sent: [Name, object][] = [
      ["create", await me.next(creation())],
      ["update", await me.next(renaming("Second"), OLD_NAME)],
      ["update", await me.next(renaming("Third"), OLD_NAME)],
      ["update", await me.next(renaming(""), { name: "Second" })],
      ["update", await me.next({ id: ID, input: { rotateSecret: true }, secretDigest: digestOf(2), secretLastFour: "efgh" }, {})],
      ["recordRun", await me.next({ id: ID, completedAt: "2026-11-22T20:14:00.000Z" })],
      ["delete", await me.next({ id: ID })],
      ["update", await me.next(renaming("Late"), { name: "Second" })],
    ];
    const verdicts = [];
    for (const [operation, args] of sent) {
      const first = await post(operation, args);
      const after = place.text();
      expect(await post(operation, args)).toEqual(first);
      // As after a restart of the server: nothing of it is only in memory.
      for (const repository of repositories.values()) await repository.close();
      repositories.clear();
      expect(await post(operation, args)).toEqual(first);
      expect(place.text()).toBe(after);
      expect(first.text).not.toContain("webhookSecret");
      verdicts.push((JSON.parse(first.text) as StampedAnswer).op.verdict);
    }
    expect(verdicts).toEqual(["ok", "ok", "conflict", "rejected", "ok", "ok", "ok", "gone"]);
    expect(JSON.stringify(cursors())).not.toContain(digestOf(2));
  });

  test("that comes ten times at once is applied once, in one write", async () => {
    let writes = 0;
    fs.renameSync = (from, to) => {
      if (to === place.path) writes++;
      renameSync(from, to);
    };
    syncBuiltinESMExports();
    const args = await new Sender().next(creation());
    const answers = await Promise.all(Array.from({ length: 10 }, () => post("create", args)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect([writes, place.stored().pipelines.length, cursors().length]).toEqual([1, 1, 1]);
  });

  test("out of turn changes nothing", async () => {
    const me = await begun();
    await send("update", await me.next(renaming("Second"), OLD_NAME));
    const before = place.text();
    expect((await send("create", await me.at(1, creation()))).op.verdict).toBe("superseded");
    expect(await send("update", await me.at(2, renaming("Other")))).toMatchObject({ status: 409, error: { code: "conflict" }, op: { verdict: "client_fork" } });
    expect(await send("update", await me.at(4, renaming("Fourth")))).toMatchObject({ status: 409, op: { verdict: "out_of_order", expected: 3 } });
    expect((await post("update", { ...(await me.at(3, renaming("x"))), id: "x" })).status).toBe(422);
    expect(place.text()).toBe(before);
  });

  test("of two clients wins where they touch different fields, and is told the current pipeline where not", async () => {
    const me = await begun();
    const you = new Sender();
    const yours = { id: ID, input: { description: "Yours" } };
    expect((await send("update", await you.next(yours, { description: "Another" }))).op.verdict).toBe("conflict");
    expect((await send("update", await you.next(yours, { description: null }))).op.verdict).toBe("ok");
    expect((await send("update", await me.next(renaming("Mine"), OLD_NAME))).result).toMatchObject({ name: "Mine", description: "Yours" });
    expect((await send("update", await you.next(renaming("Yours"), OLD_NAME))).op).toMatchObject({ verdict: "conflict", current: { name: "Mine" } });
  });

  test("is its account's alone", async () => {
    const me = new Sender();
    const made = await me.next(creation());
    expect((await send("create", made, "user_1")).op.verdict).toBe("ok");
    expect(place.stored().pipelines[0]).toMatchObject({ accountId: "user_1" });
    expect((await send("update", await me.at(1, renaming("Taken over")), "user_2")).op.verdict).toBe("gone");
    expect((await send("create", await new Sender().next(creation(ID, digestOf(9))), "user_2")).op).not.toHaveProperty("current");
    const secret = await new Sender().next(creation(crypto.randomUUID()));
    expect((await send("create", secret, "user_2")).op.verdict).toBe("conflict");
    expect((await send("create", made, "user_1")).op.verdict).toBe("ok");
    await expect(new JsonFilePipelineRepository(place.path).serve("get", { id: ID, accountId: "user_1" })).rejects.toMatchObject({ code: "config" });
  });

  test("whose write fails is not answered, and may come again", async () => {
    const me = await begun();
    const args = await me.next(renaming("Second"), OLD_NAME);
    fs.renameSync = () => {
      throw new Error("the disk is full");
    };
    syncBuiltinESMExports();
    expect((await post("update", args)).status).toBe(500);
    fs.renameSync = renameSync;
    syncBuiltinESMExports();
    expect(await send("update", args)).toMatchObject({ status: 200, result: { name: "Second" }, op: { verdict: "ok" } });
  });
});

describe("the file", () => {
  test("without cursors is read as it is, and gets them with the first operation", async () => {
    const earlier = '{\n\t"pipelines": [],\n\t"note": "ours"\n}\n';
    writeFileSync(place.path, earlier);
    expect(await send("get", { id: ID })).toMatchObject({ result: null });
    expect(place.text()).toBe(earlier);
    await begun();
    expect(Object.keys(place.stored())).toEqual(["pipelines", "note", "cursors"]);
    expect(cursors()).toEqual([
      {
        clientId: expect.any(String) as string,
        seq: 1,
        opId: expect.any(String) as string,
        bodyHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        pipelineId: ID,
        verdict: "ok",
        at: expect.any(String) as string,
      },
    ]);
    expect(place.text()).toMatch(/^\{\n\t"pipelines": \[\n\t\t\{\n[^]*\n\t"cursors": \[\n\t\t\{\n\t\t\t"clientId": /);
  });

  test("keeps the cursors where pipelines change without an outbox", async () => {
    const me = await begun();
    await new JsonFilePipelineRepository(place.path).update(ID, { name: "By hand" });
    expect(cursors()).toHaveLength(1);
    expect((await send("update", await me.next(renaming("Mine"), OLD_NAME))).op.verdict).toBe("conflict");
  });

  test("with a cursor that cannot be read is no reason to count anew", async () => {
    const me = await begun();
    const damaged = place.text().replace('"seq": 1', '"seq": "one"');
    writeFileSync(place.path, damaged);
    expect((await post("update", await me.next(renaming("Second"), OLD_NAME))).status).toBe(500);
    expect((await send("update", await new Sender().next(renaming("Second"), OLD_NAME))).op.verdict).toBe("ok");
    expect(place.text()).toContain('"seq": "one"');
  });

  test("whose cursors are no list is damaged, and left alone", async () => {
    writeFileSync(place.path, '{"pipelines":[],"cursors":{}}');
    expect((await post("create", await new Sender().next(creation()))).status).toBe(500);
    expect(place.text()).toBe('{"pipelines":[],"cursors":{}}');
  });

  test("forgets clients that were silent for 90 days, where their pipeline is gone", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-22T20:14:00Z") });
    const me = await begun();
    const living = new Sender();
    const id = crypto.randomUUID();
    await send("create", await living.next(creation(id, digestOf(2))));
    await send("delete", await me.next({ id: ID }));
    vi.setSystemTime(Date.now() + 89 * DAY);
    const late = new Sender();
    await send("update", await late.next(renaming("Late")));
    expect(cursors().map(({ clientId }) => clientId)).toEqual([me.clientId, living.clientId, late.clientId]);
    vi.setSystemTime(Date.now() + 2 * DAY);
    await send("update", await living.next({ id, input: { name: "Here" } }));
    expect(cursors().map(({ clientId }) => clientId)).toEqual([living.clientId, late.clientId]);
  });
});

test("a server that is killed at any moment has applied each operation once or not at all", { timeout: 60_000 }, async () => {
  const random = new Random(20261122);
  const me = await begun();
  let name = "Morning news";
  for (let round = 0; round < 12; round++) {
    const args = await me.next(renaming(`Round ${String(round)}`), { name });
    const script = run(place.path, `
      const args = ${JSON.stringify(args)};
      console.log("begins");
      await Repository().serve("update", args);
      console.log("done");
    `);
    await vi.waitUntil(() => script.lines.length > 0, { timeout: 20_000, interval: 1 });
    await new Promise((resolve) => setTimeout(resolve, random.below(12)));
    script.kill("SIGKILL");
    await script.ended;
    const { pipelines } = place.stored();
    const isApplied = pipelines[0]?.["name"] === `Round ${String(round)}`;
    expect(cursors()[0]?.["seq"]).toBe(isApplied ? round + 2 : round + 1);
    if (script.lines.includes("done")) expect(isApplied).toBe(true);
    expect(await send("update", args)).toMatchObject({ result: { name: `Round ${String(round)}` }, op: { verdict: "ok" } });
    name = `Round ${String(round)}`;
  }
});

test("calls without op are answered as before, and lists come in pages", async () => {
  for (const name of ["b", "a", "C"]) expect(await send("create", { input: { ...INPUT, name } })).not.toHaveProperty("op");
  const names = [];
  let cursor: string | undefined;
  do {
    const { text } = await post("list", { limit: 2, ...(cursor !== undefined && { cursor }) });
    const page = JSON.parse(text) as { result: { name: string }[]; cursor?: string };
    names.push(page.result.map((item) => item.name));
    cursor = page.cursor;
  } while (cursor !== undefined);
  expect(names).toEqual([["a", "b"], ["C"]]);
  expect(place.stored()).not.toHaveProperty("cursors");
  const { id } = place.stored().pipelines[0] as { id: string };
  expect(await send("recordRun", { id, completedAt: "2026-11-22T20:14:00Z" })).toMatchObject({ result: { lastRunAt: "2026-11-22T20:14:00.000Z" } });
  expect(await send("update", { id, input: { name: "z" } })).toMatchObject({ result: { name: "z" } });
  expect([await send("delete", { id }), await send("delete", { id })]).toMatchObject([{ result: true }, { result: false }]);
});
