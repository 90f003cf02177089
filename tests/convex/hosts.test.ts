/** Addresses and zones in the environment that Convex's own tests run in; `deployment.test.ts` has the isolate. */
import { buildRequest, scheduleSchema, updateInputSchema } from "convex-pipelines";
import { expect, test } from "vitest";
import { strays } from "../support/hosts.mjs";
import addresses from "../vectors/addresses.json";
import generated from "../vectors/urls.json";
import zones from "../vectors/zones.json";

test("this host answers as all others do", () => {
  const model = { buildRequest, scheduleSchema, updateInputSchema };
  expect(strays({ addresses, zones, generated }, model)).toEqual([]);
});
