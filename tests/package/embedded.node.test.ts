/** The modules inside JavaScript: each is its file, byte for byte, and needs no charset to be read. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, expect, test, vi } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const DIST = resolve(import.meta.dirname, "../node_modules/convex-pipelines/dist");

afterEach(() => {
  vi.restoreAllMocks();
});

test.each([
  ["module.embedded.js", "pkg/wasm/core_bg.wasm"],
  ["module.convex.js", "target/module/convex/core_bg.wasm"],
])("%s holds %s, each time it is asked", async (script, file) => {
  const { compile } = (await import(pathToFileURL(resolve(DIST, script)).href)) as { compile: () => WebAssembly.Module };
  const { Module } = WebAssembly;
  const given: Buffer[] = [];
  vi.spyOn(WebAssembly, "Module").mockImplementation(function (bytes: BufferSource) {
    given.push(Buffer.from(bytes as Uint8Array)); // a copy
    return new Module(bytes);
  });
  expect(compile()).toBeInstanceOf(Module);
  expect(compile()).toBeInstanceOf(Module);
  const [, first, , second] = given;
  const bytes = readFileSync(resolve(ROOT, file));
  expect(first!.equals(bytes)).toBe(true);
  expect(second!.equals(bytes)).toBe(true);
});

test.each(["module.embedded.js", "module.convex.js"])("%s is ASCII", (script) => {
  expect(readFileSync(resolve(DIST, script)).every((byte) => byte < 0x80)).toBe(true);
});
