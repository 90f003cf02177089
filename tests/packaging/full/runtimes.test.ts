/** Other versions of Node, and what runs JavaScript beside it. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ANSWER, IMPORT, REQUIRE, ask, makeHome, note } from "../support/home";
import { FULL, nodeOf } from "./tools";

const BUN = join(FULL, ".bin/bun");
const DENO = join(FULL, ".bin/deno");
/** Node 20.19, the oldest that is supported. */
const OLDEST = nodeOf(20);

let home: string;
beforeAll(() => {
  home = makeHome("runtimes", {
    "package.json": '{ "name": "home", "dependencies": { "convex-pipelines": "*" } }', // Deno takes no other package
    "import.mjs": `${IMPORT}console.log(${ANSWER});`,
    "require.cjs": `${REQUIRE}console.log(${ANSWER});`,
    "source.ts": `${IMPORT}const kind: "clean" = "clean"; console.log(kind === "clean" && ${ANSWER});`,
    "source.cts": `${IMPORT}const kind: "clean" = "clean"; console.log(kind === "clean" && ${ANSWER});`,
    "tsconfig.json": '{ "compilerOptions": { "module": "NodeNext", "target": "ES2022", "strict": true, "types": [], "lib": ["ES2022", "DOM"] } }',
    "file.mjs": `
      import { JsonFilePipelineRepository } from "convex-pipelines/node";
      const path = "data-" + Math.random() + "/p.json";
      const repository = new JsonFilePipelineRepository(path);
      const { id, webhookSecret } = await repository.create({ name: "x", steps: [{ id: "a", kind: "clean", options: {} }] });
      await repository.update(id, { name: "y" });
      const again = new JsonFilePipelineRepository(path);
      console.log((await again.list()).map(({ name }) => name).join(), webhookSecret.length);`,
    "old.mjs": `
      import { createPipeline } from "convex-pipelines";
      import { JsonFilePipelineRepository } from "convex-pipelines/node";
      const input = { name: "x", steps: [{ id: "a", kind: "clean", options: {} }] };
      for (const attempt of [() => createPipeline(input), () => new JsonFilePipelineRepository("p.json").create(input)]) {
        try { await attempt(); } catch ({ code, message }) { console.log(code + ": " + message); }
      }`,
  });
});

/** Runs a program in the home. */
function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { cwd: home, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

describe.each([
  ["Node 20.19", (file: string) => run(OLDEST, "--no-warnings", file)],
  ["Node 22", (file: string) => run(nodeOf(22), "--no-warnings", file)],
  ["Node 24", (file: string) => run(nodeOf(24), file)],
  ["Bun", (file: string) => run(BUN, file)],
  ["Deno", (file: string) => run(DENO, "run", "--allow-all", file)],
])("%s", (name, runs) => {
  test.each([
    ["import", "import.mjs"],
    ["require", "require.cjs"],
  ])("%s", async (way, file) => {
    await ask(`${name}: ${way}`, () => runs(file));
  });

  test("a JSON file", async () => {
    await ask(`${name}: a JSON file`, () => runs("file.mjs"), "y 36");
  });
});

test.each([
  ["Node 24: TypeScript as it is", () => run(nodeOf(24), "source.ts")],
  ["Bun: TypeScript", () => run(BUN, "source.ts")],
  ["Deno: TypeScript, without a permission", () => run(DENO, "run", "--no-prompt", "source.ts")],
  ["Deno: TypeScript, checked", () => run(DENO, "run", "--check", "source.ts")],
  ["Node: TypeScript by ts-node", () => run(process.execPath, join(FULL, "ts-node/dist/bin.js"), "source.cts")],
])("%s", async (name, question) => {
  await ask(name, question);
});

test("Node 18 is told in one sentence that it is too old", () => {
  const started = performance.now();
  const told = run(nodeOf(18), "old.mjs").split("\n");
  const sentence = "config: ids and secrets are made with the Web Crypto API, which Node 18.20.8 is too old for: use 20.19 or newer";
  expect(told).toEqual([sentence, sentence]);
  note("Node 18", told[0]!, started);
});
