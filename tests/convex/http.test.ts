/** The operations over HTTP against the wire table: every status, with its body, and what the tables look like afterwards. */
import { beforeEach, describe, expect, test } from "vitest";
import {
  AUTHORIZED,
  INPUT,
  NOBODY,
  TOKEN,
  UUID,
  backend,
  call,
  post,
  quiet,
  send,
  sha256,
  stored,
  type Answer,
  type Backend,
} from "./backend";

beforeEach(quiet);

describe("the seven operations", () => {
  test("answer 200 with a result", async () => {
    const t = backend();
    const created = await call(t, "create", { input: INPUT, accountId: "user_1" });
    expect(created.status).toBe(200);
    expect(created.headers.get("content-type")).toMatch(/^application\/json/);
    expect(Object.keys(created.json)).toEqual(["result"]);
    const pipeline = created.json.result;
    expect(pipeline).toMatchObject({ ...INPUT, name: "Morning digest", accountId: "user_1" });
    expect(pipeline.webhookSecret).toMatch(UUID);
    const { id, webhookSecret: secret, ...rest } = pipeline;

    const list = await call(t, "list", {});
    expect(list.json).toEqual({
      result: [{ id, name: "Morning digest", description: INPUT.description, schedule: INPUT.schedule }],
    });
    expect((await call(t, "get", { id })).json).toEqual({ result: { id, ...rest } });
    expect((await call(t, "get", { id: NOBODY })).json).toEqual({ result: null });
    expect((await call(t, "findByWebhookSecret", { secret })).json).toEqual({ result: { id, ...rest } });
    expect((await call(t, "findByWebhookSecret", { secret: NOBODY })).json).toEqual({ result: null });

    const updated = await call(t, "update", { id, input: { name: "Evening" }, expectedUpdatedAt: rest.updatedAt });
    expect(updated.json.result).toMatchObject({ id, name: "Evening", createdAt: rest.createdAt });
    const recorded = await call(t, "recordRun", { id, completedAt: "2026-11-22T20:14:00Z" });
    expect(recorded.json.result).toMatchObject({ lastRunAt: "2026-11-22T20:14:00.000Z" });
    expect((await call(t, "recordRun", { id: NOBODY, completedAt: "2026-11-22T20:14:00Z" })).json).toEqual({ result: null });
    expect((await call(t, "delete", { id })).json).toEqual({ result: true });
    expect((await call(t, "delete", { id })).json).toEqual({ result: false });
    expect((await call(t, "list", {})).json).toEqual({ result: [] });
  });

  test("a list goes on behind its cursor, which stands beside the result", async () => {
    const t = backend();
    for (const name of ["c", "a", "b"]) await call(t, "create", { input: { ...INPUT, name } });
    const first = await call(t, "list", { limit: 2 });
    expect(Object.keys(first.json)).toEqual(["result", "cursor"]);
    const rest = await call(t, "list", { limit: 2, cursor: first.json.cursor });
    expect(Object.keys(rest.json)).toEqual(["result"]);
    expect([...first.json.result, ...rest.json.result].map((item) => item.name)).toEqual(["a", "b", "c"]);
  });

  test("take a content type with parameters, and either scheme in any case", async () => {
    const t = backend();
    for (const headers of [
      { "content-type": "application/json; charset=utf-8" },
      { "content-type": "Application/JSON" },
      { authorization: `bearer ${TOKEN}` },
      { authorization: `DEPLOYMENT ${TOKEN}` },
    ]) {
      expect((await call(t, "list", {}, headers)).status, JSON.stringify(headers)).toBe(200);
    }
  });
});

