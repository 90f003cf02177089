/** The HTTP actions around the operations: who is let in, what goes wrong inside, and what is logged. */
import { internalMutationGeneric } from "convex/server";
import { v } from "convex/values";
import type { RequestEvent } from "convex-pipelines/convex";
import { afterEach, beforeEach, describe, expect, test, vi, type MockInstance } from "vitest";
import type { Id } from "../../www-example/convex/_generated/dataModel";
import * as pipelines from "../../www-example/convex/pipelines";
import { AUTHORIZED, INPUT, NOBODY, TIMESTAMP, TOKEN, UUID, backend, call, quiet, send, stored, type Backend } from "./backend";

const OPERATIONS = ["list", "get", "findByWebhookSecret", "create", "update", "delete", "recordRun"];
const METHODS = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];

beforeEach(quiet);
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** What was logged last. */
const lastLine = (log: MockInstance<(...line: string[]) => void>) => JSON.parse(log.mock.lastCall![0]!) as RequestEvent;

describe("the guard", () => {
  test("answers 401 with the same bytes for every reason, on any path and method", async () => {
    const t = backend();
    const before = await stored(t);
    const credentials = [
      undefined,
      "",
      TOKEN,
      "Bearer",
      "Bearer ",
      `Bearer ${TOKEN.slice(0, -1)}`,
      `Bearer ${TOKEN}${TOKEN}`,
      `Bearer  x${TOKEN}`,
      `Basic ${TOKEN}`,
      `Convex ${TOKEN}`,
      "Bearer \u00e9",
    ];
    const answers = new Set<string>();
    const paths = [...OPERATIONS, "startRun", "unknown", "create/deeper", ""].map((name) => `/pipelines/${name}`);
    for (const path of paths) {
      for (const method of METHODS) {
        for (const authorization of credentials) {
          const init: RequestInit = { method, headers: authorization === undefined ? {} : { authorization } };
          const { status, headers, text } = await send(t, path, init);
          answers.add(JSON.stringify([status, [...headers].sort(), text]));
        }
      }
    }
    expect(answers.size).toBe(1);
    const [status, headers, text] = JSON.parse([...answers][0]!) as [number, [string, string][], string];
    expect(status).toBe(401);
    expect(Object.fromEntries(headers)["www-authenticate"]).toBeTruthy();
    expect(text).toContain('"code":"unauthorized"');
    expect(await stored(t)).toEqual(before);
  });

  test("answers other methods with 405 and Allow", async () => {
    const t = backend();
    for (const operation of OPERATIONS) {
      for (const method of METHODS.filter((name) => name !== "POST")) {
        const answer = await send(t, `/pipelines/${operation}`, { method, headers: AUTHORIZED });
        expect([answer.status, answer.headers.get("allow"), answer.json.error.code]).toEqual([405, "POST", "protocol"]);
      }
    }
  });

  test("fails closed while no usable token is configured, and the log names the variable", async () => {
    const t = backend();
    const log = vi.spyOn(console, "error").mockReturnValue();
    const unusable = ["", "short", "x".repeat(31), "changeme-changeme-changeme-changeme", "your-admin-token-here-your-admin-token"];
    for (const token of [undefined, ...unusable]) {
      vi.stubEnv("PIPELINES_ADMIN_TOKEN", token);
      const answer = await call(t, "list", {}, { authorization: `Bearer ${token}` });
      expect([token, answer.status, answer.json]).toMatchObject([token, 503, { error: { code: "unavailable" } }]);
      expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
    }
    expect(lastLine(log)).toMatchObject({
      event: "convex_http_missing_admin_token",
      variable: "PIPELINES_ADMIN_TOKEN",
    });
  });

  test("takes any usable one of the three variables, so that a token can be rotated", async () => {
    const t = backend();
    vi.stubEnv("CONVEX_ADMIN_KEY", "another-token-of-enough-length-987654321");
    vi.stubEnv("CONVEX_DEPLOYMENT_KEY", "a-third-token-of-enough-length-123123123");
    for (const token of [TOKEN, process.env.CONVEX_ADMIN_KEY, process.env.CONVEX_DEPLOYMENT_KEY]) {
      expect((await call(t, "list", {}, { authorization: `Deployment ${token}` })).status).toBe(200);
    }
  });

  test("CONVEX_AUTH_SCHEME fixes the scheme", async () => {
    const t = backend();
    vi.stubEnv("CONVEX_AUTH_SCHEME", "Pipelines");
    expect((await call(t, "list", {}, { authorization: `Pipelines ${TOKEN}` })).status).toBe(200);
    expect((await call(t, "list", {}, { authorization: `Bearer ${TOKEN}` })).status).toBe(401);
  });

  test("refuses a real deploy key as a token unless told otherwise", async () => {
    const t = backend();
    const key = "prod:happy-otter-123|eyJ2MiI6IjAxMjM0NTY3ODlhYmNkZWYifQ==";
    vi.stubEnv("PIPELINES_ADMIN_TOKEN", key);
    expect((await call(t, "list", {}, { authorization: `Bearer ${key}` })).status).toBe(503);
    vi.stubEnv("PIPELINES_ALLOW_DEPLOY_KEY", "1");
    expect((await call(t, "list", {}, { authorization: `Bearer ${key}` })).status).toBe(200);
  });

  test("sends no CORS headers", async () => {
    const t = backend();
    const answer = await send(t, "/pipelines/list", {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
    });
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});

describe("what goes wrong inside", () => {
  const broken = (message: string) => () =>
    Promise.resolve({
      ...pipelines,
      create: internalMutationGeneric({
        args: { input: v.any() },
        returns: v.null(),
        handler: async (ctx) => {
          for (const { _id } of await ctx.db.query("pipelines").take(1)) await ctx.db.delete(_id as Id<"pipelines">);
          throw new Error(message);
        },
      }),
    });
  const module = "../../www-example/convex/pipelines.ts";
  const insertRow = (t: Backend) =>
    t.run((ctx) =>
      ctx.db.insert("pipelines", { id: NOBODY, name: "a", nameKey: "a", steps: [], createdAt: "", updatedAt: "" }),
    );

  test("is a 500 with an id that the log has too, and nothing else", async () => {
    const t = backend({ [module]: broken("row of alice@example.com is odd") });
    const log = vi.spyOn(console, "error").mockReturnValue();
    await insertRow(t);
    const answer = await call(t, "create", { input: INPUT });
    expect(answer.status).toBe(500);
    expect(answer.json.error.code).toBe("internal");
    expect(answer.text).not.toContain("alice");
    const line = lastLine(log);
    expect(line).toMatchObject({ event: "convex_http_failure", path: "/pipelines/create", status: 500 });
    expect(answer.text).toContain(line.requestId);
    expect(JSON.stringify(line)).not.toContain("alice");
  });

  test("is a 503 where others were in the way, and a rolled back mutation has changed nothing", async () => {
    const message =
      'Documents read from or written to the "pipelines" table changed while this mutation was being run and on every subsequent retry.';
    const t = backend({ [module]: broken(message) });
    await insertRow(t);
    const before = await stored(t);
    const answer = await call(t, "create", { input: INPUT });
    expect([answer.status, answer.json.error.code]).toEqual([503, "unavailable"]);
    expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(await stored(t)).toEqual(before);
  });
});

describe("log lines", () => {
  test("carry time, path and request id, and never a token, secret or body", async () => {
    const t = backend();
    const lines: string[] = [];
    for (const level of ["log", "info", "warn", "error", "debug"] as const) {
      vi.spyOn(console, level).mockImplementation((...line) => {
        lines.push(line.join(" "));
      });
    }
    const wrong = "wR0ng-token-that-someone-mistyped-000111222";
    const { json } = await call(t, "create", { input: { ...INPUT, name: "Confidential" } });
    await call(t, "findByWebhookSecret", { secret: json.result.webhookSecret });
    await call(t, "create", { input: { name: "Confidential", steps: "Confidential" } });
    await call(t, "list", {}, { authorization: `Bearer ${wrong}` });
    await send(t, "/pipelines/list?token=confidential", { method: "POST", headers: AUTHORIZED, body: "{}" });

    const events = lines.map((line) => JSON.parse(line) as RequestEvent);
    expect(events.map(({ event, path, status }) => [event, path, status])).toEqual([
      ["convex_http_success", "/pipelines/create", 200],
      ["convex_http_success", "/pipelines/findByWebhookSecret", 200],
      ["convex_http_failure", "/pipelines/create", 422],
      ["convex_http_unauthorized", "/pipelines/list", 401],
      ["convex_http_success", "/pipelines/list", 200],
    ]);
    for (const { time, requestId } of events) {
      expect(time).toMatch(TIMESTAMP);
      expect(requestId).toMatch(UUID);
    }
    expect(new Set(events.map(({ requestId }) => requestId)).size).toBe(5);
    const text = lines.join("\n");
    for (const kept of [TOKEN, wrong, json.result.webhookSecret!, "onfidential"]) expect(text).not.toContain(kept);
  });
});
