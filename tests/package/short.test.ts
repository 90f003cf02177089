// Right values, and inputs that are wrong, are checked the short way, and everything unusual the long way. Held against each
// other here: a value of a class is always read the long way, so the same fields in an instance show what that says.
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
import { change, inInstance, objects, right, type Fields } from "../support/changed.js";
import { Random } from "../support/random.js";

const schemas: Record<string, Schema<unknown>> = {
  createInput: createInputSchema,
  updateInput: updateInputSchema,
  pipeline: pipelineSchema,
  pipelineRun: pipelineRunSchema,
  schedule: scheduleSchema,
};

/** What the long way says. */
function long(schema: Schema<unknown>, value: Fields) {
  return schema.safeParse(inInstance(value));
}

type Result = ReturnType<Schema<unknown>["safeParse"]>;

/** A result as text, so that the order of keys and minus zero count. */
function said(result: Result): string {
  if (!result.success) return JSON.stringify(result.error);
  return JSON.stringify(result.data, (_key, value: unknown) => (Object.is(value, -0) ? "minus zero" : value));
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

  test("is read once where it is an input and is wrong", () => {
    let [once, refused] = [0, 0];
    for (let seed = 0; seed < 3_000; seed++) {
      const random = new Random(seed);
      const { schema: name, value: base } = random.pick(right);
      const schema = name.startsWith("pipeline") ? undefined : schemas[name];
      if (schema === undefined) continue;
      const value = structuredClone(base);
      change(random, value);
      const [key = ""] = Object.keys(value);
      const field = Object.getOwnPropertyDescriptor(value, key)?.value as unknown;
      let reads = 0;
      Object.defineProperty(value, key, { enumerable: true, get: () => ((reads += 1), field) });
      if (schema.safeParse(value).success) continue;
      refused += 1;
      if (reads === 1) once += 1;
    }
    // The others hold what JSON has no word for, such as symbols and instances, or fields of other records.
    expect(once / refused).toBeGreaterThan(0.4);
  });

  test("is not begun where a document has fields that the contract does not know", () => {
    const base = right.find(({ schema }) => schema === "pipeline")?.value;
    let reads = 0;
    const value = { ...base, get name() { return (reads += 1, "read once"); }, fromANewerVersion: true };
    expect(pipelineSchema.parse(value)).toMatchObject({ name: "read once", fromANewerVersion: true });
    expect(reads).toBe(1);
  });

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

  test("does not count what a record holds but does not list", () => {
    const hidden = (fields: Fields): Fields =>
      Object.defineProperty({ ...fields }, "description", { enumerable: false, value: "hidden" });
    const steps = [{ id: "a", kind: "clean", options: {} }];
    const proxied = new Proxy<Fields>({ name: "x", steps }, { get: (target, key) => Reflect.get(target, key) as unknown ?? "made up" });
    for (const value of [hidden({ name: "x", steps }), hidden({ name: "x", steps, defaultSource: undefined }), proxied])
      expect(createInputSchema.safeParse(value)).toEqual({ success: true, data: { name: "x", steps } });
  });
});
