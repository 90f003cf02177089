/** Workers of a page: their own global scope, no document, and a compiler of their own. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { build as viteBuild } from "vite";
import { afterAll, test } from "vitest";
import webpack from "webpack";
import { Pages, type Site, siteOf } from "../support/browser";
import { ANSWER, IMPORT, ask, makeHome } from "../support/home";

const pages = new Pages();
afterAll(() => pages.close());

const WORKER = `${IMPORT}globalThis.onmessage = ({ source }) => { (source ?? globalThis).postMessage(${ANSWER}); };`;
/** A page that starts its worker as bundlers want to see it written. */
const PAGE = `
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => { globalThis.answer = data; };
  worker.onerror = ({ message }) => { globalThis.answer = message; };
  worker.postMessage("");`;
/** A page that asks its service worker. */
const asksService = (type: string) => `
  const { serviceWorker } = navigator;
  serviceWorker.onmessage = ({ data }) => { globalThis.answer = data; };
  serviceWorker.register("/worker.js", { type: "${type}" }).then(() => serviceWorker.ready).then(
    ({ active }) => active.postMessage(""),
    (error) => { globalThis.answer = String(error); },
  );`;

/** The worker as one script by esbuild. */
async function bundled(format: "esm" | "iife"): Promise<string> {
  const home = makeHome(`worker-${format}`, { "worker.js": WORKER });
  const { outputFiles } = await build({ entryPoints: [join(home, "worker.js")], bundle: true, minify: true, write: false, format });
  return outputFiles[0]!.text;
}

test.each([
  ["worker: a module, by esbuild", "esm", PAGE],
  ["worker: a classic script, by esbuild", "iife", PAGE.replace("module", "classic")],
  ["service worker: a module, by esbuild", "esm", asksService("module")],
  ["service worker: a classic script, by esbuild", "iife", asksService("classic")],
] as const)("%s", async (name, format, page) => {
  const site = siteOf(page).set("worker.js", { type: "text/javascript", contents: await bundled(format) });
  await ask(`${name}, in Chromium`, () => pages.answerOf(site));
});

test.each([
  [
    "Vite",
    async (root: string, outDir: string) => {
      await viteBuild({ root, configFile: false, logLevel: "silent", worker: { format: "es" }, build: { outDir } });
    },
  ],
  [
    "webpack",
    (context: string, path: string) =>
      new Promise<void>((done, fail) => {
        webpack({ mode: "production", context, entry: "./page.js", output: { path, filename: "script.js" }, performance: false }, (error, stats) => {
          if (error !== null || stats?.hasErrors() === true) fail(error ?? new Error(stats?.toString()));
          else done();
        });
      }),
  ],
])("worker: a page and its worker, by %s", async (name, bundle) => {
  const home = makeHome(`worker-${name}`, {
    "package.json": '{ "name": "home", "type": "module" }',
    "index.html": '<!doctype html><meta charset="utf-8"><script type="module" src="/page.js"></script>',
    "page.js": PAGE,
    "worker.js": WORKER,
  });
  const output = join(home, "built");
  await bundle(home, output);
  await ask(`worker: a page and its worker, by ${name}, in Chromium`, () => pages.answerOf(filesOf(output)));
});

/** What was built as a site; a bundler that writes no page has one script. */
function filesOf(folder: string): Site {
  const site = siteOf("");
  for (const { name, parentPath } of readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
    const path = join(parentPath, name);
    site.set(path.slice(folder.length + 1), { type: name.endsWith(".html") ? "text/html" : "text/javascript", contents: readFileSync(path) });
  }
  return site;
}
