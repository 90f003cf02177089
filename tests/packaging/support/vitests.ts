/** vitest within a home, with nothing set but its environment. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { ANSWER, ANSWERED, IMPORT, TOOLS, makeHome, node, note } from "./home";

const VITEST = join(TOOLS.tests, "vitest/vitest.mjs");
/** One test of a test runner. */
export const TEST = `test("answers", () => { const answer = ${ANSWER}; expect(answer).toBe(${JSON.stringify(ANSWERED)}); });`;

/** Declares a test for each environment, which is given with the packages that it needs. */
export function vitests(environments: [name: string, tools: string[]][]): void {
  test.each(environments)("vitest: %s", (environment, tools) => {
    const started = performance.now();
    const files = { "it.test.js": `import { expect, test } from "vitest";\n${IMPORT}${TEST}` };
    const home = makeHome(`vitest-${environment}`, files, [join(TOOLS.tests, "vitest"), ...tools]);
    const args = ["run", "--root", home, "--reporter=json", `--environment=${environment}`];
    const report = JSON.parse(node(home, VITEST, ...args)) as { numPassedTests: number; numTotalTests: number };
    expect(report).toMatchObject({ numPassedTests: 1, numTotalTests: 1 });
    note(`vitest: ${environment}`, ANSWERED, started);
  });
}
