/**
 * Requests to a webhook, of every size, encoding and kind of secret and key, against what a reader of the README expects.
 * `HOOK_REQUESTS` sets how many, `HOOK_SEED` which.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { Random } from "../support/random.js";
import { App } from "./support/app.js";
import { Visitor } from "./support/visitor.js";

const REQUESTS = Number(process.env["HOOK_REQUESTS"] ?? 2_000);
const SEED = Number(process.env["HOOK_SEED"] ?? 20_261_130);
const LIMIT = 64 * 1024;
const AT_ONCE = 16;

/** A body, and what a right secret gets for it. */
interface Body {
  bytes: Uint8Array;
  status: 202 | 400 | 413 | 422;
}

interface Hook {
  secret: string;
  isRight: boolean;
  type: string | undefined;
  key: string | undefined;
  isStreamed: boolean;
  body: Body;
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const LETTERS = ["a", "Z", " ", "\n", "\u00e4", "\u4e2d", "\ud83d\ude00", '"', "\\", "{", "\u0000"];

function textOf(random: Random, length: number): string {
  const piece = Array.from({ length: Math.min(length, 200) }, () => random.pick(LETTERS)).join("");
  return piece.repeat(Math.ceil(length / Math.max(piece.length, 1))).slice(0, length).toWellFormed();
}

function bodyOf(random: Random, isJson: boolean): Body {
  const size = random.pick([1, 5, 80, 3_000, 20_000]);
  switch (random.below(9)) {
    case 0:
      return { bytes: new Uint8Array(), status: 202 };
    case 1: {
      const length = LIMIT + random.pick([-1, 0, 1, 5_000, 300_000]);
      const bytes = utf8(isJson ? `{"text":"${"x".repeat(length - 11)}"}` : "x".repeat(length));
      return { bytes, status: length > LIMIT ? 413 : 202 };
    }
    case 2:
      return { bytes: new Uint8Array([0x61, random.pick([0x80, 0xc0, 0xff, 0xed]), 0xa0, 0x80]), status: 400 };
    case 3:
      return { bytes: utf8(JSON.stringify({ text: random.pick([7, null, true, [], {}]) })), status: 422 };
    case 4:
      return { bytes: utf8('{"text":"a\\ud800"}'), status: 422 };
    case 5:
      return { bytes: utf8(random.pick(["[1]", "7", '"x"', "{", "null", "x"])), status: isJson ? 400 : 202 };
    case 6:
      return { bytes: utf8(JSON.stringify({ other: 1 })), status: 202 };
    case 7:
      return { bytes: utf8(JSON.stringify({ text: textOf(random, size) })), status: 202 };
    default: {
      const text = `x${textOf(random, size)}`;
      return { bytes: utf8(text), status: isJson ? 400 : 202 };
    }
  }
}

function hookOf(random: Random, right: string): Hook {
  const type = random.pick([undefined, "text/plain", "text/plain; charset=utf-8", "application/json", "application/cloudevents+json", "image/png"]);
  const isRight = random.below(3) === 0;
  const sealed = `s1:${createHash("sha256").update(right).digest("hex")}`;
  const last = right.endsWith("0") ? "1" : "0";
  const wrong = ["nobody", sealed, sealed.slice(3), right.slice(0, -1), right.slice(0, -1) + last, `${right}0`, crypto.randomUUID(), "%00", "%E0%A4%A", "a%2Fb", "x".repeat(2_000)];
  return {
    secret: isRight ? right : random.pick(wrong),
    isRight,
    type,
    key: random.pick([undefined, undefined, "k1", "k2", "k3", "k".repeat(500), `once ${String(random.below(1e9))}`]),
    isStreamed: random.below(4) === 0,
    body: bodyOf(random, type?.includes("json") === true),
  };
}

interface Answer {
  status: number;
  text: string;
  hook: Hook;
}

async function send(app: App, hook: Hook): Promise<Answer> {
  const { secret, type, key, isStreamed, body } = hook;
  const headers = { ...(type !== undefined && { "Content-Type": type }), ...(key !== undefined && { "Idempotency-Key": key }) };
  const init = isStreamed ? { body: streamOf(body.bytes), duplex: "half" } : { body: body.bytes };
  const response = await fetch(`${app.url}/api/hooks/${secret}`, { method: "POST", headers, ...init } as RequestInit);
  return { status: response.status, text: await response.text(), hook };
}

/** Of no declared length. */
function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) {
        controller.close();
        return;
      }
      controller.enqueue(bytes.subarray(at, (at += 10_000)));
    },
  });
}

