/**
 * The validators of Convex and the schemas of the core are two descriptions of one shape. Both are fed with the same
 * documents: what this version writes fits into the table, and what it would refuse to write does not. What it reads is
 * another matter: there the core takes more.
 */
import {
  buildRequest,
  createInputSchema,
  pipelineRunSchema,
  pipelineSchema,
  type OperationEcho,
  type Pipeline,
  type PipelineListItem,
  type PipelineRun,
  type PipelineSchedule,
  type PipelineStep,
  type Verdict,
} from "convex-pipelines";
import type {
  listItemValidator,
  operationAnswerValidator,
  pipelineRunValidator,
  pipelineValidator,
  scheduleValidator,
  stepValidator,
} from "convex-pipelines/convex";
import type { FunctionReturnType } from "convex/server";
import type { Infer } from "convex/values";
import { convexTest } from "convex-test";
import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import schema from "../../www-example/convex/schema";
import { modules } from "./backend";
import type { pipelines } from "./functions";

type Json = null | boolean | number | string | Json[] | { [field: string]: Json };
type Document = Record<string, Json>;
type Path = (string | number)[];

/** A document of each table with every field, every kind of step and every option. */
const WHOLE: Record<"pipelines" | "pipeline_runs", Document> = {
  pipelines: {
    id: "0a1b2c3d-4e5f-4a6b-8c7d-0123456789ab",
    accountId: "user_1",
    name: "Digest",
    description: "What happened over night",
    steps: [
      { id: "1", kind: "clean", label: "Tidy", options: { preserveQuotes: true, normaliseWhitespace: true, stripBullets: false } },
      { id: "2", kind: "summarise", label: "Shorten", options: { bulletCount: 5, includeKeywords: true, style: "bullets" } },
      { id: "3", kind: "translate", label: "Translate", options: { targetLanguage: "German", keepOriginal: false } },
      { id: "4", kind: "tone", label: "Warm up", options: { tone: "friendly", audienceHint: "colleagues" } },
      { id: "5", kind: "chunk", label: "Cut", options: { strategy: "sentence", maxCharacters: 900, joinShortSegments: true } },
      {
        id: "6",
        kind: "queue",
        label: "Say",
        options: { provider: "voices", voicePreference: "default", voiceId: "v-1", segmentDelayMs: 250 },
      },
    ],
    schedule: { cron: "0 7 * * 1-5", timezone: "UTC", description: "Workdays", enabled: false },
    defaultSource: "https://example.com/feed",
    webhookSecret: "0a1b2c3d-4e5f-4a6b-8c7d-0123456789ab",
    secretLastFour: "89ab",
    secretChangedAt: "2026-11-22T20:14:00.000Z",
    createdAt: "2026-11-22T20:14:00.000Z",
    updatedAt: "2026-11-22T20:14:00.000Z",
    lastRunAt: "2026-11-22T20:14:00.000Z",
    lastRunStatus: "failed",
  },
  pipeline_runs: {
    runId: "run-1",
    pipelineId: "0a1b2c3d-4e5f-4a6b-8c7d-0123456789ab",
    accountId: "user_1",
    status: "failed",
    trigger: "manual",
    dueAt: "2026-11-22T20:14:00.000Z",
    queuedAt: "2026-11-22T20:14:00.000Z",
    startedAt: "2026-11-22T20:14:01.000Z",
    completedAt: "2026-11-22T20:14:02.000Z",
    worker: "worker-1",
    leaseUntil: "2026-11-22T20:24:01.000Z",
    attempt: 1,
    skipped: 2,
    payload: "a text",
    outcome: "half of it",
    error: "no answer",
  },
};

const t = convexTest(schema, modules);

/** Whether the table takes the document. Whatever was written is taken back. */
async function fits(table: keyof typeof WHOLE, document: object): Promise<boolean> {
  try {
    await t.run(async (ctx) => ctx.db.delete(await ctx.db.insert(table, document as never)));
    return true;
  } catch {
    return false;
  }
}

