import { defineConfig } from "@playwright/test";
import config from "./playwright.config.js";

// `cargo xtask screenshots`: the same app and browser, and pictures in place of checks.
export default defineConfig(config, { testDir: "screenshots", timeout: 180_000 });
