/** Test runners as they come, with nothing set. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { ANSWERED, REQUIRE, TOOLS, makeHome, node, note } from "./support/home";
import { TEST, vitests } from "./support/vitests";

const JEST = join(TOOLS.homes, "jest/bin/jest.js");

test.each([
  ["Jest: default", "node"],
  ["Jest: jsdom", join(TOOLS.homes, "jest-environment-jsdom")],
])("%s", (name, environment) => {
  const started = performance.now();
  // Jest's own transform leaves ES modules as they are: what an app imports has become a require before.
  const home = makeHome(name.replace(": ", "-"), { "package.json": "{}", "it.test.js": `${REQUIRE}${TEST}` });
  const report = JSON.parse(node(home, JEST, "--json", "--silent", `--env=${environment}`)) as { numPassedTests: number; numTotalTests: number };
  expect(report).toMatchObject({ numPassedTests: 1, numTotalTests: 1 });
  note(name, ANSWERED, started);
});

vitests("node");
vitests("edge-runtime", ["@edge-runtime/vm"]);
