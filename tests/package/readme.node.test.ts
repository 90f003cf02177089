/** The README says what is: its examples compile, run and print what it shows, and what it points at exists. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { PipelineRuns } from "convex-pipelines";
import { JsonFilePipelineRepository } from "convex-pipelines/node";
import { convexTest } from "convex-test";
import { makeFunctionReference, type GenericSchema, type SchemaDefinition } from "convex/server";
import { build } from "esbuild";
import { createElement, type FunctionComponent } from "react";
import { renderToString } from "react-dom/server";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const CONVEX = join(ROOT, "www-example/convex");
const README = readFileSync(join(ROOT, "README.md"), "utf8");

interface Example {
  name: string;
  /** The file it would be in: the one it names in its first line, or one of its own here. */
  file: string;
  code: string;
  /** What a `text` block right behind it shows. */
  output?: string;
}

const EXAMPLES = [...README.matchAll(/```(tsx?)\n(.*?)```\n(?:\n```text\n(.*?)```)?/gs)].map(([, kind = "ts", code = "", output], index): Example => {
  const named = /^\/\/ convex\/(\S+)\n/.exec(code)?.[1];
  const name = named ?? `example ${index + 1}`;
  const file = named === undefined ? join(ROOT, `tests/readme-${index}.${kind}`) : join(CONVEX, named);
  return { name, file, code, ...(output === undefined ? {} : { output }) };
});
const exampleOf = (file: string) => EXAMPLES.find(({ code }) => code.startsWith(`// ${file}\n`))!;
const inConvex = EXAMPLES.filter(({ file }) => dirname(file) === CONVEX);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(ROOT, "tests/node_modules/.readme-")); // where the package is found
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs an example as it stands in the README, between its neighbours. */
async function load({ file, code }: Example): Promise<Record<string, unknown>> {
  const outfile = join(folder, `${EXAMPLES.findIndex((example) => example.file === file)}.mjs`);
  const stdin = { contents: code, loader: "tsx" as const, resolveDir: dirname(file) };
  await build({ stdin, outfile, bundle: true, jsx: "automatic", packages: "external", format: "esm", logLevel: "silent" });
  return (await import(/* @vite-ignore */ pathToFileURL(outfile).href)) as Record<string, unknown>;
}

test("there are examples to look at", () => {
  expect(EXAMPLES.length).toBeGreaterThanOrEqual(5);
  expect(EXAMPLES.filter(({ output }) => output !== undefined).length).toBeGreaterThanOrEqual(2);
});

test("every example compiles", () => {
  expect(faults(EXAMPLES)).toEqual([]);
}, 60_000);

test("a component that would not compile is found", () => {
  const component = EXAMPLES.find(({ file }) => file.endsWith(".tsx"))!;
  expect(faults([{ ...component, code: component.code.replace('set("name"', 'set("nmae"') }])).toHaveLength(1);
}, 60_000);

test("an example that would not compile is found", () => {
  const [first] = EXAMPLES;
  expect(faults([{ ...first!, code: first!.code.replace("createPipeline({", "createPipeline({ nmae: 1,") }])).toHaveLength(1);
}, 60_000);

test.each(EXAMPLES.filter(({ output }) => output !== undefined))("$name prints what is shown", async (example) => {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  try {
    await load(example);
  } finally {
    log.mockRestore();
  }
  expect(lines.join("\n").trimEnd().split("\n")).toEqual(example.output!.trimEnd().split("\n"));
});

test("the components render on a server, with nothing to show yet", async () => {
  const { App } = (await load(EXAMPLES.find(({ file }) => file.endsWith(".tsx"))!)) as { App: FunctionComponent<{ repository: null }> };
  const html = renderToString(createElement(App, { repository: null }));
  expect(html).toContain("<p>Loading…</p>");
  expect(html).toContain("At 07:00, Monday through Friday");
});

