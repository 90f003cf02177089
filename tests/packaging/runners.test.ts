/** Test runners as they come, with nothing set. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { ANSWER, ANSWERED, IMPORT, REQUIRE, TOOLS, makeHome, node, note } from "./support/home";

const JEST = join(TOOLS.homes, "jest/bin/jest.js");
const VITEST = join(TOOLS.tests, "vitest/vitest.mjs");
const TEST = `test("answers", () => { const answer = ${ANSWER}; expect(answer).toBe(${JSON.stringify(ANSWERED)}); });`;

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

test.each([
  ["node", []],
  ["edge-runtime", [join(TOOLS.tests, "@edge-runtime/vm")]],
])("vitest: %s", (environment, tools) => {
  const started = performance.now();
  const home = makeHome(`vitest-${environment}`, { "it.test.js": `import { expect, test } from "vitest";\n${IMPORT}${TEST}` }, [join(TOOLS.tests, "vitest"), ...tools]);
  const args = ["run", "--root", home, "--reporter=json", `--environment=${environment}`];
  const report = JSON.parse(node(home, VITEST, ...args)) as { numPassedTests: number; numTotalTests: number };
  expect(report).toMatchObject({ numPassedTests: 1, numTotalTests: 1 });
  note(`vitest: ${environment}`, ANSWERED, started);
});
