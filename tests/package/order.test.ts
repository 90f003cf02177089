// One order for every list, asked two at a time or all at once.
import { comparePipelines, createInputSchema, isPipelineError, sortPipelines, type PipelineListItem } from "convex-pipelines";
import { expect, test } from "vitest";
import { Random } from "../support/random.js";

const LETTERS = ["a", "A", "b", "B", "ä", "Ä", "ß", "İ", "i", "z", "Z", "_", " ", "0", "\u{1f600}", "\ufffd", "\0", "Σ", "ς"];

function items(random: Random, count: number): PipelineListItem[] {
  return Array.from({ length: count }, (_, at) => {
    const name = Array.from({ length: random.below(4) }, () => random.pick(LETTERS)).join("");
    return { id: `${String(random.below(3))}-${String(at)}`, name: at % 97 === 0 ? "aB".repeat(600 + random.below(2)) : name };
  });
}

/** Code points, which JavaScript's own order is not: it goes by halves of surrogate pairs. */
function byCodePoints(a: string, b: string): number {
  const [one, other] = [Array.from(a), Array.from(b)];
  const at = one.findIndex((letter, place) => letter !== other[place]);
  if (at < 0) return one.length - other.length;
  return at < other.length ? (one[at]?.codePointAt(0) ?? 0) - (other[at]?.codePointAt(0) ?? 0) : 1;
}

function key(name: string): string {
  return Array.from(name, (letter) => letter.toLowerCase()).join("");
}

test("two come by the lower-case name, then by the name, then by the id, all by code points", () => {
  const random = new Random(7);
  const given = items(random, 1_500);
  for (let pair = 0; pair < 20_000; pair++) {
    const [a, b] = [random.pick(given), random.pick(given)];
    const expected = byCodePoints(key(a.name), key(b.name)) || byCodePoints(a.name, b.name) || byCodePoints(a.id, b.id);
    expect(Math.sign(comparePipelines(a, b)), JSON.stringify([a, b])).toBe(Math.sign(expected));
  }
});

test("names of several lines are no two names", () => {
  const given = ["b", "a\nz", "a", "a\na", "A\nz"].map((name, at) => ({ id: String(at), name }));
  expect(sortPipelines(given).map(({ name }) => name)).toEqual(["a", "a\na", "A\nz", "a\nz", "b"]);
});

test("all at once they come as they do two at a time", () => {
  for (let seed = 0; seed < 50; seed++) {
    const given = items(new Random(seed), 60);
    const places = (list: PipelineListItem[]): string[] => list.map(({ id }) => id);
    expect(places(sortPipelines(given)), `seed ${String(seed)}`).toEqual(places([...given].sort(comparePipelines)));
  }
});

test("the items are those that were given, in a new array", () => {
  const given = [{ id: "2", name: "b" }, { id: "1", name: "a" }];
  const sorted = sortPipelines(given);
  expect(sorted).toEqual([given[1], given[0]]);
  expect(sorted[0]).toBe(given[1]);
  expect(given[0]?.name).toBe("b");
  expect(sortPipelines([])).toEqual([]);
});

test("what has no place in the order is refused", () => {
  for (const given of [[{ id: "1" }], [null], [{ id: "1", name: 7 }], null, { length: 1 }, new Proxy([], { get: () => { throw new Error("no"); } })]) {
    let thrown: unknown;
    try {
      sortPipelines(given as PipelineListItem[]);
    } catch (error) {
      thrown = error;
    }
    expect(isPipelineError(thrown) && thrown.code).toBe("invalid");
  }
});

test("many values have the results that each has alone", () => {
  const steps = [{ id: "a", kind: "clean", options: {} }];
  const values = [{ name: " x ", steps }, null, { name: "", steps, colour: 1 }, undefined, { name: "y", steps }];
  const many = createInputSchema.safeParseMany(values);
  expect(many.map(({ success }) => success)).toEqual([true, false, false, false, true]);
  expect(JSON.stringify(many)).toBe(JSON.stringify(values.map((value) => createInputSchema.safeParse(value))));
  expect(() => createInputSchema.safeParseMany(7 as never)).toThrow("an array");
});
