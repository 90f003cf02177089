import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { launch } from "./support/chromium.js";

/** One copy of each for the tests and for the example's Convex modules. */
const dedupe = ["convex", "convex-pipelines"];
// Tests in package/, repositories/ and react/ run in Node and in Chromium, unless their name says `.node.` or `.chromium.`.
const EVERYWHERE = ["{package,repositories,react}/**/*.test.{ts,tsx}"];

/** Convex in memory. */
const convex = {
  resolve: { dedupe },
  test: {
    environment: "edge-runtime",
    server: { deps: { inline: ["convex-test"] } },
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { dedupe },
        test: {
          name: "node",
          environment: "node",
          include: [...EVERYWHERE, "forms/**/*.test.{ts,tsx}", "worker/**/*.test.ts"],
          exclude: ["**/*.chromium.test.{ts,tsx}"],
          testTimeout: 30_000,
        },
      },
      {
        // The package as it is: a bundle of it would be kept after the package has changed.
        optimizeDeps: { exclude: ["convex-pipelines"], include: ["fast-check", "idb", "react", "react/jsx-dev-runtime", "react-dom/client", "react-dom/server"] },
        test: {
          name: "chromium",
          include: EVERYWHERE,
          exclude: ["**/*.node.test.{ts,tsx}"],
          testTimeout: 30_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [{ browser: "chromium" }],
            provider: playwright({ launchOptions: launch }),
          },
        },
      },
      {
        ...convex,
        test: {
          ...convex.test,
          name: "convex",
          include: ["convex/**/*.test.ts", "package/{vectors,cron-vectors,transitions}.test.ts"],
          exclude: ["**/*.device.test.ts"],
          // The package's module is the one that Convex's bundler chooses.
          execArgv: ["--conditions=convex"],
        },
      },
      {
        // A device and Convex in one process.
        ...convex,
        test: { ...convex.test, name: "device", include: ["convex/**/*.device.test.ts"] },
      },
    ],
  },
});
