/** The suites of `cargo xtask bench`, which only a person runs: each still finds the files of the package that it measures. */
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const SUITES = resolve(import.meta.dirname, "../bench/suites");

test.each(readdirSync(SUITES))("%s can be loaded", async (name) => {
  const suite = (await import(resolve(SUITES, name))) as { run?: unknown };
  expect(suite.run).toBeTypeOf("function");
});