describe("in Convex", () => {
  test.each(inConvex.filter(({ file }) => existsSync(file)))("$name is the example app's own", ({ file, code }) => {
    expect(code.slice(code.indexOf("\n") + 1)).toBe(readFileSync(file, "utf8"));
  });

  test("the mutation makes a pipeline for whoever is signed in, and refuses with the model's issues", async () => {
    const modules = Object.fromEntries(inConvex.map((example) => [`./${example.name}`, () => load(example)]));
    const schema = (await load(inConvex.find(({ name }) => name === "schema.ts")!))["default"];
    const app = convexTest(schema as SchemaDefinition<GenericSchema, boolean>, { ...modules, "./_generated/api.js": () => Promise.resolve({}) });
    const create = makeFunctionReference<"mutation">("mine:create");
    const input = { name: " Morning ", steps: [{ id: "a", kind: "clean", options: {} }] };

    await expect(app.mutation(create, { input })).rejects.toThrow("sign in first");
    const ada = app.withIdentity({ subject: "user_ada" });
    const id: unknown = await ada.mutation(create, { input });
    const rows: unknown = await app.run((ctx) => ctx.db.query("pipelines").collect());
    expect(rows).toMatchObject([{ id, accountId: "user_ada", name: "Morning" }]);
    await expect(ada.mutation(create, { input: { ...input, colour: 1 } })).rejects.toMatchObject({
      data: { code: "invalid", issues: [{ code: "unknown_field", path: ["colour"] }] },
    });
  });
});

test("the worker does what is queued, and reports it", async () => {
  const { work } = (await load(exampleOf("worker/work.ts"))) as { work: (runs: PipelineRuns, environment: NodeJS.ProcessEnv, until: number) => Promise<void> };
  const repository = new JsonFilePipelineRepository(join(folder, "runs/p.json"));
  const { runs } = repository;
  const { id } = await repository.create({ name: "Digest", steps: [{ id: "a", kind: "clean", options: {} }] });
  const { runId } = await runs.start({ id, trigger: "manual", payload: "a text" });
  await work(runs, {}, Date.now() + 10_000);
  expect(await runs.get(runId)).toMatchObject({ status: "success", outcome: "clean: 6 characters", attempt: 1 });
});

test("the route adds the token and the account, and tells a stranger nothing", async () => {
  const { POST } = (await load(exampleOf("app/api/pipelines/[operation]/route.ts"))) as { POST: (request: Request) => Promise<Response> };
  const accountOf = vi.fn<() => Promise<string | null>>(() => Promise.resolve(null));
  const asked = vi.fn<typeof fetch>(() => Promise.resolve(Response.json({ result: true })));
  vi.stubGlobal("accountOf", accountOf);
  vi.stubGlobal("fetch", asked);
  vi.stubEnv("CONVEX_SITE_URL", "https://happy-otter-123.convex.site");
  vi.stubEnv("PIPELINES_ADMIN_TOKEN", "t".repeat(40));
  const post = (operation: string, body: object) =>
    POST(new Request(`https://app.example.com/api/pipelines/${operation}`, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } }));
  const id = "0a1b2c3d-4e5f-4a6b-8c7d-0123456789ab";
  try {
    expect((await post("delete", { id })).status).toBe(401);
    expect(asked).not.toHaveBeenCalled();
    accountOf.mockResolvedValue("user_ada");
    expect(await (await post("delete", { id })).json()).toEqual({ result: true });
    const [[url, init]] = asked.mock.calls as [[string, RequestInit]];
    expect(url).toBe("https://happy-otter-123.convex.site/pipelines/delete");
    expect(init.headers).toMatchObject({ Authorization: `Bearer ${"t".repeat(40)}` });
    expect(JSON.parse(init.body as string)).toEqual({ id, accountId: "user_ada" });
    expect(await (await post("findByWebhookSecret", { secret: "x".repeat(36) })).json()).toEqual({ result: null });
    expect(asked).toHaveBeenCalledTimes(1);
  } finally {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  }
});

