/** Importing does nothing: it asks nothing of the host. What bundlers then leave out is shown in `packaging/`. */
import { createRequire } from "node:module";
import vm from "node:vm";
import { build } from "esbuild";
import { expect, test } from "vitest";

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
    external: ["convex", "react"], // which look at what they like
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}

const ENTRIES = [
  ["convex-pipelines", "createInputSchema"],
  ["convex-pipelines/slim", "createInputSchema"],
  ["convex-pipelines/node", "createInputSchema"],
  ["convex-pipelines/convex", "pipelineTables"],
  ["convex-pipelines/react", "usePipelines"],
  ["convex-pipelines/slim/react", "usePipelines"],
];
test.each(ENTRIES)("importing %s looks at nothing of the host", async (entry, name) => {
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
