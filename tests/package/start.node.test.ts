/** What becomes of a first call where the host does not let the core start. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

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
    const { comparePipelines, createInputSchema, nextRuns } = await import("convex-pipelines");
    const input = { name: "a", steps: [{ id: "a", kind: "clean", options: {} }] };
    const checks = (more, success = true) => createInputSchema.safeParse({ ...input, ...more }).success === success;
    const counts = [];
    for (const run of [${expressions.map((expression) => `() => ${expression}`).join(", ")}]) {
      if (!run()) throw new Error(String(run));
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
