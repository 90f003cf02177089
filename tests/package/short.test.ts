// Right values are checked the short way, and everything else the long way. Held against each other here: a value of a
// class is always read the long way, so the same fields in an instance show what that says.
//
// `SHORT_CASES=2000000 npm --prefix tests test -- --project node short` looks longer; a failure names its seed.
import {
  createInputSchema,
  pipelineRunSchema,
  pipelineSchema,
  scheduleSchema,
  updateInputSchema,
  type Schema,
} from "convex-pipelines";
import { describe, expect, test, vi } from "vitest";
import vectors from "../vectors/model.json" with { type: "json" };
import { Random } from "../support/random.js";

const schemas: Record<string, Schema<unknown>> = {
  createInput: createInputSchema,
  updateInput: updateInputSchema,
  pipeline: pipelineSchema,
  pipelineRun: pipelineRunSchema,
  schedule: scheduleSchema,
};

type Fields = Record<string, unknown>;

/** Values that are right, by the name of their schema. */
const right = (vectors as { schema: string; value: unknown; data?: unknown }[]).filter(
  (each): each is { schema: string; value: Fields; data: Fields } =>
    each.data !== undefined && JSON.stringify(each.value).length < 3_000,
);

class Instance {
  [field: string]: unknown;
}

/** What the long way says. */
function long(schema: Schema<unknown>, value: Fields) {
  return schema.safeParse(Object.defineProperties(new Instance(), Object.getOwnPropertyDescriptors(value)));
}

type Result = ReturnType<Schema<unknown>["safeParse"]>;

/** A result as text, so that the order of keys and minus zero count. */
function said(result: Result): string {
  if (!result.success) return JSON.stringify(result.error);
  return JSON.stringify(result.data, (_key, value: unknown) => (Object.is(value, -0) ? "minus zero" : value));
}

/** Every object within a value; getters are left alone. */
function objects(value: unknown, found = new Set<unknown>()): Set<unknown> {
  if (typeof value !== "object" || value === null || found.has(value)) return found;
  found.add(value);
  for (const { value: field } of Object.values(Object.getOwnPropertyDescriptors(value))) objects(field, found);
  return found;
}

const ODD: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => 0,
  () => -0,
  () => 7,
  () => 1.5,
  () => NaN,
  () => 2 ** 31,
  () => 10n,
  () => Symbol("s"),
  () => new Date(0),
  () => new Instance(),
  () => Object.assign(new Instance(), { id: "x" }),
  () => Object.create(null) as unknown,
  () => [],
  () => {
    const list = [] as unknown[];
    list.length = 3;
    return list;
  },
  () => ({}),
  () => ({ kind: "url", value: "https://example.org/" }),
  () => "",
  () => " ",
  () => "\u{feff}\u{85} trimmed \u{a0}",
  () => "Übermäßig 🎧 schön",
  () => "\ud83d",
  () => "\ude00",
  () => "x".repeat(300),
  () => "ä".repeat(64),
  () => "custom",
  () => "queue",
  () => "clean",
  () => " 0  7 * * mon-fri ",
  () => "@daily",
  () => "europe/berlin",
  () => "https://example.org/ä?b#c",
  () => "https://münchen.example/",
  () => "3F2B8C1E-4B8E-4A57-9D5E-0A8B3C2D1E0F",
  () => "2026-11-22T20:14:00+01:00",
];

/** Changes a value in one place, as people and programs do. */
function change(random: Random, value: Fields): void {
  const holders = [...objects(value)].filter((each): each is Fields => !Array.isArray(each));
  const holder = random.pick(holders);
  const keys = Object.keys(holder);
  const key = random.pick(keys.length > 0 ? keys : ["name"]);
  switch (random.below(8)) {
    case 0:
      Reflect.deleteProperty(holder, key);
      return;
    case 1: {
      const fields = random.shuffle(Object.entries(Object.getOwnPropertyDescriptors(holder)));
      for (const each of keys) Reflect.deleteProperty(holder, each);
      for (const [name, field] of fields) Object.defineProperty(holder, name, field);
      return;
    }
    case 2:
      set(holder, random.pick(["colour", "name", "label", "toString", "description", "enabled"]), random.pick(ODD)());
      return;
    case 3:
      Object.defineProperty(holder, key, { get: random.pick([() => holder, () => "text", failing]), enumerable: true, configurable: true });
      return;
    case 4:
      Object.assign(holder, { [Symbol("mark")]: 1 });
      return;
    case 5: {
      const lists = [...objects(value)].filter(Array.isArray) as unknown[][];
      const list = lists[0];
      const item = list?.[0];
      if (list !== undefined) list.push(random.below(2) === 0 ? item : structuredCloneOr(item));
      return;
    }
    default:
      set(holder, key, random.pick(ODD)());
  }
}

