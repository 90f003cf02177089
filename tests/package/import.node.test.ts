/** Importing does nothing: it asks nothing of the host, and what is not used is left out of a bundle. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import vm from "node:vm";
import { gzipSync } from "node:zlib";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rspack } from "@rspack/core";
import { build, transform } from "esbuild";
import { rollup } from "rollup";
import { build as viteBuild } from "vite";
import { afterAll, describe, expect, test } from "vitest";
import webpack from "webpack";

const HERE = import.meta.dirname;

/** Of the language, what a class, a constant or a bundler's own wrapping may need. Whatever else is looked at throws. */
const LEFT = ["Object", "Symbol", "Map", "Set", "WeakMap", "WeakSet", "Error", "Proxy", "FinalizationRegistry", "globalThis", "undefined", "NaN", "Infinity"];

/** A realm in which looking at any other global throws. */
function bareRealm(): vm.Context {
  const context = vm.createContext({ require: createRequire(import.meta.url) });
  const hosts = Object.getOwnPropertyNames(globalThis);
  const names = [...(vm.runInContext("Object.getOwnPropertyNames(globalThis)", context) as string[]), ...hosts];
  const trap = vm.runInContext(
    "(name, get) => { Object.defineProperty(globalThis, name, { get }); }",
    context,
  ) as (name: string, get: () => never) => void;
  for (const name of new Set(names)) {
    if (name === "require" || LEFT.includes(name)) continue;
    trap(name, () => {
      throw new Error(`${name} is looked at`);
    });
  }
  return context;
}

/** The whole of an entry as one classic script, with nothing left out, and the packages that it needs inside. */
async function whole(source: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: HERE },
    bundle: true,
    write: false,
    format: "iife",
    platform: "node",
    ignoreAnnotations: true,
    treeShaking: false,
    external: ["convex", "react"],
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}

test.each([
  ["convex-pipelines", "createInputSchema"],
  ["convex-pipelines/node", "createInputSchema"],
  ["convex-pipelines/convex", "pipelineTables"],
  ["convex-pipelines/react", "usePipelines"],
])("importing %s looks at nothing of the host", async (entry, name) => {
  const text = await whole(`import * as entry from "${entry}"; globalThis.names = Object.keys(entry);`);
  const context = bareRealm();
  vm.runInContext(text, context);
  expect((context as { names?: string[] }).names).toContain(name);
});

test("a realm like that tells", () => {
  expect(() => void vm.runInContext("new TextEncoder()", bareRealm())).toThrow("TextEncoder is looked at");
  expect(() => void vm.runInContext("typeof WebAssembly", bareRealm())).toThrow("WebAssembly is looked at");
  expect(() => void vm.runInContext("Date.now()", bareRealm())).toThrow("Date is looked at");
});

/** Gives the text of a minified script of the file `entry`; `folder` is there for what the bundler writes. */
type Bundler = (entry: string, folder: string) => Promise<string>;

const BUNDLERS: Record<string, Bundler> = {
  async esbuild(entry) {
    const { outputFiles } = await build({ entryPoints: [entry], bundle: true, minify: true, write: false, format: "iife" });
    return outputFiles[0]!.text;
  },
  webpack: (entry, path) =>
    new Promise((done, fail) => {
      webpack({ mode: "production", entry, output: { path, filename: "webpack.js" }, performance: false }, (error, stats) => {
        if (error !== null || stats?.hasErrors() === true) fail(error ?? new Error(stats?.toString()));
        else done(readFileSync(join(path, "webpack.js"), "utf8"));
      });
    }),
  rspack: (entry, path) =>
    new Promise((done, fail) => {
      rspack({ mode: "production", entry, output: { path, filename: "rspack.js" }, performance: false }, (error, stats) => {
        if (error !== null || stats?.hasErrors() === true) fail(error ?? new Error(stats?.toString()));
        else done(readFileSync(join(path, "rspack.js"), "utf8"));
      });
    }),
  async Rollup(input) {
    const bundle = await rollup({ input, plugins: [nodeResolve({ browser: true })], logLevel: "silent" });
    const { output } = await bundle.generate({ format: "iife" });
    return (await transform(output[0].code, { minify: true })).code;
  },
  async Vite(entry, root) {
    const built = await viteBuild({
      root,
      configFile: false,
      logLevel: "silent",
      build: { write: false, lib: { entry, formats: ["iife"], name: "bundle" }, minify: true },
    });
    const { output } = (Array.isArray(built) ? built[0]! : built) as { output: { code: string }[] };
    return output[0]!.code;
  },
};

describe.each(Object.entries(BUNDLERS))("a bundle by %s", (name, bundle) => {
  // Beside the tests, where the package is found as an app finds it.
  const folder = mkdtempSync(join(HERE, `../node_modules/.bundle-${name}-`));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  async function bundled(source: string): Promise<string> {
    const entry = join(folder, "entry.js");
    writeFileSync(entry, source);
    return bundle(entry, folder);
  }

  function answerOf(text: string): unknown {
    const { answer } = vm.runInNewContext(`${text}; globalThis`, { WebAssembly, Uint8Array, TextEncoder, TextDecoder, Buffer, crypto }) as { answer: unknown };
    return answer;
  }

  test("of the error alone is under a kilobyte", async () => {
    const text = await bundled(`import { PipelineError, isPipelineError } from "convex-pipelines";
      globalThis.answer = isPipelineError(new PipelineError({ code: "conflict", message: "x" }));`);
    expect(answerOf(text)).toBe(true);
    expect(gzipSync(text, { level: 9 }).length).toBeLessThan(1_000);
  });

  test("of what needs the core holds it and runs", async () => {
    const text = await bundled(`import { createInputSchema, explicitCron } from "convex-pipelines";
      globalThis.answer = [explicitCron({ cron: "@daily" }), createInputSchema.safeParse({}).error.code].join();`);
    expect(answerOf(text)).toBe("0 0 * * *,invalid");
  });
}, 60_000);
