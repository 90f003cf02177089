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
