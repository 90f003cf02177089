/** Servers for development, which change files one by one and keep packages aside. */
import { join } from "node:path";
import { createServer } from "vite";
import { afterAll, expect, test } from "vitest";
import { Pages } from "../support/browser";
import { ANSWER, IMPORT, ask, makeHome } from "../support/home";
import { ADDRESS, Command, asksNext } from "../support/next";

const pages = new Pages();
afterAll(() => pages.close());

asksNext("Next dev", (home, flags) => Promise.resolve(new Command(home, "dev", ...flags, ...ADDRESS)));

const SLIM = `import wasm from "convex-pipelines/pipelines.wasm?url";
import { init, createInputSchema, createPipeline, nextRuns } from "convex-pipelines/slim";
await init(fetch(wasm));
`;

test.each([
  ["Vite dev", IMPORT],
  ["Vite dev: slim, with Vite's address of the module", SLIM],
])("%s", async (name, imports) => {
  const root = makeHome(name.split(",")[0]!.replaceAll(/\W+/g, "-"), {
    "package.json": '{ "name": "home", "type": "module" }',
    "index.html": '<!doctype html><meta charset="utf-8"><script type="module" src="/page.js"></script>',
    "page.js": `${imports}globalThis.answer = ${ANSWER};`,
  });
  const server = await createServer({ root, configFile: false, logLevel: "silent", cacheDir: join(root, ".vite"), server: { host: "127.0.0.1", port: 0 } });
  try {
    await server.listen();
    const [site] = server.resolvedUrls!.local;
    expect(site).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    await ask(`${name}, in Chromium`, () => pages.answerAt(site!));
  } finally {
    await server.close();
  }
});
