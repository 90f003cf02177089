/** Bundlers with nothing set: their bundles run in Chromium, and hold nothing that is not used. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rspack } from "@rspack/core";
import { build, transform } from "esbuild";
import { rollup } from "rollup";
import { build as viteBuild } from "vite";
import { afterAll, describe, expect, test } from "vitest";
import webpack from "webpack";
import { Pages, siteOf } from "./support/browser";
import { type Bundler, bundles, gzipped } from "./support/bundles";
import { ANSWER, IMPORT, TOOLS, ask, makeHome, node, note } from "./support/home";

const BUNDLERS: Record<string, Bundler> = {
  async esbuild(entry) {
    const { outputFiles } = await build({ entryPoints: [entry], bundle: true, minify: true, write: false, format: "esm" });
    return outputFiles[0]!.text;
  },
  webpack: (entry, path) =>
    new Promise((done, fail) => {
      webpack({ mode: "production", context: path, entry, output: { path, filename: "webpack.js" }, performance: false }, (error, stats) => {
        if (error !== null || stats?.hasErrors() === true) fail(error ?? new Error(stats?.toString()));
        else done(readFileSync(join(path, "webpack.js"), "utf8"));
      });
    }),
  rspack: (entry, path) =>
    new Promise((done, fail) => {
      rspack({ mode: "production", context: path, entry, output: { path, filename: "rspack.js" }, performance: false }, (error, stats) => {
        if (error !== null || stats?.hasErrors() === true) fail(error ?? new Error(stats?.toString()));
        else done(readFileSync(join(path, "rspack.js"), "utf8"));
      });
    }),
  async Rollup(input) {
    const bundle = await rollup({ input, plugins: [nodeResolve({ browser: true })], logLevel: "silent" });
    const { output } = await bundle.generate({ format: "esm" });
    return (await transform(output[0].code, { minify: true })).code;
  },
  async Vite(entry, root) {
    const built = await viteBuild({
      root,
      configFile: false,
      logLevel: "silent",
      build: { write: false, lib: { entry, formats: ["es"] }, minify: true },
    });
    const { output } = (Array.isArray(built) ? built[0]! : built) as { output: { code: string }[] };
    return (await transform(output[0]!.code, { minify: true })).code; // Vite leaves the spaces in a library of ES modules
  },
};

bundles(BUNDLERS);

describe("the module's file by its address", () => {
  const pages = new Pages();
  afterAll(() => pages.close());

  test.each(["webpack", "rspack"] as const)("is taken along by %s", async (name) => {
    const home = makeHome(`${name}-file`, {
      "package.json": '{ "type": "module" }',
      "entry.js": `${IMPORT.replace("{", "{ init,").replace('";', '/slim";')}
        await init(fetch(new URL("convex-pipelines/pipelines.wasm", import.meta.url)));
        globalThis.answer = ${ANSWER};`,
    });
    const site = siteOf(await BUNDLERS[name]!(join(home, "entry.js"), home));
    for (const file of readdirSync(home).filter((file) => file.endsWith(".wasm"))) {
      site.set(file, { type: "application/wasm", contents: readFileSync(join(home, file)) });
    }
    await ask(`${name}: the module's file, in Chromium`, () => pages.answerOf(site));
  });
});

test("what a form with a schedule brings, beside its peers", async () => {
  const home = makeHome("beside", {}, [join(TOOLS.tests, "zod"), join(TOOLS.tests, "croner")]);
  const sizes: Record<string, number> = {};
  for (const [name, source] of Object.entries({
    "createInputSchema and nextRuns": 'export { createInputSchema, nextRuns } from "convex-pipelines";',
    "the same, slim": 'export { init, createInputSchema, nextRuns } from "convex-pipelines/slim";',
    "the rules in zod, and croner": `export { safeParse } from ${JSON.stringify(join(import.meta.dirname, "../bench/contenders/zod.mjs"))}; export { Cron } from "croner";`,
  })) {
    const started = performance.now();
    const { outputFiles } = await build({ stdin: { contents: source, resolveDir: home }, bundle: true, minify: true, write: false, format: "esm" });
    sizes[name] = gzipped(outputFiles[0]!.text);
    note(`sizes: ${name}`, `${sizes[name].toFixed(1)} kB min+gzip by esbuild`, started);
  }
  expect(sizes["the same, slim"]).toBeLessThan(sizes["the rules in zod, and croner"]!);
});

describe("for a server", () => {
  test.each([
    ["Convex's conditions", ["convex", "module", "browser", "import"]],
    ["conditions for Node", ["node", "import"]],
  ])("a bundle with %s runs", async (name, conditions) => {
    const home = makeHome("server", { "entry.js": `${IMPORT}console.log(${ANSWER});` });
    const outfile = join(home, "bundle.mjs");
    await build({ entryPoints: [join(home, "entry.js")], outfile, bundle: true, format: "esm", target: "esnext", conditions, logLevel: "silent" });
    rmSync(join(home, "node_modules"), { recursive: true }); // everything is inside
    await ask(`esbuild: ${name}`, () => node(home, "bundle.mjs"));
  });

  test("one for a worker leaves the compiled module to the worker's host", async () => {
    const home = makeHome("worker", { "worker.js": 'export { nextRuns } from "convex-pipelines";' });
    const common = { entryPoints: [join(home, "worker.js")], bundle: true, format: "esm" as const, write: false as const, external: ["*.wasm", "*.wasm?module"] };
    for (const [condition, specifier] of [["workerd", 'core_bg.wasm"'], ["edge-light", 'core_bg.wasm?module"']] as const) {
      const { outputFiles } = await build({ ...common, conditions: [condition, "import"] });
      expect(outputFiles[0]!.text).toContain(specifier);
      expect(outputFiles[0]!.text).not.toContain("AGFzbQ");
    }
  });
});