async function sendAll(app: App, hooks: readonly Hook[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  const left = [...hooks];
  const work = async (): Promise<void> => {
    for (let hook = left.shift(); hook; hook = left.shift()) answers.push(await send(app, hook));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return answers;
}

let app: App;
test.beforeAll(async () => {
  app = await App.start("file");
});
test.afterAll(async () => {
  await app.stop();
});

test(`${String(REQUESTS)} requests are answered as they should be, and what is refused writes nothing`, async () => {
  test.setTimeout(240_000);
  const visitor = await Visitor.of(app);
  const input = { name: "Mine", steps: [{ id: "a", kind: "clean", options: {} }] };
  const made = (await visitor.ask("create", { input })).body.result as { id: string; webhookSecret: string };
  const random = new Random(SEED);
  const hooks = Array.from({ length: REQUESTS }, () => hookOf(random, made.webhookSecret));
  const isRefused = ({ isRight, body }: Hook) => !isRight || body.status !== 202;
  const runsPath = app.dataPath.replace(/\.json$/, ".runs.json");
  const stored = () => [app.dataPath, runsPath].map((path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined));
  const kept = stored();

  const refused = await sendAll(app, hooks.filter(isRefused));
  expect(stored(), "what is refused writes nothing").toEqual(kept);
  const wrong = refused.filter(({ hook }) => !hook.isRight).map(({ status, text }) => `${String(status)} ${text}`);
  expect(new Set(wrong).size, "one answer for all wrong secrets").toBe(1);
  expect(wrong[0]).toMatch(/^404 /);
  for (const { status, text, hook } of refused.filter(({ hook }) => hook.isRight)) {
    expect(status, `HOOK_SEED=${String(SEED)} ${JSON.stringify({ ...hook, body: Buffer.from(hook.body.bytes).toString().slice(0, 60) })}: ${text}`).toBe(hook.body.status);
    expect(text).not.toContain(made.webhookSecret);
  }

  // Ten at once with one key.
  const newest = (): number => Math.max(...(JSON.parse(readFileSync(runsPath, "utf8")) as { runs: { number: number }[] }).runs.map(({ number }) => number));
  const again: Hook = { secret: made.webhookSecret, isRight: true, type: undefined, key: "again", isStreamed: false, body: { bytes: utf8("x"), status: 202 } };
  const told = await sendAll(app, Array.from({ length: 10 }, () => again));
  expect(new Set(told.map(({ status, text }) => `${String(status)} ${text}`)).size).toBe(1);
  expect(newest()).toBe(1);

  const taken = await sendAll(app, hooks.filter((hook) => !isRefused(hook)));
  const runOf = new Map<string, Set<string>>();
  for (const { status, text, hook } of taken) {
    expect(status, text).toBe(202);
    const { pipelineId, runId } = JSON.parse(text) as Record<string, string>;
    expect(pipelineId).toBe(made.id);
    const key = hook.key ?? `none ${String(runOf.size)}`;
    runOf.set(key, (runOf.get(key) ?? new Set()).add(runId!));
  }
  for (const [key, ids] of runOf) expect(ids.size, `runs of the key ${key.slice(0, 20)}`).toBe(1);
  const runs = (await visitor.ask("listRuns", { id: made.id, limit: 1 })).body.result as object[];
  expect(runs).toHaveLength(1);
  // A key whose run is too old to be kept makes another.
  const distinct = new Set([...runOf.values()].flatMap((ids) => [...ids])).size;
  expect(newest() - 1).toBeGreaterThanOrEqual(distinct);
  expect(newest() - 1).toBeLessThan(taken.length);
  console.log(`${String(wrong.length)} wrong secrets, ${String(refused.length - wrong.length)} refused bodies, ${String(taken.length)} taken in ${String(newest() - 1)} runs`);
});