/** Also where a getter stands. */
function set(holder: Fields, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function failing(): never {
  throw new RangeError("a getter that throws");
}

function structuredCloneOr(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return {};
  }
}

const env = (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env ?? {};
const CASES = Number(env["SHORT_CASES"] ?? (typeof document === "undefined" ? 100_000 : 10_000));

describe("a value that is checked the short way", () => {
  test(
    "has the outcome that the long way has",
    () => {
      const parse = vi.spyOn(JSON, "parse");
      let [short, accepted] = [0, 0];
      try {
        for (let seed = 0; seed < CASES; seed++) {
          const random = new Random(seed);
          const { schema: name, value: base } = random.pick(right);
          const schema = schemas[name];
          if (schema === undefined) throw new Error(name);
          const value = structuredClone(base);
          for (let changes = random.below(3); changes > 0; changes--) change(random, value);
          const expected = long(schema, value);
          parse.mockClear();
          const result = schema.safeParse(value);
          if (result.success) accepted += 1;
          if (result.success && parse.mock.calls.length === 0) {
            short += 1;
            const given = objects(value);
            for (const each of objects(result.data)) if (given.has(each)) throw new Error(`seed ${seed}: shared`);
          }
          if (said(result) !== said(expected)) expect(said(result), `seed ${seed}, ${name}`).toBe(said(expected));
        }
      } finally {
        parse.mockRestore();
      }
      // The others hold what is unknown, instances, getters or numbers beyond 32 bits.
      expect(short / accepted).toBeGreaterThan(0.7);
    },
    CASES,
  );

  test("may hold umlauts, have its keys in any order, and leave fields undefined", () => {
    const steps = [{ options: { bulletCount: 5, style: undefined }, label: "  Kürzer  ", kind: "summarise", id: "kurz" }];
    const value = { schedule: { timezone: "Europe/Berlin", cron: "0 7 * * mon" }, steps, name: " Nachrichten für später " };
    const parse = vi.spyOn(JSON, "parse");
    createInputSchema.parse(value); // the words are asked for once
    parse.mockClear();
    const parsed = createInputSchema.parse(value);
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
    expect(JSON.stringify(parsed)).toBe(
      '{"name":"Nachrichten für später","steps":[{"id":"kurz","kind":"summarise","label":"Kürzer","options":{"bulletCount":5}}],"schedule":{"cron":"0 7 * * MON","timezone":"Europe/Berlin"}}',
    );
  });

  test("may be checked while another is: a getter that parses gets its answer", () => {
    let inner: unknown;
    const value = {
      get name() {
        inner = createInputSchema.safeParse({ name: " inner ", steps: [{ id: "a", kind: "clean", options: {} }] });
        return "outer";
      },
      steps: [{ id: "b", kind: "clean", options: {} }],
    };
    expect(createInputSchema.safeParse(value)).toEqual({ success: true, data: { name: "outer", steps: value.steps } });
    expect(inner).toEqual({ success: true, data: { name: "inner", steps: [{ id: "a", kind: "clean", options: {} }] } });
  });

  test("does not count inherited fields", () => {
    try {
      Object.assign(Object.prototype, { description: "inherited" });
      const steps = [{ id: "a", kind: "clean", options: {} }];
      expect(Object.keys(createInputSchema.parse({ name: "x", steps }))).toEqual(["name", "steps"]);
    } finally {
      Reflect.deleteProperty(Object.prototype, "description");
    }
  });
});
