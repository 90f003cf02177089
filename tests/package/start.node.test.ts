/** What a first call starts, and what becomes of it where the host does not let the core start. */
import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";

const DIST = resolve(import.meta.dirname, "../node_modules/convex-pipelines/dist");

/** Makes two calls in a process whose first attempt at `step` throws `error`; their codes, or what they gave. */
function calls(step: "Module" | "Instance", error: string): string[] {
  const script = `
    const { ${step}: host } = WebAssembly;
    let refuses = true;
    WebAssembly.${step} = new Proxy(host, {
      construct(target, args) {
        if (!refuses) return new target(...args);
        refuses = false;
        throw ${error};
      },
    });
    const { explicitCron } = await import("convex-pipelines");
    for (const _ of [1, 2]) {
      try { console.log(explicitCron({ cron: "@daily" })); } catch (error) { console.log(error.name, error.code); }
    }`;
  const text = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8", timeout: 20_000 });
  return text.trim().split("\n");
}

test.each<["Module" | "Instance", string, string]>([
  ["Module", "new WebAssembly.CompileError('refused by a policy')", "config"],
  ["Module", "new EvalError('refused by a policy')", "config"],
  ["Module", "new RangeError('Maximum call stack size exceeded')", "internal"],
  ["Instance", "new RangeError('Out of memory')", "internal"],
  ["Instance", "new WebAssembly.RuntimeError('unreachable')", "internal"],
])("a %s that throws %s is `%s`, and the next call is right", (step, error, code) => {
  expect(calls(step, error)).toEqual([`PipelineError ${code}`, "0 0 * * *"]);
});

test("a realm that hides the encoders of the Node around it, as jsdom does, has them all the same", () => {
  expect(firstCreation("delete globalThis.TextEncoder; delete globalThis.TextDecoder;")).toBe("");
});

/** What a first creation says in a process that has run `before`. */
function firstCreation(before: string): string {
  const script = `
    ${before}
    const { createPipeline } = await import("convex-pipelines");
    try {
      createPipeline({ name: "a", steps: [{ id: "a", kind: "clean", options: {} }] });
    } catch (error) { console.log(error.name, error.code, error.message); }`;
  return execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8", timeout: 20_000 }).trim();
}

const REFUSED = "WebAssembly.Module = function () { throw new WebAssembly.CompileError('refused') };";

test.each([
  ["no WebAssembly", "delete globalThis.WebAssembly;", "this host has none"],
  ["a page whose policy forbids it", `globalThis.document = {}; ${REFUSED}`, "'wasm-unsafe-eval'"],
  ["workerd", `Object.defineProperty(globalThis, "navigator", { value: { userAgent: "Cloudflare-Workers" } }); ${REFUSED}`, "condition workerd"],
  ["the edge runtime", `globalThis.EdgeRuntime = "edge-runtime"; ${REFUSED}`, "condition edge-light"],
  ["a process that forbids it", REFUSED, "not allowed to compile code"],
  ["no TextEncoder, and no Node around it", "delete globalThis.TextEncoder; process.getBuiltinModule = undefined;", "TextEncoder and TextDecoder are missing"],
  ["no Web Crypto", "delete globalThis.crypto;", "the Web Crypto API, which this host does not have"],
])("%s is `config`, in words about that host", (_, before, words) => {
  const said = firstCreation(before);
  expect(said).toMatch(/^PipelineError config /);
  expect(said).toContain(words);
});

/** How many modules a process has compiled after each of these expressions: one before each part, to read it. */
function compiled(...expressions: string[]): number[] {
  const script = `
    let count = 0;
    WebAssembly.Module = new Proxy(WebAssembly.Module, { construct: (target, args) => (count++, new target(...args)) });
    const { comparePipelines, createInputSchema, nextRuns, InMemoryPipelineRepository } = await import("convex-pipelines");
    const created = async () => (await new InMemoryPipelineRepository().create(input)).name === "a";
    const input = { name: "a", steps: [{ id: "a", kind: "clean", options: {} }] };
    const checks = (more, success = true) => createInputSchema.safeParse({ ...input, ...more }).success === success;
    const counts = [];
    for (const run of [${expressions.map((expression) => `() => ${expression}`).join(", ")}]) {
      if (!(await run())) throw new Error(String(run));
      counts.push(count);
    }
    console.log(JSON.stringify(counts));`;
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8", timeout: 20_000 })) as number[];
}

test("the first part of the module is enough to check values, to refuse them and to compare pipelines", () => {
  const checks = ["checks({})", "checks({ name: '  trimmed ' })", "checks({ name: '', steps: [{}] }, false)", "checks({ schedule: { cron: '0 7 * * 1-5' } })"];
  const compares = "comparePipelines({ name: 'Änne', id: 'a' }, { name: 'Änne', id: 'b' }) < 0";
  expect(compiled(...checks, "checks({ schedule: { cron: '61 * * * *' } }, false)", compares)).toEqual([2, 2, 2, 2, 2, 2]);
});

test("the rest starts once something of it is called, and stays", () => {
  expect(compiled("nextRuns({ cron: '@daily' }).length > 0", "checks({})")).toEqual([4, 4]);
  const zone = (name: string, success = true) => `checks({ schedule: { cron: '@daily', timezone: '${name}' } }, ${String(success)})`;
  expect(compiled("checks({})", zone("Europe/Berlin"), zone("Europe/Nowhere", false), "checks({})")).toEqual([2, 4, 4, 4]);
});

test("the device's part starts with the first repository on it, and nothing else needs it", () => {
  expect(compiled("checks({})", "created()", "created()", "nextRuns({ cron: '@daily' }).length > 0")).toEqual([2, 6, 6, 6]);
  expect(compiled("nextRuns({ cron: '@daily' }).length > 0", "created()", "checks({})")).toEqual([4, 6, 6]);
});

/** What a script prints that imports files of the package. */
function printed(script: string): string {
  const text = script.replace(/from "\.\//g, `from "${pathToFileURL(DIST).href}/`);
  return execFileSync(process.execPath, ["--input-type=module", "--eval", text], { encoding: "utf8", timeout: 20_000 }).trim();
}

test("the device's part may come when the others run, as with a repository that a page imports late", () => {
  const said = printed(`
    import * as api from "./api/root.js";
    import { withDevice, withModule } from "./embedded.js";
    const { nextRuns } = withModule(api);
    console.log(nextRuns({ cron: "@daily" }, { after: 0, count: 1 })[0]);
    const { InMemoryPipelineRepository } = withDevice(api);
    console.log((await new InMemoryPipelineRepository().list()).length);`);
  expect(said).toBe("1970-01-02T00:00:00.000Z\n0");
});

test("a module that was brought is whole, and stays where a complete entry comes after it", () => {
  const said = printed(`
    import { readFileSync } from "node:fs";
    import { init, nextRuns } from "./api/slim.js";
    import * as api from "./api/root.js";
    import { withDevice } from "./embedded.js";
    init(readFileSync(${JSON.stringify(join(DIST, "../wasm/core_bg.wasm"))}));
    let count = 0;
    WebAssembly.Module = new Proxy(WebAssembly.Module, { construct: (target, args) => (count++, new target(...args)) });
    const { InMemoryPipelineRepository } = withDevice(api);
    console.log(nextRuns({ cron: "@daily" }, { after: 0, count: 1 }).length, (await new InMemoryPipelineRepository().list()).length, count);`);
  expect(said).toBe("1 0 0");
});
