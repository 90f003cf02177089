/** What a value is, for JavaScript's own oddities: those that no JSON vector can hold. */
import { createInputSchema, createPipeline, isPipelineError, nextRuns, pipelineSchema, type Issue } from "convex-pipelines";
import { describe, expect, test } from "vitest";

const STEPS = [{ id: "a", kind: "clean", options: {} }];

function issuesOf(value: unknown): Issue[] {
  const result = createInputSchema.safeParse(value);
  return result.success ? [] : result.error.issues;
}

/** Codes and paths, as `code path.to.field`. */
function faults(value: unknown): string[] {
  return issuesOf(value).map(({ code, path }) => `${code} ${path.join(".")}`.trim());
}

class Input {
  name = "instance";
  steps = STEPS;
  get inherited(): string {
    return "not an own key";
  }
}

describe("absent", () => {
  test.each([undefined, void 0])("undefined is absent", (value) => {
    expect(faults({ name: value, steps: STEPS })).toEqual(["required name"]);
    expect(faults({ name: "x", steps: STEPS, description: value })).toEqual([]);
    expect(createInputSchema.parse({ name: "x", steps: STEPS, description: value })).not.toHaveProperty("description");
    expect(faults({ name: "x", steps: STEPS, colour: value }), "of an unknown field, too").toEqual([]);
  });

  test("null is not", () => {
    expect(faults({ name: "x", steps: STEPS, description: null })).toEqual(["type description"]);
  });

  test("a hole in a list is undefined", () => {
    expect(faults({ name: "x", steps: [STEPS[0], , { ...STEPS[0], id: "b" }] })).toEqual(["required steps.1"]);
  });
});

describe("what is no data", () => {
  const cases: [string, unknown][] = [
    ["NaN", NaN],
    ["Infinity", Infinity],
    ["a BigInt", 7n],
    ["a Date", new Date()],
    ["an invalid Date", new Date(NaN)],
    ["a Map", new Map([["name", "x"]])],
    ["a Set", new Set()],
    ["a WeakMap", new WeakMap()],
    ["a boxed string", Object("x")],
    ["a boxed number", Object(7)],
    ["a boxed boolean", Object(true)],
    ["a boxed symbol", Object(Symbol("x"))],
    ["a boxed BigInt", Object(7n)],
    ["a function", () => "x"],
    ["a class", Input],
    ["a symbol", Symbol("x")],
    ["a regular expression", /x/],
    ["a promise", Promise.resolve("x")],
    ["an error", new TypeError("x")],
    ["a buffer", new ArrayBuffer(8)],
    ["a typed array", new Uint8Array(8)],
    ["a view", new DataView(new ArrayBuffer(8))],
    ["a subclass of Date", new (class Moment extends Date {})()],
    ["a Map that says it is an Object", Object.defineProperty(new Map(), Symbol.toStringTag, { value: "Object" })],
  ];
  test.each(cases)("%s is `type`, wherever it stands", (_what, value) => {
    expect(faults(value)).toEqual(["type"]);
    expect(faults({ name: value, steps: STEPS })).toEqual(["type name"]);
    expect(faults({ name: "x", steps: STEPS, schedule: value })).toEqual(["type schedule"]);
    expect(faults({ name: "x", steps: [value] })).toEqual(["type steps.0"]);
    expect(faults({ name: "x", steps: [{ id: "a", kind: "clean", options: value }] })).toEqual(["type steps.0.options"]);
  });

  test("an integer is told from a number", () => {
    const step = (bulletCount: unknown): unknown => ({ name: "x", steps: [{ id: "a", kind: "summarise", options: { bulletCount } }] });
    expect(faults(step(1.5))).toEqual(["integer steps.0.options.bulletCount"]);
    expect(faults(step(NaN))).toEqual(["type steps.0.options.bulletCount"]);
    expect(faults(step(-0))).toEqual(["range steps.0.options.bulletCount"]);
    expect(faults(step(5.0))).toEqual([]);
    expect(faults(step(2 ** 60))).toEqual(["range steps.0.options.bulletCount"]);
  });
});