/** The document as this version would write it, or nothing where it would not write such a document. */
const written: Record<keyof typeof WHOLE, (document: Document) => Document | undefined> = {
  pipelines(document) {
    const { accountId, name, description, steps, schedule, defaultSource, webhookSecret, secretLastFour } = document;
    const { lastRunStatus = "success" } = document;
    if (!RUN_STATUSES.includes(lastRunStatus)) return undefined;
    const input = { name, description, steps, schedule, defaultSource };
    const endpoint = { baseUrl: "https://happy-otter-123.convex.site", authToken: "0123456789" };
    const digest = "0".repeat(64);
    try {
      createInputSchema.parse(input);
      buildRequest("create", { input, accountId, secretDigest: digest, secretLastFour } as never, endpoint);
      if (webhookSecret !== undefined) buildRequest("findByWebhookSecret", { secret: webhookSecret } as never, endpoint);
      return pipelineSchema.parse(document) as unknown as Document;
    } catch {
      return undefined;
    }
  },
  // Only a part of a run comes from inputs, so what a document of one may hold strictly is said here.
  pipeline_runs(document) {
    const { status, trigger = "manual", attempt = 0, skipped = 0, accountId = "", worker = "", payload = "", outcome = "", error = "" } = document;
    const isStrict =
      RUN_STATUSES.includes(status!) &&
      RUN_TRIGGERS.includes(trigger) &&
      [attempt, skipped].every((count) => typeof count === "number") &&
      [accountId, worker, payload, outcome, error].every((text) => typeof text === "string");
    const parsed = pipelineRunSchema.safeParse(document);
    return isStrict && parsed.success ? (parsed.data as unknown as Document) : undefined;
  },
};

/** Pipelines are stored with their lowercase name, which is no field of the model. */
const stored = (table: keyof typeof WHOLE, document: object) =>
  table === "pipelines" ? { ...document, nameKey: "digest" } : document;

/** Every place of a document. */
function places(value: Json, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const inside = Array.isArray(value)
    ? value.flatMap((item, at) => places(item, [...path, at]))
    : Object.entries(value).flatMap(([field, item]) => places(item, [...path, field]));
  return path.length === 0 ? inside : [path, ...inside];
}

const at = (document: Json, path: Path): Json =>
  path.reduce<Json>((value, key) => (value as Record<string | number, Json>)[key]!, document);

/** A copy with another value at `path`, or with none. */
function changed(document: Document, path: Path, value: Json | undefined): Document {
  const copy = structuredClone(document);
  const holder = at(copy, path.slice(0, -1)) as Record<string | number, Json>;
  const key = path.at(-1)!;
  if (value === undefined) Reflect.deleteProperty(holder, key);
  else holder[key] = value;
  return copy;
}

/** One value of each type. */
const MISFITS: Json[] = [null, true, 7, "text", [], [1], {}, { other: 1 }];
const typeOf = (value: Json) => (Array.isArray(value) ? "array" : value === null ? "null" : typeof value);

const RUN_STATUSES: Json[] = ["queued", "running", "success", "failed"];
const RUN_TRIGGERS: Json[] = ["schedule", "webhook", "manual"];

/** The kinds of step and the words of every choice. */
const KINDS = ["clean", "summarise", "translate", "tone", "chunk", "queue"];
const STORED_VERDICTS = ["ok", "conflict", "rejected", "gone"];
const WORDS = [
  ...["bullets", "paragraph", "sentence", "neutral", "friendly", "formal", "dramatic"],
  ...["history", "default", "custom"],
  ...RUN_STATUSES,
  ...RUN_TRIGGERS,
] as string[];

function wordsOf(table: object): string[] {
  return Array.from(validatorOf(table).matchAll(/"type":"literal","value":"([^"]*)"/g), ([, word]) => word!);
}

/** A table's validator as it is pushed, as text. */
function validatorOf(table: object): string {
  return JSON.stringify((table as { export: () => unknown }).export());
}

const CHOICES = ["style", "tone", "strategy", "voicePreference", "status", "lastRunStatus", "trigger"];

/** What can be put at `path` so that the document's shape may be wrong; `undefined` takes the field away. */
function harms(document: Document, path: Path): (Json | undefined)[] {
  const key = path.at(-1)!;
  const value = at(document, path);
  const others: (Json | undefined)[] = MISFITS.filter((misfit) => typeOf(misfit) !== typeOf(value));
  if (typeof key === "string") others.push(undefined);
  if (key === "kind") others.push(...WORDS, "another word");
  else if (CHOICES.includes(key as string) && typeof value === "string") others.push(...WORDS, ...KINDS, "another word");
  return others;
}

