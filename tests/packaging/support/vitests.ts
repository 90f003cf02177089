/** vitest within a home, with nothing set but its environment. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ANSWER, ANSWERED, IMPORT, TOOLS, makeHome, node, note } from "./home";

/** One test of a test runner. */
export const TEST = `test("answers", () => { const answer = ${ANSWER}; expect(answer).toBe(${JSON.stringify(ANSWERED)}); });`;

/**
 * Declares a test: vitest passes in a home, with `tools` of the folder `modules` beside it, where it and its environment are
 * found, and with this configuration.
 */
export function vitests(environment: string, tools: string[] = [], modules = TOOLS.tests, configuration?: string): void {
  test(`vitest: ${environment}`, () => {
    const started = performance.now();
    const files = { "package.json": '{ "name": "home", "type": "module" }', "it.test.js": `import { expect, test } from "vitest";\n${IMPORT}${TEST}` };
    const links = ["vitest", ...tools].map((name) => join(modules, name));
    const home = makeHome(`vitest-${environment}`, configuration === undefined ? files : { ...files, "vitest.config.js": configuration }, links);
    const chosen = configuration === undefined ? [`--environment=${environment}`] : [];
    node(home, join(modules, "vitest/vitest.mjs"), "run", "--root", home, "--reporter=json", "--outputFile=report.json", ...chosen);
    const report = JSON.parse(readFileSync(join(home, "report.json"), "utf8")) as { numPassedTests: number; numTotalTests: number };
    expect(report).toMatchObject({ numPassedTests: 1, numTotalTests: 1 });
    note(`vitest: ${environment}`, ANSWERED, started);
  });
}
