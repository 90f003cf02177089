// The places where a page, a server or a function may start, and one cold start in each.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { chromium } from "playwright";

const HERE = import.meta.dirname;
const STAGES = readFileSync(join(HERE, "stages.js"), "utf8");
const ISOLATE_FLAGS = ["--no-wasm-async-compilation", "--disallow-code-generation-from-strings", "--experimental-vm-modules", "--no-warnings"];

/** What Convex's bundler asks of esbuild. */
const CONVEX = { format: "esm", target: "esnext", conditions: ["convex", "module"], minify: false, minifySyntax: true, minifyIdentifiers: true, keepNames: true };

/** For each, how a contender is bundled and `open`, which gives a way to measure and a way to close. */
export const REALMS = {
  "Node, a fresh process": { options: { globalName: "contender", platform: "node" }, open: (folder) => inProcess(folder, "node.mjs", []) },
  "Chromium, a fresh page": { options: { globalName: "contender" }, open: inChromium },
  "like Convex's isolate": { options: CONVEX, open: (folder) => inProcess(folder, "isolate.mjs", ISOLATE_FLAGS) },
};

function inProcess(folder, script, flags) {
  const [bundle, input] = [join(folder, "bundle.js"), join(folder, "input.json")];
  return {
    measure(text, value) {
      writeFileSync(bundle, text);
      writeFileSync(input, JSON.stringify(value));
      return JSON.parse(execFileSync(process.execPath, [...flags, resolve(HERE, script), bundle, input], { encoding: "utf8" }));
    },
    close() {},
  };
}

/** Each page is in a browser context, and so in a process, of its own. */
async function inChromium() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"] });
  return {
    async measure(text, value) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.evaluate(`${STAGES}; globalThis.coldStart = coldStart;`);
      const measured = await page.evaluate(
        ([text, value]) => globalThis.coldStart(() => performance.now(), () => (0, eval)(`${text}; contender.safeParse`), value),
        [text, value],
      );
      await context.close();
      return measured;
    },
    close: () => browser.close(),
  };
}
