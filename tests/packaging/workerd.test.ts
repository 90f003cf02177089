/** workerd, the runtime of Cloudflare Workers: it compiles no bytes, and hands out modules. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { expect, test } from "vitest";
import { workerModules } from "../support/worker";
import { ANSWER, IMPORT, ask, makeHome } from "./support/home";

const worker = (source: string) => `${source}export default { fetch: () => { try { return new Response(${ANSWER}); } catch (error) { return new Response(error.code + ": " + error.message); } } };`;

async function answerOf(home: string, source: string, conditions?: string[]): Promise<string> {
  const wasm = readFileSync(join(home, "node_modules/convex-pipelines/wasm/core_bg.wasm"));
  const host = new Miniflare({ modules: await workerModules(source, home, wasm, conditions), compatibilityDate: "2025-07-01" });
  try {
    return await (await host.dispatchFetch("http://worker.example")).text();
  } finally {
    await host.dispose();
  }
}

test("the condition workerd brings the module", async () => {
  const home = makeHome("workerd", {});
  await ask("workerd", () => answerOf(home, worker(IMPORT)));
});

test("the slim entry takes the module that the worker imports", async () => {
  const home = makeHome("workerd-slim", {});
  const source = `import { init, createInputSchema, createPipeline, nextRuns } from "convex-pipelines/slim";
    import wasm from "convex-pipelines/pipelines.wasm";
    init(wasm);\n`;
  await ask("workerd: slim", () => answerOf(home, worker(source)));
});

test("without its condition, the error names it", async () => {
  const home = makeHome("workerd-without", {});
  expect(await answerOf(home, worker(IMPORT), ["browser", "import"])).toMatch(/^config: .*condition workerd/);
});
