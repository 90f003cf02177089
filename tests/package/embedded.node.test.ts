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

type Parts = (() => WebAssembly.Module)[];

test.each([
  ["module.embedded", ["first", "rest", "device"]],
  ["module.convex", ["first", "rest"]],
])("%s holds its parts, each time it is asked", async (name, names) => {
  const { parts, device } = (await import(pathToFileURL(resolve(DIST, `${name}.js`)).href)) as { parts: Parts; device: Parts };
  const all = [...parts, ...device];
  const { Module } = WebAssembly;
  const given: Buffer[] = [];
  vi.spyOn(WebAssembly, "Module").mockImplementation(function (bytes: BufferSource) {
    given.push(Buffer.from(bytes as Uint8Array)); // a copy
    return new Module(bytes);
  });
  for (const compile of [...all, ...all]) expect(compile()).toBeInstanceOf(Module);
  const compiled = given.filter((_, index) => index % 2 === 1); // before each comes what reads it
  const files = names.map((part) => readFileSync(resolve(ROOT, `target/module/${name}.${part}.wasm`)));
  expect(parts).toHaveLength(2);
  expect(compiled).toHaveLength(2 * names.length);
  compiled.forEach((bytes, index) => {
    expect(bytes.equals(files[index % names.length]!)).toBe(true);
  });
});

test.each(["module.embedded.js", "module.convex.js"])("%s is ASCII", (script) => {
  expect(readFileSync(resolve(DIST, script)).every((byte) => byte < 0x80)).toBe(true);
});
