import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

// Tests in package/ and repositories/ run in Node and in Chromium, unless their name says `.node.` or `.chromium.`.
const EVERYWHERE = ["{package,repositories}/**/*.test.ts"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "node",
          environment: "node",
          include: EVERYWHERE,
          exclude: ["**/*.chromium.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        // The package as it is: a bundle of it would be kept after the package has changed.
        optimizeDeps: { exclude: ["convex-pipelines"], include: ["fast-check", "idb"] },
        test: {
          name: "chromium",
          include: EVERYWHERE,
          exclude: ["**/*.node.test.ts"],
          testTimeout: 30_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [{ browser: "chromium" }],
            provider: playwright({ launchOptions: { executablePath: chromium(), args: flags() } }),
          },
        },
      },
      {
        // One copy of each for the tests and for the example's modules.
        resolve: { dedupe: ["convex", "convex-pipelines"] },
        test: {
          name: "convex",
          environment: "edge-runtime",
          include: ["convex/**/*.test.ts"],
          server: { deps: { inline: ["convex-test"] } },
          testTimeout: 30_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});

/** Chromium as the system has it: Playwright's own comes from a place that not everybody can reach. */
function chromium(): string {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const files = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return files.find(isExecutable) ?? "/usr/bin/chromium";
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function flags(): string[] {
  const quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return ["--no-sandbox", "--disable-gpu", "--disable-quic", ...quiet];
}
