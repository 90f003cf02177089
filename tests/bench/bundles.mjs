// What bundlers make of the package and of its peers.
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";

const EMBEDDED = /module\.(?:embedded|convex)\.js$/;

/**
 * Bundles `source` as an app's own module in this folder, minified, for a browser.
 *
 * @param {string} source
 * @param {import("esbuild").BuildOptions} [options]
 * @returns {Promise<{ text: string, holdsModule: boolean }>} and whether the WebAssembly module is inside
 */
export async function bundle(source, options = {}) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: "js" },
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    absWorkingDir: resolve(import.meta.dirname, "../.."),
    ...options,
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  const holdsModule = Object.entries(inputs).some(([path, { bytesInOutput }]) => EMBEDDED.test(path) && bytesInOutput > 0);
  return { text: outputFiles[0].text, holdsModule };
}

/** One contender's way to read a create input. */
export function contender(file, options) {
  return bundle(`export { safeParse } from "./contenders/${file}";`, options);
}

/** Kilobytes (1,000 bytes) as they are, as gzip -9 and as brotli -q 11. */
export function kilobytes(contents) {
  const bytes = Buffer.from(contents);
  // Node's own gzip is another one, and a few per cent larger than the program's.
  const gzip = execFileSync("gzip", ["-9", "-n"], { input: bytes, maxBuffer: bytes.length + 1_000 });
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } });
  return [bytes, gzip, brotli].map(({ length }) => length / 1_000);
}
