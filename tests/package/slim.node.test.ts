/** The entry without the embedded module: what it weighs, what it takes, and what it says before and instead. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { runInNewContext, runInThisContext } from "node:vm";
import { gzipSync } from "node:zlib";
import * as root from "convex-pipelines";
import * as hooks from "convex-pipelines/react";
import type * as slim from "convex-pipelines/slim";
import * as slimHooks from "convex-pipelines/slim/react";
import { build } from "esbuild";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";

type Slim = typeof slim;

const require = createRequire(import.meta.url);
const { Response: ForeignResponse } = require("node-fetch") as { Response: typeof Response };
const bytes = new Uint8Array(readFileSync(require.resolve("convex-pipelines/pipelines.wasm")));
const WASM = { "content-type": "application/wasm" };
/** The module that reads the large one begins so; an empty one would end there. */
const EMBEDDED = "[0,97,115,109,1,0,0,0,1,";

async function bundled(source: string): Promise<string> {
  const stdin = { contents: source, resolveDir: import.meta.dirname };
  const { outputFiles } = await build({ stdin, bundle: true, minify: true, write: false, format: "iife", globalName: "bundle", conditions: ["browser"] });
  return outputFiles[0]!.text;
}

let alone: string;
beforeAll(async () => {
  alone = await bundled('export * from "convex-pipelines/slim";');
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A copy of the package that has not started. */
const fresh = () => runInThisContext(`(() => { ${alone}; return bundle; })()`) as Slim;

function works({ nextRuns, createInputSchema }: Pick<Slim, "nextRuns" | "createInputSchema">): void {
  expect(nextRuns({ cron: "0 7 * * *" }, { after: "2026-11-20T08:00:00Z", count: 1 })).toEqual(["2026-11-21T07:00:00.000Z"]);
  expect(createInputSchema.safeParse({ name: "x", steps: [{ id: "a", kind: "clean", options: {} }] }).success).toBe(true);
}

const config = (words: string) => expect.objectContaining({ name: "PipelineError", code: "config", message: expect.stringContaining(words) as string }) as Error;

describe("a bundle", () => {
  test("holds no module, and little else", async () => {
    const whole = await bundled('export * from "convex-pipelines";');
    expect(whole).toContain(EMBEDDED);
    expect(alone).not.toContain(EMBEDDED);
    const [slimSize, wholeSize] = [alone, whole].map((text) => gzipSync(text, { level: 9 }).length / 1_000);
    console.log(`bundles of esbuild, min+gzip: slim ${slimSize!.toFixed(1)} kB, root ${wholeSize!.toFixed(1)} kB`);
    expect(slimSize).toBeLessThan(50);
  });

  test("of the hooks beside it holds none either, and has the same names", async () => {
    expect(Object.keys(slimHooks)).toEqual(Object.keys(hooks));
    expect(await bundled('export * from "convex-pipelines/slim/react";')).not.toContain(EMBEDDED);
    expect(await bundled('export * from "convex-pipelines/react";')).toContain(EMBEDDED);
  });

  // The opposite fault: a name of the root entry that would come without its module, and ask for an init call.
  test.each(Object.keys(root))("of %s alone, from the root entry, holds the module exactly if it is needed", async (name) => {
    const text = await bundled(`import { ${name} } from "convex-pipelines"; globalThis.kept = ${name};`);
    expect(text.includes(EMBEDDED)).toBe(name !== "PipelineError" && name !== "isPipelineError");
  });
});

test("before init, each call says what to do", () => {
  const { explicitCron, createInputSchema, InMemoryPipelineRepository } = fresh();
  expect(() => explicitCron({ cron: "@daily" })).toThrow(config("first call init"));
  expect(() => new InMemoryPipelineRepository()).toThrow(config("first call init"));
  expect(createInputSchema.safeParse({})).toEqual({ success: false, error: config("first call init") });
});

describe("init", () => {
  test.each<[string, () => slim.CompiledModule]>([
    ["a module", () => new WebAssembly.Module(bytes)],
    ["a module of another realm", () => runInNewContext("new WebAssembly.Module(bytes)", { bytes }) as WebAssembly.Module],
    ["a Uint8Array", () => bytes],
    ["a Buffer", () => Buffer.from(bytes)],
    ["a DataView", () => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)],
    ["an ArrayBuffer", () => bytes.slice().buffer],
    ["an ArrayBuffer of another realm", () => runInNewContext("Uint8Array.from(bytes).buffer", { bytes }) as ArrayBuffer],
  ])("starts at once with %s", (_what, source) => {
    const copy = fresh();
    expect(copy.init(source())).toBeUndefined();
    works(copy);
  });

  test.each<[string, () => slim.ModuleResponse | Promise<slim.ModuleSource>, number]>([
    ["a response", () => new Response(bytes, { headers: WASM }), 1],
    ["a promise of a response", () => Promise.resolve(new Response(bytes, { headers: WASM })), 1],
    ["a response of a server that does not know the type", () => new Response(bytes), 0],
    ["a response of a foreign fetch", () => new ForeignResponse(Buffer.from(bytes), { headers: WASM }), 0],
    ["a promise of bytes", () => Promise.resolve(bytes), 0],
    ["a promise of a module", () => WebAssembly.compile(bytes), 0],
  ])("waits for %s, and compiles while it loads where it can", async (_what, source, streamed) => {
    const copy = fresh();
    const compileStreaming = vi.spyOn(WebAssembly, "compileStreaming");
    await copy.init(source());
    expect(compileStreaming).toHaveBeenCalledTimes(streamed);
    works(copy);
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["a text", "convex-pipelines/pipelines.wasm"],
    ["an object", {}],
    ["bytes that are no module", bytes.subarray(1)],
    ["half a module", bytes.subarray(0, 1_000)],
    ["somebody else's module", new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))],
    ["the module of another version", otherVersion()],
  ])("refuses %s, and takes the right one then", (_what, source) => {
    const copy = fresh();
    expect(() => copy.init(source as Uint8Array)).toThrow(config("pipelines.wasm"));
    expect(() => copy.explicitCron({ cron: "@daily" })).toThrow(config("first call init"));
    copy.init(bytes);
    works(copy);
  });

  const broken = () => new ReadableStream({ pull: (controller) => controller.error(new Error("lost")) });
  test.each<[string, () => slim.ModuleResponse | Promise<slim.ModuleSource>, object]>([
    ["a 404", () => new Response("no", { status: 404, headers: WASM }), { code: "unavailable", retryable: false }],
    ["a 503", () => new Response("no", { status: 503 }), { code: "unavailable", retryable: true }],
    ["a fetch that fails", () => Promise.reject(new TypeError("fetch failed")), { code: "unavailable", retryable: true }],
    ["a connection that breaks off", () => new Response(broken(), { headers: WASM }), { code: "unavailable", retryable: true }],
    ["one without a type that breaks off", () => new Response(broken()), { code: "unavailable", retryable: true }],
    ["a page instead of a module", () => new Response("<!doctype html>", { headers: { "content-type": "text/html" } }), { code: "config" }],
    ["a page that calls itself a module", () => new Response("<!doctype html>", { headers: WASM }), { code: "config" }],
    ["a promise of nothing", () => Promise.resolve(undefined as never), { code: "config" }],
  ])("rejects for %s, and may be called again", async (_what, source, error) => {
    const copy = fresh();
    await expect(copy.init(source())).rejects.toMatchObject({ name: "PipelineError", ...error });
    await copy.init(new Response(bytes, { headers: WASM }));
    works(copy);
  });

  test("says that the host lets no module run, and not that the module is wrong", () => {
    const copy = fresh();
    vi.spyOn(WebAssembly, "Module").mockImplementation(function refuse() {
      throw new WebAssembly.CompileError("refused by a policy");
    });
    expect(() => copy.init(bytes)).toThrow(config("not allowed to compile"));
  });

  test("leaves a core that runs as it is", async () => {
    const copy = fresh();
    copy.init(bytes);
    const repository = new copy.InMemoryPipelineRepository();
    await repository.create({ name: "kept", steps: [{ id: "a", kind: "clean", options: {} }] });
    await copy.init(Promise.resolve(new WebAssembly.Module(bytes)));
    expect(await repository.list()).toMatchObject([{ name: "kept" }]);
  });
});

describe("beside the root entry", () => {
  let both: string;
  beforeAll(async () => {
    both = await bundled('export * as slim from "convex-pipelines/slim"; export * as root from "convex-pipelines"; export * as node from "convex-pipelines";');
  });
  const pair = () => runInThisContext(`(() => { ${both}; return bundle; })()`) as { slim: Slim; root: typeof root };

  test("everything is the same, and there is one core", () => {
    const { slim, root } = pair();
    const { init, ...rest } = slim;
    expect(typeof init).toBe("function");
    expect(rest).toEqual({ ...root });
    for (const name of Object.keys(rest) as (keyof typeof rest)[]) expect(rest[name]).toBe(root[name]);
  });

  test("what init brings is what runs: the embedded copy is not compiled", () => {
    const { slim, root } = pair();
    const module = new WebAssembly.Module(bytes);
    const compiled = vi.spyOn(WebAssembly, "Module");
    slim.init(module);
    works(root);
    expect(compiled).not.toHaveBeenCalled();
  });

  test("no init is needed", () => {
    works(pair().slim);
  });
});

/** The same module with another mark, which is the last that it holds. */
function otherVersion(): Uint8Array {
  const other = bytes.slice();
  other[other.length - 1]! ^= 1;
  return other;
}
