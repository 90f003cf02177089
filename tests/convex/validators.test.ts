/**
 * The validators of Convex and the core's document schema are two descriptions of one shape. Both are fed with the same
 * documents: whatever the core takes fits into the table, and a document that is mis-shaped for one is so for the other.
 */
import { pipelineRunSchema, pipelineSchema } from "convex-pipelines";
import { convexTest } from "convex-test";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import schema from "../../www-example/convex/schema";
import { modules } from "./backend";

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
  },
  pipeline_runs: {
    runId: "run-1",
    pipelineId: "0a1b2c3d-4e5f-4a6b-8c7d-0123456789ab",
    status: "failed",
    trigger: "manual",
    queuedAt: "2026-11-22T20:14:00.000Z",
    startedAt: "2026-11-22T20:14:01.000Z",
    completedAt: "2026-11-22T20:14:02.000Z",
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

/** What the core makes of a document: the row that would be stored of it, or nothing. */
const coreTakes = {
  pipelines: (document: object) => row(pipelineSchema.safeParse(document)),
  pipeline_runs: (document: object) => row(pipelineRunSchema.safeParse(document)),
};

function row(parsed: { success: true; data: object } | { success: false }): object | undefined {
  return parsed.success ? parsed.data : undefined;
}

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

/** The kinds of step and the words of every choice. */
const KINDS = ["clean", "summarise", "translate", "tone", "chunk", "queue"];
const WORDS = [
  ...["bullets", "paragraph", "sentence", "neutral", "friendly", "formal", "dramatic"],
  ...["history", "default", "custom"],
  ...["queued", "running", "success", "failed", "schedule", "webhook", "manual"],
];

function wordsOf(table: object): string[] {
  return Array.from(validatorOf(table).matchAll(/"type":"literal","value":"([^"]*)"/g), ([, word]) => word!);
}

/** A table's validator as it is pushed, as text. */
function validatorOf(table: object): string {
  return JSON.stringify((table as { export: () => unknown }).export());
}

const CHOICES = ["style", "tone", "strategy", "voicePreference", "status", "trigger"];

/** What can be put at `path` so that the document's shape may be wrong; `undefined` takes the field away. */
function harms(document: Document, path: Path): (Json | undefined)[] {
  const key = path.at(-1)!;
  const value = at(document, path);
  const others: (Json | undefined)[] = MISFITS.filter((misfit) => typeOf(misfit) !== typeOf(value));
  if (typeof key === "string") others.push(undefined);
  // The options of one kind are unknown fields of another, which only documents may have.
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
      known.delete("nameKey");
      expect(new Set(places(whole).flatMap((path) => path.filter((key) => typeof key === "string")))).toEqual(known);
    });

    test("every field can have every harm: both refuse it or neither does", async () => {
      expect(await fits(table, stored(table, coreTakes[table](whole)!))).toBe(true);
      const disputed = [];
      for (const path of places(whole)) {
        for (const harm of harms(whole, path)) {
          const document = changed(whole, path, harm);
          const taken = coreTakes[table](document);
          const isFitting = await fits(table, stored(table, taken ?? document));
          if (isFitting !== (taken !== undefined)) disputed.push({ path, harm, isFitting });
        }
      }
      expect(disputed).toEqual([]);
    });

    test("every optional field can be absent on its own or with any others", async () => {
      const optional = places(whole).filter((path) => coreTakes[table](changed(whole, path, undefined)) !== undefined);
      const fields = optional.filter((path) => typeof path.at(-1) === "string" && path.join() !== "steps");
      await fc.assert(
        fc.asyncProperty(fc.subarray(fields), async (absent) => {
          // From the inside out: what is inside of a field that is away cannot be taken away.
          const document = absent
            .toSorted((a, b) => b.length - a.length)
            .reduce((rest, path) => changed(rest, path, undefined), whole);
          const taken = coreTakes[table](document);
          expect(taken).toEqual(document);
          expect(await fits(table, stored(table, document))).toBe(true);
        }),
        { numRuns: 200 },
      );
    });
  });
}

test("Convex knows exactly these kinds and words", () => {
  const known = Object.values(schema.tables).flatMap(wordsOf);
  expect([...new Set(known)].sort()).toEqual([...new Set([...KINDS, ...WORDS])].sort());
});

test("unknown fields are the one difference: the core passes on what a newer server sent, tables have no place for it", async () => {
  const newer = { ...WHOLE.pipelines, colour: "red" };
  expect(coreTakes.pipelines(newer)).toEqual(newer);
  expect(await fits("pipelines", stored("pipelines", newer))).toBe(false);
});
