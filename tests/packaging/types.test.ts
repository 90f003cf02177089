/** TypeScript, in each way that it finds types: what a user expects compiles, and a slip of the pen does not. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TOOLS, makeHome, note } from "./support/home";

const USE = `
import { createPipeline, isPipelineError, ConvexPipelineRepository, type Pipeline, type PipelineRepository } from "convex-pipelines";
const pipeline: Pipeline & { webhookSecret: string } = createPipeline({ name: "x", steps: [{ id: "a", kind: "clean", options: {} }] });
const repository: PipelineRepository = new ConvexPipelineRepository({
  baseUrl: "https://host.example",
  fetch: (url, init) => Promise.resolve({ status: 200, url, method: init.method }),
});
export const names = async (): Promise<string[]> => [pipeline.name, ...(await repository.list()).map(({ name }) => name)];
export const code = (thrown: unknown) => (isPipelineError(thrown) ? thrown.code : undefined);
`;
const ENTRIES = `
import { JsonFilePipelineRepository } from "convex-pipelines/node";
import { init } from "convex-pipelines/slim";
export const file = new JsonFilePipelineRepository("p.json");
export const ready: Promise<void> = init(Promise.resolve(new Uint8Array(8)));
export const done: void = init(new Uint8Array(8));
// @ts-expect-error -- an address is not fetched here
init("pipelines.wasm");
`;
const SLIP = `import { createPipeline } from "convex-pipelines"; createPipeline({ nmae: "x", steps: [] });`;

/** No DOM and no types of Node: what such a project compiles, all others do, and the package's own files are checked too. */
const OPTIONS = { lib: ["ES2022"], target: "ES2022", types: [], strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true };

test.each([
  ["bundler", "ts", { module: "ESNext", moduleResolution: "Bundler" }, USE + ENTRIES],
  ["node16 from an ES module", "mts", { module: "Node16", moduleResolution: "Node16" }, USE + ENTRIES],
  ["node16 from CommonJS", "cts", { module: "Node16", moduleResolution: "Node16" }, USE + ENTRIES],
  ["nodenext from CommonJS", "cts", { module: "NodeNext", moduleResolution: "NodeNext" }, USE + ENTRIES],
  ["node10, the root entry", "ts", { module: "CommonJS", moduleResolution: "Node10", ignoreDeprecations: "6.0" }, USE],
])("types: %s", (name, extension, resolution, source) => {
  const started = performance.now();
  const files = { [`use.${extension}`]: source, [`slip.${extension}`]: SLIP };
  const tsconfig = JSON.stringify({ compilerOptions: { ...OPTIONS, ...resolution }, files: Object.keys(files) });
  const home = makeHome(`types-${name.replaceAll(/\W+/g, "-")}`, { ...files, "tsconfig.json": tsconfig });
  expect(compile(home)).toEqual([expect.stringMatching(new RegExp(`^slip\\.${extension}\\(1,\\d+\\): error TS2353:.*'nmae'`))]);
  note(`types: ${name}`, "compiles without the DOM, and refuses a typo", started);
});

function compile(home: string): string[] {
  try {
    execFileSync(process.execPath, [join(TOOLS.tests, "typescript/bin/tsc"), "-p", "."], { cwd: home, encoding: "utf8", stdio: "pipe" });
    return [];
  } catch (error) {
    return (error as { stdout: string }).stdout.trimEnd().split("\n");
  }
}
