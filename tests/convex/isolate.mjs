// Loads a pushed Convex bundle as Convex's own isolate would: V8 flags on the command line, modules linked in a context
// that has only the globals which Convex lists, no clock and no randomness at import. Run by deployment.test.ts as
//   node --no-wasm-async-compilation --disallow-code-generation-from-strings --experimental-vm-modules isolate.mjs push.json
// and answers with one line of JSON.
import { readFileSync } from "node:fs";
import vm from "node:vm";
import { createRealm } from "./realm.mjs";

const push = JSON.parse(readFileSync(process.argv[2], "utf8"));
const sources = new Map(modulesOf(push).map(({ path, source }) => [path, source]));

const { context, endImport } = createRealm();

const loaded = new Map();
async function load(path) {
  let module = loaded.get(path);
  if (module === undefined) {
    const source = sources.get(path);
    if (source === undefined) throw new Error(`no module ${path}`);
    module = new vm.SourceTextModule(source, { context, identifier: path });
    loaded.set(path, module);
  }
  return module;
}
const link = (specifier, { identifier }) => load(new URL(specifier, `file:///${identifier}`).pathname.slice(1));

const names = {};
for (const path of sources.keys()) {
  const module = await load(path);
  if (module.status === "unlinked") await module.link(link);
  await module.evaluate();
  if (!path.startsWith("_deps/")) names[path] = Object.keys(module.namespace).sort();
}
endImport();

// A module of the app that uses the root entry inside the isolate.
const probe = vm.runInContext("(probe) => JSON.stringify(probe())", context)(loaded.get("probe.js").namespace.default);

// A mutation as Convex calls it, over a database that finds nothing and notes what is written.
const written = [];
context.Convex = {
  syscall: (op) => JSON.stringify(op === "1.0/queryStream" ? { queryId: 1 } : {}),
  asyncSyscall: async (op, args) => {
    if (op === "1.0/queryStreamNext") return JSON.stringify({ value: null, done: true });
    written.push({ op, ...JSON.parse(args) });
    return JSON.stringify({ _id: "0" });
  },
};
const input = { name: " Digest ", steps: [{ id: "a", kind: "clean", options: {} }] };
const { create } = loaded.get("pipelines.js").namespace;
const created = await create.invokeMutation(JSON.stringify([{ input }]));

// A request as Convex gives it to the HTTP action, with no token configured.
const [action] = loaded.get("http.js").namespace.default.lookup("/pipelines/list", "POST");
const request = new Request("https://happy-otter-123.convex.site/pipelines/list", { method: "POST", body: "{}" });
const { status } = await action.invokeHttpAction(request);

console.log(JSON.stringify({ names, probe: JSON.parse(probe), written, created: JSON.parse(created), status }));

function modulesOf({ appDefinition }) {
  return [appDefinition.schema, ...appDefinition.changedModules].filter(({ environment }) => environment !== "node");
}
