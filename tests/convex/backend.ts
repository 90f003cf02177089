/** A Convex deployment in memory, made of the example's own modules, and a client that speaks plain HTTP to it. */
import type { ErrorCode, Issue, OperationResult, PipelineCreateInput } from "convex-pipelines";
import { pipelineTables } from "convex-pipelines/convex";
import { defineSchema, internalActionGeneric } from "convex/server";
import { v } from "convex/values";
import { convexTest, type TestConvex } from "convex-test";
import { vi } from "vitest";
import schema from "../../www-example/convex/schema";

export const modules = import.meta.glob("../../www-example/convex/**/*.{ts,js}");

/** A worker that leaves what is queued to the tests. */
const idle = {
  "../../www-example/convex/worker.ts": () =>
    Promise.resolve({ run: internalActionGeneric({ args: { runId: v.string(), pipelineId: v.string() }, handler: () => null }) }),
};

export type Backend = TestConvex<typeof schema>;

/** Long enough, and nothing like a placeholder or a deploy key. */
export const TOKEN = "aT3st-4dmin.t0ken_of-enough-length-0123456789";

/** A backend with a usable admin token. */
export function backend(replaced: Record<string, () => Promise<unknown>> = {}): Backend {
  vi.stubEnv("PIPELINES_ADMIN_TOKEN", TOKEN);
  return convexTest(schema, { ...modules, ...idle, ...replaced });
}

/** A backend whose tables take anything, as after an import, a newer version or a change of the schema. */
export function lenientBackend(): Backend {
  vi.stubEnv("PIPELINES_ADMIN_TOKEN", TOKEN);
  return convexTest(defineSchema({ ...pipelineTables }, { schemaValidation: false }), { ...modules, ...idle }) as unknown as Backend;
}

/** Keeps the log lines of the HTTP actions out of the test's own output. */
export function quiet(): void {
  for (const level of ["info", "warn", "error"] as const) vi.spyOn(console, level).mockReturnValue();
}

/** Body of an answer: a result, and the cursor of a list, or an error. */
export interface Body<Result> {
  result: Result;
  cursor?: string;
  error: { code: ErrorCode; message: string; issues: Issue[] };
}

export interface Answer<Result = unknown> {
  status: number;
  headers: Headers;
  text: string;
  json: Body<Result>;
}

/** Sends a request as it is. */
export async function send<Result>(t: Backend, path: string, init: RequestInit): Promise<Answer<Result>> {
  const response = await t.fetch(path, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) as Body<Result> };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

export const AUTHORIZED = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };

/** Calls an operation as an authorized client does. */
export function call<Name extends keyof OperationResult>(
  t: Backend,
  operation: Name,
  args: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<OperationResult[Name]>> {
  return post(t, `/pipelines/${operation}`, JSON.stringify(args), headers);
}

/** Posts a body as an authorized client does. */
export function post<Result>(
  t: Backend,
  path: string,
  body: BodyInit,
  headers: Record<string, string> = {},
): Promise<Answer<Result>> {
  return send(t, path, { method: "POST", headers: { ...AUTHORIZED, ...headers }, body });
}

/** Everything that is stored, in a form that two states can be compared in. */
export function stored(t: Backend) {
  return t.run(async (ctx) => ({
    pipelines: await ctx.db.query("pipelines").collect(),
    pipeline_runs: await ctx.db.query("pipeline_runs").collect(),
  }));
}

/** Hex SHA-256, made by other means than the package. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const INPUT: PipelineCreateInput = {
  name: "  Morning digest ",
  description: "What happened over night",
  steps: [
    { id: "tidy", kind: "clean", options: { stripBullets: true } },
    { id: "short", kind: "summarise", label: "Shorten", options: { bulletCount: 5, style: "bullets" } },
    { id: "say", kind: "queue", options: { provider: "voices", voicePreference: "custom", voiceId: "v-1" } },
  ],
  schedule: { cron: "0 7 * * 1-5", timezone: "UTC" },
  defaultSource: "https://example.com/feed",
};

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** A UUID that no pipeline has. */
export const NOBODY = "00000000-0000-4000-8000-000000000000";
