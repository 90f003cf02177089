// A realm like that of Convex's own isolate: only the globals which Convex lists, no clock, no randomness and no
// WebAssembly at import. The V8 flags that belong to it stand on the command line, see isolate.mjs.
import { webcrypto } from "node:crypto";
import vm from "node:vm";

/** A fresh context, in which modules are being imported until `endImport` is called. */
export function createRealm() {
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

  return {
    context,
    endImport() {
      importing = false;
    },
  };
}
