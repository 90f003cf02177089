/** Node itself, and what compiles for it on the way. */
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ANSWER, IMPORT, REQUIRE, TOOLS, ask, makeHome, node } from "./support/home";

let home: string;
beforeAll(() => {
  home = makeHome("node", {
    "import.mjs": `${IMPORT}console.log(${ANSWER});`,
    "require.cjs": `${REQUIRE}console.log(${ANSWER});`,
    "source.ts": `${IMPORT}const kind: "clean" = "clean"; console.log(kind === "clean" && ${ANSWER});`,
    "file.mjs": `
      import { JsonFilePipelineRepository, createPipeline } from "convex-pipelines/node";
      const { steps } = createPipeline({ name: "y", steps: [{ id: "a", kind: "clean", options: {} }] });
      await new JsonFilePipelineRepository("data/p.json").create({ name: "x", steps });
      console.log((await new JsonFilePipelineRepository("data/p.json").list()).length);`,
  });
});

test.each([
  ["Node: import", ["import.mjs"]],
  ["Node: require, of ES modules", ["--no-warnings", "require.cjs"]],
  ["Node: require, of CommonJS", ["--no-experimental-require-module", "require.cjs"]],
  ["Node: TypeScript by tsx", [join(TOOLS.homes, "tsx/dist/cli.mjs"), "source.ts"]],
])("%s", async (name, args) => {
  await ask(name, () => node(home, ...args));
});

test("Node: a JSON file", async () => {
  await ask("Node: a JSON file", () => node(home, "file.mjs"), "1");
});

test("importing does nothing: no module is compiled, no clock read, no random number drawn", () => {
  const script = `
    const forbid = (what) => () => { throw new Error(what + " at import"); };
    WebAssembly.Module = forbid("WebAssembly"); WebAssembly.Instance = forbid("WebAssembly"); WebAssembly.compile = forbid("WebAssembly");
    Math.random = forbid("Math.random"); Date.now = forbid("Date.now"); globalThis.fetch = forbid("fetch");
    crypto.getRandomValues = forbid("crypto"); crypto.randomUUID = forbid("crypto");
    for (const entry of ["", "/slim", "/node"]) await import("convex-pipelines" + entry);
    console.log("quiet");`;
  expect(node(home, "--input-type=module", "--eval", script)).toBe("quiet");
});
