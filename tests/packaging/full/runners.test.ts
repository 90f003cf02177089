/** Test runners in their other environments. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { launch } from "../../support/chromium";
import { ANSWERED, IMPORT, TOOLS, makeHome, node, note } from "../support/home";
import { TEST, vitests } from "../support/vitests";
import { FULL } from "./tools";

vitests([
  ["jsdom", [join(FULL, "jsdom")]],
  ["happy-dom", [join(TOOLS.tests, "happy-dom")]],
]);

test("vitest: a browser", () => {
  const started = performance.now();
  const tools = ["vitest", "@vitest/browser-playwright", "playwright"].map((name) => join(TOOLS.tests, name));
  const home = makeHome("vitest-browser", {
    "package.json": '{ "name": "home", "type": "module" }',
    "it.test.js": `import { expect, test } from "vitest";\n${IMPORT}${TEST}`,
    "vitest.config.js": `
      import { playwright } from "@vitest/browser-playwright";
      const provider = playwright({ launchOptions: ${JSON.stringify(launch)} });
      export default { test: { browser: { enabled: true, headless: true, provider, instances: [{ browser: "chromium" }] } } };`,
  }, tools);
  const report = JSON.parse(node(home, join(TOOLS.tests, "vitest/vitest.mjs"), "run", "--reporter=json")) as { numPassedTests: number; numTotalTests: number };
  expect(report).toMatchObject({ numPassedTests: 1, numTotalTests: 1 });
  note("vitest: a browser, Chromium", ANSWERED, started);
});