/** Requests that are refused before anything is written, with the answer that each deserves. */
async function rejected(t: Backend): Promise<[string, number, string, () => Promise<Answer>][]> {
  const { json: created } = await call(t, "create", { input: INPUT, accountId: "user_1" });
  const { id, updatedAt, webhookSecret } = created.result;
  await call(t, "update", { id, input: { name: "Newer" } });
  const secretDigest = await sha256(webhookSecret!);
  const raw = (operation: string, body: BodyInit, headers: Record<string, string> = {}) =>
    post(t, `/pipelines/${operation}`, body, headers);
  const nested = (depth: number) => `{"input":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  const absent = "11111111-1111-4111-8111-111111111111";
  return [
    ["not JSON", 400, "protocol", () => raw("create", "{")],
    ["nothing at all", 400, "protocol", () => raw("create", "")],
    ["no object", 400, "protocol", () => raw("create", "[]")],
    ["text behind the object", 400, "protocol", () => raw("create", "{} {}")],
    ["bad UTF-8", 400, "protocol", () => raw("delete", new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]))],
    ["duplicate keys", 400, "protocol", () => raw("delete", `{"id":"${NOBODY}","id":"${id}"}`)],
    ["duplicate keys, one of them escaped", 400, "protocol", () => raw("delete", `{"id":"${NOBODY}","\\u0069d":"${id}"}`)],
    ["deeper than 64", 400, "protocol", () => raw("create", nested(64))],
    ["deep enough to overflow a careless stack", 400, "protocol", () => raw("create", nested(200_000))],
    ["no credentials", 401, "unauthorized", () => send(t, "/pipelines/delete", { method: "POST", body: JSON.stringify({ id }) })],
    ["a wrong token", 401, "unauthorized", () => call(t, "delete", { id }, { authorization: `Bearer ${TOKEN}x` })],
    ["an unknown id", 404, "not_found", () => call(t, "update", { id: absent, input: {} })],
    ["somebody else's id", 404, "not_found", () => call(t, "update", { id, input: {}, accountId: "user_2" })],
    ["an unknown operation", 404, "not_found", () => raw("destroy", "{}")],
    ["another method", 405, "protocol", () => send(t, "/pipelines/delete", { method: "DELETE", headers: AUTHORIZED })],
    ["a stale expectation", 409, "conflict", () => call(t, "update", { id, input: { name: "x" }, expectedUpdatedAt: updatedAt })],
    ["an id that is taken", 409, "conflict", () => call(t, "create", { input: INPUT, id })],
    ["a digest that is taken", 409, "conflict", () => call(t, "create", { input: INPUT, secretDigest })],
    ["a declared length over 1 MiB", 413, "protocol", () => raw("create", "{}", { "content-length": "1048577" })],
    ["a counted length over 1 MiB", 413, "protocol", () => raw("create", `{"input":"${"x".repeat(1 << 20)}"}`)],
    ["another content type", 415, "protocol", () => call(t, "delete", { id }, { "content-type": "text/plain" })],
    ["an input with issues", 422, "invalid", () => call(t, "create", { input: { ...INPUT, name: "" } })],
    ["an input that Convex itself would not take", 422, "invalid", () => call(t, "create", { input: { ...INPUT, $x: 1 } })],
    ["an unknown argument", 422, "invalid", () => call(t, "delete", { id, force: true })],
    ["an argument that is missing", 422, "invalid", () => call(t, "delete", {})],
    ["a time that is none", 422, "invalid", () => call(t, "recordRun", { id, completedAt: "soon" })],
    ["a lone surrogate", 422, "invalid", () => raw("create", JSON.stringify({ input: { ...INPUT, name: "\ud800" } }))],
    ["deeper than 16", 422, "invalid", () => raw("create", nested(20))],
    ["a limit out of range", 422, "invalid", () => call(t, "list", { limit: 1001 })],
    ["a cursor that is none", 422, "invalid", () => call(t, "list", { cursor: "next" })],
  ];
}

describe("rejected means unchanged", () => {
  test("each refusal has its status and code, and leaves all tables as they were", async () => {
    const t = backend();
    const requests = await rejected(t);
    const before = await stored(t);
    for (const [what, status, code, request] of requests) {
      const answer = await request();
      expect([what, answer.status, answer.json]).toMatchObject([what, status, { error: { code } }]);
      expect(answer.headers.get("content-type"), what).toMatch(/^application\/json/);
      expect(Object.keys(answer.json), what).toEqual(["error"]);
      expect(answer.json.error.message, what).toBeTypeOf("string");
      expect(await stored(t), what).toEqual(before);
    }
  });

  test("all issues of an input come at once, with the paths of its form", async () => {
    const t = backend();
    const input = {
      name: "  ",
      steps: [
        { id: "a", kind: "summarise", options: { bulletCount: 99, stlye: "bullets" } },
        { id: "a", kind: "sumarise", options: {} },
      ],
      schedule: { cron: "60 * * * *" },
      colour: 1,
    };
    const { status, json } = await call(t, "create", { input });
    expect(status).toBe(422);
    const issues = json.error.issues.map(({ code, path }) => `${code} ${path.join(".")}`);
    expect(issues).toEqual([
      "empty name",
      "range steps.0.options.bulletCount",
      "unknown_field steps.0.options.stlye",
      "duplicate_id steps.1.id",
      "unknown_kind steps.1.kind",
      "cron schedule.cron",
      "unknown_field colour",
    ]);
  });

  test("an unknown id and somebody else's answer with the same bytes", async () => {
    const t = backend();
    const { json } = await call(t, "create", { input: INPUT, accountId: "user_1" });
    const unknown = await call(t, "update", { id: NOBODY, input: {}, accountId: "user_2" });
    const foreign = await call(t, "update", { id: json.result.id, input: {}, accountId: "user_2" });
    expect([foreign.status, foreign.text]).toEqual([unknown.status, unknown.text]);
  });

  test("a body without a declared length is counted while it is read, and reading stops there", async () => {
    const t = backend();
    let given = 0;
    const chunk = new Uint8Array(64 * 1024).fill(0x20);
    const body = new ReadableStream({
      pull(controller) {
        given += chunk.byteLength;
        controller.enqueue(chunk);
        if (given > 64 << 20) controller.close();
      },
    });
    const init = { method: "POST", headers: AUTHORIZED, body, duplex: "half" } as RequestInit;
    expect((await send(t, "/pipelines/create", init)).status).toBe(413);
    expect(given).toBeLessThan(4 << 20);
  });
});