for (const table of ["pipelines", "pipeline_runs"] as const) {
  const whole = WHOLE[table];

  describe(table, () => {
    test("have the same fields for Convex and in the document below", () => {
      const fields = validatorOf(schema.tables[table]).matchAll(/"(\w+)":\{"fieldType"/g);
      const known = new Set(Array.from(fields, ([, field]) => field!));
      for (const internal of ["nameKey", "nextRunAt", "number", "skippedAt"]) known.delete(internal);
      expect(new Set(places(whole).flatMap((path) => path.filter((key) => typeof key === "string")))).toEqual(known);
    });

    test("every field can have every harm: neither writes it or both do", async () => {
      expect(await fits(table, stored(table, written[table](whole)!))).toBe(true);
      const disputed = [];
      for (const path of places(whole)) {
        for (const harm of harms(whole, path)) {
          const document = changed(whole, path, harm);
          const row = written[table](document);
          const isFitting = await fits(table, stored(table, row ?? document));
          if (isFitting !== (row !== undefined)) disputed.push({ path, harm, isFitting });
        }
      }
      expect(disputed).toEqual([]);
    });

    test("every optional field can be absent on its own or with any others", async () => {
      const optional = places(whole).filter((path) => written[table](changed(whole, path, undefined)) !== undefined);
      const fields = optional.filter((path) => typeof path.at(-1) === "string");
      await fc.assert(
        fc.asyncProperty(fc.subarray(fields), async (absent) => {
          // From the inside out: what is inside of a field that is away cannot be taken away.
          const document = absent
            .toSorted((a, b) => b.length - a.length)
            .reduce((rest, path) => changed(rest, path, undefined), whole);
          expect(written[table](document)).toEqual(document);
          expect(await fits(table, stored(table, document))).toBe(true);
        }),
        { numRuns: 200 },
      );
    });
  });
}

test("Convex knows exactly these kinds and words", () => {
  const known = Object.values(schema.tables).flatMap(wordsOf);
  expect([...new Set(known)].sort()).toEqual([...new Set([...KINDS, ...WORDS, ...STORED_VERDICTS])].sort());
});

test("what another version adds the core reads, and the tables have no place for it", async () => {
  const step = { id: "a", kind: "sing", options: {} };
  for (const part of [{ colour: "red" }, { steps: [step] }, { schedule: { cron: "0 7 * * *", jitter: 30 } }]) {
    const newer = { ...WHOLE.pipelines, ...part };
    expect(pipelineSchema.parse(newer)).toEqual(newer);
    expect(await fits("pipelines", stored("pipelines", newer))).toBe(false);
  }
  const paused = { ...WHOLE.pipeline_runs, status: "paused" };
  expect(pipelineRunSchema.parse(paused)).toEqual(paused);
  expect(await fits("pipeline_runs", paused)).toBe(false);
});

/** Whether both are the same type, without regard to how an absent field is written. */
type Same<A, B> = [Required<A>] extends [Required<B>] ? ([Required<B>] extends [Required<A>] ? true : false) : false;

test("validators and results have the documented types", () => {
  expectTypeOf<Same<Infer<typeof pipelineValidator>, Pipeline>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Infer<typeof listItemValidator>, PipelineListItem>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Infer<typeof pipelineRunValidator>, PipelineRun>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Infer<typeof scheduleValidator>, PipelineSchedule>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Infer<typeof stepValidator>, PipelineStep>>().toEqualTypeOf<true>();
  expectTypeOf<Infer<typeof operationAnswerValidator>["op"]["verdict"]>().toEqualTypeOf<Verdict>();
  expectTypeOf<Same<Infer<typeof operationAnswerValidator>["op"], OperationEcho>>().toEqualTypeOf<true>();
  expectTypeOf<FunctionReturnType<typeof pipelines.get>>().toEqualTypeOf<Infer<typeof pipelineValidator> | null>();
  expectTypeOf<FunctionReturnType<typeof pipelines.create>>().toEqualTypeOf<Infer<typeof pipelineValidator>>();
  expectTypeOf<FunctionReturnType<typeof pipelines.list>["result"]>().toEqualTypeOf<Infer<typeof listItemValidator>[]>();
});
