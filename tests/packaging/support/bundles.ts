/** What every bundler is held to: its bundles run in Chromium, and hold nothing that is not used. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Pages, siteOf } from "./browser";
import { ANSWER, IMPORT, ask, makeHome, note } from "./home";

/** Gives the text of a minified script of the file `entry`; `folder` is there for what the bundler writes. */
export type Bundler = (entry: string, folder: string) => Promise<string>;

/** What a text weighs, in kB. */
export const gzipped = (text: string): number => gzipSync(text, { level: 9 }).length / 1_000;

/** Declares the tests of these bundlers, with what their homes have in `package.json`. */
export function bundles(bundlers: Record<string, Bundler>, settings: object = {}): void {
  const pages = new Pages();
  afterAll(() => pages.close());

  describe.each(Object.entries(bundlers))("a bundle by %s", (name, bundle) => {
    let home: string;
    beforeAll(() => {
      home = makeHome(name, { "package.json": JSON.stringify({ name: "home", type: "module", ...settings }) });
    });

    function bundled(source: string): Promise<string> {
      const entry = join(home, "entry.js");
      writeFileSync(entry, source);
      return bundle(entry, home);
    }

    test("runs", async () => {
      const script = await bundled(`${IMPORT}globalThis.answer = ${ANSWER};`);
      await ask(`${name}: in Chromium`, () => pages.answerOf(siteOf(script)));
    });

    test("of the slim entry streams the module as a file", async () => {
      const script = await bundled(`import { init, createInputSchema, createPipeline, nextRuns } from "convex-pipelines/slim";
        init(fetch("/pipelines.wasm")).then(() => { globalThis.answer = ${ANSWER}; });`);
      const contents = readFileSync(join(home, "node_modules/convex-pipelines/wasm/core_bg.wasm"));
      const site = siteOf(script).set("pipelines.wasm", { type: "application/wasm", contents });
      await ask(`${name}: slim, in Chromium`, () => pages.answerOf(site));
      expect(script).not.toMatch(/\[0, ?97, ?115, ?109, ?1, ?0, ?0, ?0, ?1\b/); // the beginning of every module but an empty one
    });

    test("of the error alone is under a kilobyte", async () => {
      const started = performance.now();
      const script = await bundled(`import { PipelineError, isPipelineError } from "convex-pipelines";
        globalThis.answer = String(isPipelineError(new PipelineError({ code: "conflict", message: "x" })));`);
      expect(await pages.answerOf(siteOf(script))).toBe("true");
      note(`${name}: PipelineError and isPipelineError alone`, `${gzipped(script).toFixed(2)} kB min+gzip`, started);
      expect(gzipped(script)).toBeLessThan(1);
    });
  });
}
