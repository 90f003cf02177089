/** What is too large to be looked at: refused soon, whatever it would take to walk it. */
import {
  checkCron,
  comparePipelines,
  createInputSchema,
  createPipeline,
  nextRuns,
  pipelineSchema,
  readResponse,
  type Issue,
  type PipelineError,
  type Schema,
} from "convex-pipelines";
import { describe, expect, test } from "vitest";
import { INPUT } from "../repositories/suite";

/** Five times what a machine with nothing else to do needs at most. */
const WITHIN_MS = 500;
const TRIES = 5;

const PIPELINE = createPipeline(INPUT);
const GOOD = { name: "x", steps: INPUT.steps };

/** How long it takes at least: what else the machine does only ever adds to it. */
function took(act: () => unknown): number {
  let least = Infinity;
  for (let tries = 0; tries < TRIES && least >= WITHIN_MS; tries++) {
    const start = performance.now();
    act();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

function issuesOf(schema: Schema<unknown>, value: unknown): Issue[] {
  const result = schema.safeParse(value);
  return result.success ? [] : result.error.issues;
}

function graph(levels: number, width: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) {
    const below = value;
    value = Object.fromEntries(Array.from({ length: width }, (_, key) => [`k${String(key)}`, below]));
  }
  return value;
}

function selfHolding(make: () => Record<string, unknown> | unknown[], times: number): unknown {
  const value = make();
  for (let key = 0; key < times; key++) (value as Record<string, unknown>)[key] = value;
  return value;
}

function keys(count: number, name: (index: number) => string): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (let index = 0; index < count; index++) value[name(index)] = 1;
  return value;
}

const listAsProxy = new Proxy([], { get: (target, key) => (key === "length" ? 2 ** 32 - 1 : (Reflect.get(target, key) as unknown)) });
const wrongStep = { id: "", kind: "sumarise", options: { stlye: 1 } };

describe.each<[string, () => unknown]>([
  ["a graph of 20 levels with two ways down", () => graph(20, 2)],
  ["a graph of 12 levels with ten ways down", () => graph(12, 10)],
  ["an object that holds itself three times", () => selfHolding(() => ({}), 3)],
  ["a list that holds itself twenty times", () => selfHolding(() => [], 20)],
  ["a list of 2^32 - 1 holes", () => new Array<unknown>(2 ** 32 - 1)],
  ["a Proxy of such a list", () => listAsProxy],
  ["such lists in every place of a list", () => new Array<unknown>(500_000).fill(listAsProxy)],
  ["a million numbers", () => new Array<unknown>(1_000_000).fill(1)],
  ["half a million empty objects", () => new Array<unknown>(500_000).fill({})],
  ["100,000 wrong steps", () => new Array<unknown>(100_000).fill(wrongStep)],
  ["a text of 100 MB", () => "x".repeat(100_000_000)],
  ["such texts in every place of a list", () => new Array<unknown>(500_000).fill("x".repeat(100_000_000))],
  ["half a million texts of 1,000 units", () => new Array<unknown>(500_000).fill("x".repeat(1_000))],
  ["a key of 17 MB", () => ({ ["k".repeat(17_000_000)]: 1 })],
  ["a hundred keys of 1 MB", () => keys(100, (index) => String(index) + "k".repeat(1_000_000))],
  ["1 MiB of unknown keys", () => keys(100_000, (index) => `key${String(index)}`)],
  ["1 MiB of keys that resemble known ones", () => keys(100_000, (index) => `descriptio${String(index)}`)],
  ["10,000 getters", () => Object.defineProperties({}, Object.fromEntries(Array.from({ length: 10_000 }, (_, key) => [`k${String(key)}`, { get: () => "x", enumerable: true }])))],
])("%s", (_what, make) => {
  const bomb = make();

  test.each<[string, () => Issue[]]>([
    ["an input", () => issuesOf(createInputSchema, bomb)],
    ["a field of an input", () => issuesOf(createInputSchema, { ...GOOD, schedule: bomb })],
    ["the steps", () => issuesOf(createInputSchema, { ...GOOD, steps: bomb })],
    ["an unknown field", () => issuesOf(createInputSchema, { ...GOOD, colour: bomb })],
  ])("is refused as %s", (_place, act) => {
    let issues: Issue[] = [];
    expect(took(() => (issues = act()))).toBeLessThan(WITHIN_MS);
    expect(issues.length).toBeGreaterThan(0);
    expect(JSON.stringify(issues).length).toBeLessThan(2_000_000);
  });

  test("ends as an unknown field of a document", () => {
    expect(took(() => pipelineSchema.safeParse({ ...PIPELINE, app: bomb }))).toBeLessThan(WITHIN_MS);
  });

  test("ends as headers, body and status", () => {
    for (const part of ["headers", "body", "status"]) {
      const response = { status: 200, headers: {}, body: "{}", [part]: bomb };
      expect(took(() => codeOf(() => readResponse("get", response as never)))).toBeLessThan(WITHIN_MS);
    }
  });

  test("ends in the other calls", () => {
    const calls = [
      () => nextRuns(bomb as never),
      () => nextRuns({ cron: "* * * * *" }, bomb as never),
      () => comparePipelines({ id: bomb, name: bomb } as never, PIPELINE),
      () => checkCron(bomb as never),
    ];
    for (const call of calls) expect(took(() => codeOf(call))).toBeLessThan(WITHIN_MS);
  });
});

function codeOf(act: () => unknown): string {
  try {
    act();
    return "";
  } catch (thrown) {
    return (thrown as PipelineError).code;
  }
}

describe("too_large", () => {
  const codes = (value: unknown): string[] => issuesOf(createInputSchema, value).map(({ code, path }) => `${code} ${path.join(".")}`.trim());

  test("stands where the walk ended", () => {
    expect(codes({ ...GOOD, steps: new Array<unknown>(2 ** 32 - 1) })).toEqual(["too_large steps"]);
    expect(codes({ ...GOOD, ["k".repeat(17_000_000)]: 1 })).toEqual(["too_large"]);
    expect(codes({ ...GOOD, description: "x".repeat(100_000_000) })).toEqual(["too_large description"]);
  });

  test("leaves the rest of the value to be looked at", () => {
    expect(codes({ steps: new Array<unknown>(2 ** 32 - 1), description: "x".repeat(100_000_000), name: "", colour: 1 })).toEqual([
      "empty name",
      "too_large description",
      "too_large steps",
      "unknown_field colour",
    ]);
  });
});

describe("a document of almost 1 MiB", () => {
  const room = 2 ** 20 - JSON.stringify(PIPELINE).length - 100;
  const fields = (count: number, value: unknown): unknown => Array.from({ length: count }, () => value);
  test.each<[string, () => unknown]>([
    ["of zeros", () => fields(Math.floor(room / 2), 0)],
    ["of empty objects", () => fields(Math.floor(room / 3), {})],
    ["of records with one short field", () => fields(Math.floor(room / 8), { a: 0 })],
    ["of short keys", () => keys(Math.floor(room / 13), (index) => `k${String(100_000 + index)}`)],
    ["of lists of 8,192 items", () => fields(Math.floor(room / (8_192 * 2 + 2)), fields(8_192, 1))],
    ["of one text", () => "x".repeat(room)],
    ["of texts of two bytes a unit", () => fields(Math.floor(room / 7), "éé")],
  ])("%s comes through", (_what, make) => {
    const document = { ...PIPELINE, app: make() };
    expect(JSON.stringify(document).length).toBeLessThan(2 ** 20);
    expect(JSON.stringify(pipelineSchema.parse(document))).toBe(JSON.stringify(document));
  });
});
