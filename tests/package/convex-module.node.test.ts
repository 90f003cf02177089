/** The module for Convex beside the whole one, call by call: what both can answer they answer alike, and the rest is refused. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { runInThisContext } from "node:vm";
import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { INPUT } from "../repositories/suite";

const PACKAGE = resolve(import.meta.dirname, "../node_modules/convex-pipelines");
const BINDINGS = resolve(import.meta.dirname, "../../src/bindings");

/** A call with these values, in text that two modules can be compared by. */
type Answer = (name: string, values: readonly unknown[]) => string;

async function answerWith(conditions: string[]): Promise<Answer> {
  const contents = `
    import { callForText } from "./dist/core.js";
    import { withModule } from "./dist/embedded.js";
    export const call = withModule(callForText);`;
  const bundle = { stdin: { contents, resolveDir: PACKAGE }, bundle: true, write: false, format: "iife", globalName: "core" } as const;
  const { outputFiles } = await build({ ...bundle, conditions });
  const call = runInThisContext(`${outputFiles[0]!.text}; core.call`) as (...given: unknown[]) => string;
  return (name, values) => {
    try {
      return call(name, (packer: { add(value: unknown): void }) => values.forEach((value) => packer.add(value)), CLOCK, BYTES);
    } catch (thrown) {
      const { code, message, issues, retryable } = thrown as Record<string, unknown>;
      return `refused: ${JSON.stringify({ code, message, issues, retryable })}`;
    }
  };
}

/** The names of the calls that a file of the bindings answers. */
function callsOf(file: string): string[] {
  return [...readFileSync(resolve(BINDINGS, file), "utf8").matchAll(/^ +"([\w.]+)" (?:=>|if)/gm)].map(([, name]) => name!);
}

const CLOCK = Date.UTC(2026, 10, 22);
/** Random bytes, and a body in JSON. */
const BYTES = new TextEncoder().encode('{ "accountId": "user_1" }       ');
const ID = "6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
const AT = "2026-11-22T20:14:00.000Z";
const PIPELINE = { ...INPUT, id: ID, nameKey: "morning news", createdAt: AT, updatedAt: AT, webhookSecret: "a-secret-of-23-letters." };
const RUN = { runId: "r", pipelineId: ID, status: "queued", trigger: "manual", dueAt: AT, queuedAt: AT };
const OP = { clientId: ID, seq: 1, opId: ID, bodyHash: "0".repeat(64) };
const ENDPOINT = { baseUrl: "https://example.com", authToken: "t".repeat(32) };

/** Values of all kinds: each call is right with some of them, and refuses others. */
const VALUES: readonly (readonly unknown[])[] = [
  [],
  [INPUT, {}],
  [PIPELINE, { name: "Evening news" }, {}],
  [PIPELINE, AT],
  [PIPELINE, { input: { name: " " } }],
  [PIPELINE, PIPELINE],
  [PIPELINE, { id: ID, input: { name: "Evening news", colour: 1 } }, "hashed"],
  [PIPELINE, { id: ID, input: { name: "Evening news" } }, "hashed"],
  [PIPELINE, { id: ID, completedAt: AT }, "plaintext"],
  [{ input: INPUT }, "hashed"],
  [{ ...INPUT, steps: [{ id: "a", kind: "sumarise", options: {} }], schedule: { cron: "60 * * * *" } }],
  [RUN, true],
  [[RUN, { ...RUN, status: "success", completedAt: AT }], { days: 1 }],
  [{ runs: 5 }, 1],
  [{ cron: "0 7 * * MON-FRI", timezone: "Europe/Berlin" }, { count: 3 }],
  [{ cron: "@dayly" }],
  ["0 0 13 * 5"],
  ["H 7 * * *", 7],
  ["list", { limit: 2 }, ENDPOINT],
  ["update", { id: ID, input: { name: 1 } }, ENDPOINT],
  ["list", { status: 200, body: '{"result":[]}' }],
  ["get", { status: 200, body: `{"result":${JSON.stringify(PIPELINE)}}` }],
  ["delete", { status: 200, body: `{"result":true,"op":{"opId":"${ID}","seq":1,"verdict":"ok"}}` }],
  ["list", { status: 502, headers: { "retry-after": "5" }, body: "<html>" }],
  ["delete", { id: ID, op: OP }, { row: PIPELINE }, "hashed"],
  ["create", { id: ID, input: INPUT, op: OP }, {}, "hashed"],
  ["start", { id: ID }, { row: PIPELINE, newest: 1 }, "hashed"],
  ["tick", {}, { row: PIPELINE, newest: 1 }, "hashed"],
  ['{"opId":"o"}', "conflict"],
  [ENDPOINT],
  [{ accountId: "user_1", secretStorage: "plaintext" }],
  ["5"],
  [{ path: "/pipelines/list", method: "POST", contentType: "application/json", authorization: `Bearer ${"t".repeat(32)}` }, { PIPELINES_ADMIN_TOKEN: "t".repeat(32) }],
  [{ code: "conflict", message: "taken", issues: [] }],
  ['["Morning news","id"]', "cursor"],
  [{ nameKey: "a", name: "A", id: ID, creation: 1 }],
];

let whole: Answer;
let forConvex: Answer;
beforeAll(async () => {
  [whole, forConvex] = await Promise.all([answerWith(["import"]), answerWith(["convex", "module", "import"])]);
});

describe("the module for Convex", () => {
  const shared = callsOf("calls.rs");

  test("has the calls that the whole one has for everybody", () => {
    expect(shared.length).toBeGreaterThan(50);
    const silent = shared.filter((name) => VALUES.every((values) => whole(name, values).startsWith("refused")));
    // These always throw.
    expect(silent).toEqual(["unknownId", "noCursor", "idTaken", "secretTaken", "contention"]);
  });

  test.each(shared)("answers %s alike", (name) => {
    for (const values of VALUES) expect(forConvex(name, values)).toBe(whole(name, values));
  });

  test.each([...callsOf("device.rs"), ...callsOf("device/store.rs")])("refuses %s", (name) => {
    for (const values of VALUES) expect(forConvex(name, values)).toMatch(/^refused: \{"code":"config","message":"a Convex function has no/);
  });
});