test("the commands are there", () => {
  const help = execFileSync("cargo", ["xtask", "help"], { cwd: ROOT, encoding: "utf8" });
  const named = new Set([...README.matchAll(/cargo xtask (\w+)/g)].map(([, command]) => command!));
  expect([...named]).toEqual(expect.arrayContaining(["demo", "test"]));
  for (const command of named) expect(help).toMatch(new RegExp(`^ +${command} `, "m"));

  const suites = readdirSync(join(ROOT, "tests/bench/suites")).map((file) => file.replace(".mjs", ""));
  const benched = [...README.matchAll(/`cargo xtask bench ([^`]+)`/g)].flatMap(([, names]) => names!.split(" "));
  expect(benched).not.toEqual([]);
  expect([...suites, "callgrind"]).toEqual(expect.arrayContaining(benched));
}, 180_000);

test.each(["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])("%s links to what exists", (name) => {
  const text = readFileSync(join(ROOT, name), "utf8");
  const links = [...text.matchAll(/\]\(([^)#]+)/g)].map(([, link]) => link!).filter((link) => !link.includes("://"));
  expect(links.filter((link) => !existsSync(join(ROOT, link)))).toEqual([]);
});

describe("the sizes are those of", () => {
  const shown = /([\d.]+) kB as gzip, in Convex ([\d.]+) kB, a browser's bundle with everything around it ([\d.]+) kB, and ([\d.]+) kB with.*?checking a value starts ([\d.]+) kB/s.exec(README);
  // Not every byte needs a new README.
  const differ = (kilobytes: string | undefined, real: number) => {
    expect(Math.abs(Number(kilobytes) / real - 1), `${kilobytes ?? "nothing"} kB is shown, ${real} kB is real`).toBeLessThan(0.02);
  };

  test("the modules, as the build weighs them", () => {
    const files = ["pkg/wasm/core_bg.wasm", ...["convex/core_bg.wasm", "module.embedded.first.wasm", "whole.wasm"].map((file) => `target/module/${file}`)];
    const weigh = ["run", "-q", "--manifest-path", "xtask/wasm/Cargo.toml", "--bin", "weigh", "--", ...files];
    const { stdout } = spawnSync("cargo", weigh, { cwd: ROOT, encoding: "utf8" });
    const [whole, forConvex, first] = [...stdout.matchAll(/([\d.]+) kB gzip/g)].map(([, kilobytes]) => Number(kilobytes));
    differ(shown?.[1], whole!);
    differ(shown?.[2], forConvex!);
    differ(shown?.[5], first!);
  }, 180_000);

  const slim = /`convex-pipelines\/slim` instead, which is ([\d.]+) kB/.exec(README)?.[1];
  test.each([
    ['* from "convex-pipelines"', shown?.[3]],
    ['{ createInputSchema, nextRuns } from "convex-pipelines"', shown?.[4]],
    ['* from "convex-pipelines/slim"', slim],
  ])("a bundle of %s", async (exported, kilobytes) => {
    const stdin = { contents: `export ${exported};`, resolveDir: join(ROOT, "tests") };
    const { outputFiles } = await build({ stdin, bundle: true, minify: true, format: "esm", conditions: ["browser"], write: false });
    differ(kilobytes, gzipSync(outputFiles[0]!.contents, { level: 9 }).byteLength / 1000);
  });
});

/** What TypeScript says to the examples, each where its file would be. */
function faults(examples: readonly Example[]): string[] {
  const { config } = ts.readConfigFile(join(ROOT, "tests/tsconfig.json"), (path) => ts.sys.readFile(path)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, join(ROOT, "tests"));
  const sources = new Map(examples.map(({ file, code }) => [file, code]));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (path) => sources.get(path) ?? readFile(path);
  host.fileExists = (path) => sources.has(path) || fileExists(path);
  host.getSourceFile = (path, version) => {
    const code = sources.get(path);
    return code === undefined ? getSourceFile(path, version) : ts.createSourceFile(path, code, version);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return [...sources.keys()].flatMap((path) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).map(({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`),
  );
}
