import { defineConfig } from "vitest/config";

// The package as it is published, home by home: `cargo xtask packaging`. What is in `full` has packages of its own to install
// and takes its time: CI leaves it out.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["*.test.ts", "full/*.test.ts"],
    globalSetup: "support/setup.ts",
    maxWorkers: 2, // a home waits more than it computes
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
