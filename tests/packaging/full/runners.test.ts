/** vitest in its other environments. */
import { launch } from "../../support/chromium";
import { TOOLS } from "../support/home";
import { vitests } from "../support/vitests";
import { FULL } from "./tools";

vitests("happy-dom", ["happy-dom"]);
vitests("jsdom", ["jsdom"], FULL); // which vitest looks for beside itself
vitests("browser", ["@vitest/browser-playwright", "playwright"], TOOLS.tests, `
  import { playwright } from "@vitest/browser-playwright";
  const provider = playwright({ launchOptions: ${JSON.stringify(launch)} });
  export default { test: { browser: { enabled: true, headless: true, provider, instances: [{ browser: "chromium" }] } } };`);
