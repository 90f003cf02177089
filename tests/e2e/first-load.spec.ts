/** What a browser has to load before a page works, and what happens when that takes time. */
import { gzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import { App } from "./support/app.js";
import { Profile, field } from "./support/browser.js";

const LIMIT_KB = 240;
const MODULE = "**/*.wasm";

let app: App;
let profile: Profile;
test.beforeAll(async () => {
  app = await App.start("file");
});
test.beforeEach(() => {
  profile = new Profile();
});
test.afterEach(async () => {
  await profile.remove();
});
test.afterAll(async () => {
  await app.stop();
});

test(`the list needs at most ${String(LIMIT_KB)} kB of JavaScript, and the module comes as a file`, async () => {
  const html = await (await fetch(app.url)).text();
  const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag).filter((tag) => !/nomodule/i.test(tag));
  const sources = new Set(scripts.flatMap((tag) => /src="([^"]+)"/.exec(tag)?.[1] ?? []));
  expect(sources.size).toBeGreaterThan(3);
  let bytes = 0;
  for (const source of sources) {
    const script = Buffer.from(await (await fetch(new URL(source, app.url))).arrayBuffer());
    bytes += gzipSync(script, { level: 9 }).length;
  }
  const address = /<link rel="preload" href="([^"]+\.wasm)"/.exec(html)?.[1] ?? "";
  const module = await fetch(new URL(address, app.url));
  const size = gzipSync(Buffer.from(await module.arrayBuffer()), { level: 9 }).length;
  console.log(`the list: ${(bytes / 1000).toFixed(0)} kB of JavaScript, the module ${(size / 1000).toFixed(0)} kB, as gzip`);
  expect(module.headers.get("content-type")).toBe("application/wasm");
  expect(module.headers.get("cache-control")).toContain("immutable");
  expect(bytes).toBeLessThan(LIMIT_KB * 1000);
});

test("no script holds the module a second time", async () => {
  const page = await profile.open("about:blank");
  const longest: number[] = [];
  page.on("response", (response) => {
    if (response.headers()["content-type"]?.includes("javascript") !== true) return;
    void response.body().then((body) => longest.push(body.length), () => undefined);
  });
  await page.goto(`${app.url}/pipelines/new`);
  await field(page, "Name").fill("Morning");
  await page.getByRole("button", { name: /^Clean/ }).click();
  await expect(page.getByRole("button", { name: "Create pipeline" })).toBeEnabled();
  expect(longest.length).toBeGreaterThan(3);
  // As text the module has some 330 kB.
  expect(Math.max(...longest)).toBeLessThan(300_000);
});

test("until the module is there the page stays as it was drawn, and keeps what is typed", async () => {
  const page = await profile.open("about:blank");
  let attempts = 0;
  await page.route(MODULE, async (route) => {
    attempts += 1;
    if (attempts === 1) return route.abort();
    if (attempts === 2) return route.fulfill({ status: 503, body: "later" });
    await new Promise((done) => setTimeout(done, 300));
    return route.continue();
  });
  await page.goto(`${app.url}/pipelines/new`);
  await field(page, "Name").fill("Typed early");
  await expect.poll(() => attempts, { timeout: 15_000 }).toBeGreaterThanOrEqual(3);
  await page.getByRole("button", { name: /^Clean/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("New pipeline");
  await expect(field(page, "Name")).toHaveValue("Typed early");
  await page.getByRole("button", { name: "Create pipeline" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Typed early");
});
