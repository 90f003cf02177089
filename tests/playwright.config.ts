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
    // A trace of every test takes as long as half of them; `--trace=retain-on-failure` has one where it is needed.
    screenshot: "only-on-failure",
  },
});
