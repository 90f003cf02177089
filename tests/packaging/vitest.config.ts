import { defineConfig } from "vitest/config";

// The package as it is published, home by home: `cargo xtask packaging`.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["*.test.ts"],
    globalSetup: "support/setup.ts",
    maxWorkers: 2, // a home waits more than it computes
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