describe("objects", () => {
  test("are instances of a class by their own keys", () => {
    expect(createInputSchema.parse(new Input())).toEqual({ name: "instance", steps: STEPS });
  });

  test("without a prototype are objects", () => {
    expect(faults(Object.assign(Object.create(null), { name: "x", steps: STEPS }))).toEqual([]);
  });

  test("do not inherit keys", () => {
    expect(faults(Object.create({ name: "x", steps: STEPS }))).toEqual(["required name", "required steps"]);
  });

  test("have no symbol keys and no hidden keys", () => {
    const value = { name: "x", steps: STEPS, [Symbol("colour")]: 1 };
    Object.defineProperty(value, "hidden", { value: 1, enumerable: false });
    expect(faults(value)).toEqual([]);
  });

  test("are not asked for JSON", () => {
    const value = { name: "x", steps: STEPS, toJSON: () => ({}) };
    expect(faults(value)).toEqual(["unknown_field toJSON"]);
  });

  test("with a class's name of a foreign kind are still objects", () => {
    class Pretender {
      name = "x";
      steps = STEPS;
      get [Symbol.toStringTag](): string {
        return "Date";
      }
    }
    expect(faults(new Pretender())).toEqual([]);
  });

  test("may have the keys of Object.prototype", () => {
    const value = JSON.parse('{ "__proto__": 1, "constructor": 2, "name": "x", "steps": [] }') as unknown;
    expect(faults(value)).toEqual(["too_few steps", "unknown_field __proto__", "unknown_field constructor"]);
    const kept = JSON.parse('{ "__proto__": { "polluted": true } }') as object;
    const stored = pipelineSchema.parse({ ...createPipeline({ name: "x", steps: STEPS as never }), app: kept });
    expect(JSON.stringify((stored as never as { app: unknown }).app)).toBe(JSON.stringify(kept));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("getters and proxies", () => {
  test("a getter is read", () => {
    const value = {
      get name() {
        return " x ";
      },
      steps: STEPS,
    };
    expect(createInputSchema.parse(value).name).toBe("x");
  });

  test("a getter that throws is `type` at its path, and the rest is still looked at", () => {
    const value = {
      get name(): string {
        throw new Error("no");
      },
      steps: [],
      colour: 1,
    };
    expect(faults(value)).toEqual(["type name", "too_few steps", "unknown_field colour"]);
  });

  test("a Proxy of an object is an object", () => {
    expect(faults(new Proxy({ name: "x", steps: new Proxy(STEPS, {}) }, {}))).toEqual([]);
  });

  test.each(["ownKeys", "getPrototypeOf", "get", "getOwnPropertyDescriptor"])("a Proxy whose %s throws is `type`", (name) => {
    const trap = (): never => {
      throw new Error("no");
    };
    const value = { name: "x", steps: STEPS, schedule: new Proxy({ cron: "* * * * *" }, { [name]: trap }) };
    expect(faults(value)).toEqual([name === "get" ? "type schedule.cron" : "type schedule"]);
  });

  test("a revoked Proxy is `type`", () => {
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    expect(faults({ name: "x", steps: proxy })).toEqual(["type steps"]);
  });

  test("a getter that calls the package does not disturb the call it is part of", () => {
    const long = "ä".repeat(4_000);
    const value = {
      description: "before",
      get name() {
        createInputSchema.safeParse({ name: long, steps: STEPS, description: long });
        return String(nextRuns({ cron: "0 0 * * *" }, { count: 1, after: 0 })[0]);
      },
      steps: STEPS,
    };
    expect(createInputSchema.parse(value)).toEqual({ name: "1970-01-02T00:00:00.000Z", description: "before", steps: STEPS });
  });
});

describe("text", () => {
  const high = "\uD83D";
  test("with half a surrogate pair is `surrogate`, in a value and in a key", () => {
    expect(faults({ name: `a${high}b`, steps: STEPS })).toEqual(["surrogate name"]);
    expect(faults({ name: "x", steps: STEPS, description: "x".repeat(100) + high })).toEqual(["surrogate description"]);
    const [issue] = issuesOf({ name: "x", steps: STEPS, [`k${high}`]: 1 });
    expect(issue?.code).toBe("surrogate");
  });

  test.each(["plain", "ümläut", "日本語", "\u{1F600}", "a".repeat(47) + "é", "a".repeat(49), "é".repeat(48), "\0\u007f\u0080"])(
    "%j arrives as it is",
    (text) => {
      expect(createInputSchema.parse({ name: "x", steps: STEPS, description: `[${text}]` }).description).toBe(`[${text}]`);
    },
  );

  test("is trimmed of what either language calls blank", () => {
    const blank = "\u0085\uFEFF\u00A0\u2003\u2028\t\n ";
    expect(createInputSchema.parse({ name: `${blank}x${blank}`, steps: STEPS }).name).toBe("x");
    expect(faults({ name: blank, steps: STEPS })).toEqual(["empty name"]);
  });
});

describe("size and depth", () => {
  function nested(levels: number): unknown {
    let value: unknown = 1;
    for (let level = 0; level < levels; level++) value = { in: value };
    return value;
  }

  test("what refers to itself ends", () => {
    const value: Record<string, unknown> = { ...createPipeline({ name: "x", steps: STEPS as never }) };
    value["self"] = value;
    const result = pipelineSchema.safeParse(value);
    expect(result.success ? [] : result.error.issues.map(({ code }) => code)).toContain("too_deep");
  });

  test("what refers to itself in many places ends", () => {
    const value: Record<string, unknown> = {};
    for (let key = 0; key < 20; key++) value[`k${String(key)}`] = value;
    expect(pipelineSchema.safeParse(value).success).toBe(false);
  });

  test("a list of four billion holes ends soon", () => {
    const steps = new Array(2 ** 32 - 1);
    expect(createInputSchema.safeParse({ name: "x", steps }).success).toBe(false);
  });

  test("sixteen levels are stored, seventeen are not", () => {
    const pipeline = createPipeline({ name: "x", steps: STEPS as never });
    expect(pipelineSchema.safeParse({ ...pipeline, app: nested(15) }).success).toBe(true);
    const result = pipelineSchema.safeParse({ ...pipeline, app: nested(16) });
    const tooDeep = result.success ? [] : result.error.issues;
    expect(tooDeep.map(({ code }) => code)).toEqual(["too_deep"]);
    expect(tooDeep[0]?.path).toEqual(["app", ...Array<string>(15).fill("in")]);
  });

  test("a text of two million units is refused without being carried over", () => {
    expect(faults({ name: "x", steps: STEPS, description: "x".repeat(2_000_000) })[0]).toMatch(/^too_l(ong|arge) description$/);
  });
});

test("safeParse never throws, whatever it gets", () => {
  for (const value of [undefined, null, 0, "", [], {}, Symbol.iterator, globalThis, new Proxy({}, { ownKeys: () => { throw new Error("no"); } })]) {
    const result = createInputSchema.safeParse(value);
    expect(result.success).toBe(false);
    expect(!result.success && isPipelineError(result.error)).toBe(true);
  }
});
