// Loads a pushed Convex bundle as Convex's own isolate would: V8 flags on the command line, modules linked in a context
// that has only the globals which Convex lists, no clock and no randomness at import. Run by bundle.test.ts as
//   node --no-wasm-async-compilation --disallow-code-generation-from-strings --experimental-vm-modules isolate.mjs push.json
// and answers with one line of JSON.
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import vm from "node:vm";

const push = JSON.parse(readFileSync(process.argv[2], "utf8"));
const sources = new Map(modulesOf(push).map(({ path, source }) => [path, source]));

let importing = true;
const notDuringImport = (what) => {
  if (importing) throw new Error(`${what} during import`);
};

// https://docs.convex.dev/functions/runtimes
const lists = {
  AbortController, AbortSignal, Blob, Event, EventTarget, File, FormData, Headers, Request, Response,
  ReadableStream, ReadableStreamBYOBReader, ReadableStreamDefaultReader, TransformStream, WritableStream,
  WritableStreamDefaultWriter, TextDecoder, TextEncoder, URL, URLSearchParams, atob, btoa, structuredClone,
  CryptoKey, SubtleCrypto,
  console: { log() {}, info() {}, warn() {}, error() {}, debug() {} },
  process: { env: {} },
  crypto: {
    subtle: webcrypto.subtle,
    getRandomValues(array) {
      notDuringImport("crypto.getRandomValues");
      // The runner's typed arrays are of another realm than the context's.
      const bytes = webcrypto.getRandomValues(new Uint8Array(array.byteLength));
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(bytes);
      return array;
    },
    randomUUID() {
      notDuringImport("crypto.randomUUID");
      return webcrypto.randomUUID();
    },
  },
};
const context = vm.createContext(lists, { codeGeneration: { strings: false, wasm: true } });
// At import Convex stops the clock; a module that instantiated WebAssembly there would make every cold call slower.
context.notDuringImport = notDuringImport;
vm.runInContext(
  `{
    const { notDuringImport } = globalThis;
    delete globalThis.notDuringImport;
    const { random } = Math;
    Math.random = () => (notDuringImport("Math.random"), random());
    const { Module, Instance } = WebAssembly;
    const guarded = (Class, name) =>
      new Proxy(Class, { construct: (target, args) => (notDuringImport(name), new target(...args)) });
    WebAssembly.Module = guarded(Module, "WebAssembly.Module");
    WebAssembly.Instance = guarded(Instance, "WebAssembly.Instance");
    for (const name of ["compile", "compileStreaming", "instantiate", "instantiateStreaming"]) delete WebAssembly[name];
  }`,
  context,
);

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
importing = false;

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
  return [appDefinition.schema, ...appDefinition.changedModules];
}
