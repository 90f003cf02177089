// CommonJS is for Node and the test runners within it, which have files: so the module is published only once. A bundler
// that takes this half for a page is told so by the error below, and for that nothing else of Node's is imported.
import { readFileSync } from "node:fs";
import { PipelineError } from "./error.js";

/** Compiles the module, which is whole here. */
export const parts = [(): WebAssembly.Module => new WebAssembly.Module(read(`${__dirname}/../../wasm/core_bg.wasm`))];

/** It is whole. */
export const device = [];

function read(path: string): Buffer<ArrayBuffer> {
  try {
    return readFileSync(path);
  } catch {
    const message = `${path} cannot be read; a bundler has to leave convex-pipelines external, or take its condition "import" (Parcel: "packageExports": true)`;
    throw new PipelineError({ code: "config", message });
  }
}
