/** The compiled module comes from another realm than the package's own: an edge runtime's, a vm context's. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createContext, runInContext, runInNewContext, runInThisContext } from "node:vm";
import { EdgeVM } from "@edge-runtime/vm";
import type * as root from "convex-pipelines";
import { build } from "esbuild";
import { beforeAll, expect, test } from "vitest";

/** A package that has started, given its module. */
type Start = (module: WebAssembly.Module) => typeof root;

const bytes = readFileSync(createRequire(import.meta.url).resolve("convex-pipelines/pipelines.wasm"));

/** An expression for a {@link Start}. */
let start: string;
beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: 'export * from "convex-pipelines";', resolveDir: import.meta.dirname },
    bundle: true,
    format: "iife",
    globalName: "pipelines",
    write: false,
    conditions: ["edge-light", "import"],
    plugins: [
      {
        name: "module-of-the-host",
        setup: ({ onResolve, onLoad }) => {
          onResolve({ filter: /\.wasm\?module$/ }, ({ path }) => ({ path, namespace: "host" }));
          onLoad({ filter: /.*/, namespace: "host" }, () => ({ contents: "export default moduleOfTheHost;" }));
        },
      },
    ],
  });
  start = `(moduleOfTheHost) => { ${outputFiles[0]!.text}; return pipelines; }`;
});

const context = () => createContext({ TextDecoder, TextEncoder, crypto, console });
const ours = () => new WebAssembly.Module(bytes);
const theirs = () => runInNewContext("new WebAssembly.Module(bytes)", { bytes }) as WebAssembly.Module;

test.each<[string, (code: string) => unknown, () => WebAssembly.Module]>([
  ["this realm, with a module of a vm context", (code): unknown => runInThisContext(code), theirs],
  ["a vm context, with a module of this realm", (code): unknown => runInContext(code, context()), ours],
  ["a vm context, with a module of another one", (code): unknown => runInContext(code, context()), theirs],
  ["an edge runtime, with a module of this realm", (code): unknown => new EdgeVM().evaluate(code), ours],
])("the package starts in %s, which is no instance of its own class", (_where, evaluate, compiled) => {
  const module = compiled();
  const isOwn = evaluate("(module) => module instanceof WebAssembly.Module") as (module: WebAssembly.Module) => boolean;
  expect(isOwn(module)).toBe(false);

  const { nextRuns, createInputSchema } = (evaluate(start) as Start)(module);
  expect(nextRuns({ cron: "0 7 * * *" }, { after: "2026-11-20T08:00:00Z", count: 1 })).toEqual(["2026-11-21T07:00:00.000Z"]);
  expect(createInputSchema.safeParse({ name: "x", steps: [{ id: "a", kind: "clean", options: {} }] }).success).toBe(true);
});
