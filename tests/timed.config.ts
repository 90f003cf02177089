import { defineConfig } from "@playwright/test";
import config from "./playwright.config.js";

// What is held to a time runs with nothing beside it.
export default defineConfig(config, { testDir: "timed", outputDir: "node_modules/.cache/timed", workers: 1 });
