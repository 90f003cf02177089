import { defineConfig } from "@playwright/test";
import { launch } from "./support/chromium.js";

// The built app in Chromium: `next build` in www-example/ goes before, which `cargo xtask test` sees to.
export default defineConfig({
  testDir: "e2e",
  outputDir: "node_modules/.cache/e2e",
  // Each file has servers and browsers of its own, which mostly wait.
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env["CI"]),
  reporter: [["list"]],
  use: {
    launchOptions: launch,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    // No trace: to record one of every test takes half as long again. `--trace=retain-on-failure` has it where it is needed.
    screenshot: "only-on-failure",
  },
});
