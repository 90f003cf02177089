/** Addresses and zones are answered alike in Node, in Chromium, in Convex (`convex/`) and natively (`hosts.rs`). */
import { buildRequest, scheduleSchema, updateInputSchema } from "convex-pipelines";
import { expect, test } from "vitest";
import { strays } from "../support/hosts.mjs";
import addresses from "../vectors/addresses.json";
import generated from "../vectors/urls.json";
import zones from "../vectors/zones.json";

test("the generated URLs are enough, and have answers of each kind", () => {
  const letters = Array.from(generated.sources.join(""));
  expect([generated.count, letters.length]).toEqual([10_000, 10_000]);
  for (const letter of ".u") expect(letters.filter((found) => found === letter).length).toBeGreaterThan(2_000);
  expect(new Set(generated.baseUrls.join(""))).toEqual(new Set(".uicqx"));
});

test("this host answers as all others do", () => {
  const model = { buildRequest, scheduleSchema, updateInputSchema };
  expect(strays({ addresses, zones, generated }, model)).toEqual([]);
});
