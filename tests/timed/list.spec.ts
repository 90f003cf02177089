/** A long list on a phone: a processor four times slower, and slow 4G. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { App } from "../e2e/support/app.js";
import { seed } from "../e2e/support/account.js";

const PIPELINES = 300;
const LIMIT_MS = 2_500;
/** What else the machine does only ever adds to it. */
const ATTEMPTS = 5;

let app: App;
test.beforeAll(async () => {
  app = await App.start("file");
});
test.afterAll(() => app.stop());

test(`a list of ${String(PIPELINES)}: the largest contentful paint comes within ${String(LIMIT_MS)} ms`, async ({ browser }) => {
  test.setTimeout(120_000);
  const first = await browser.newContext();
  const before = await first.newPage();
  await before.goto(app.url);
  await seed(before, { name: "Pipeline", description: "What comes in, shortened", schedule: { cron: "0 7 * * 1-5", timezone: "Europe/Berlin" } });
  const file = JSON.parse(readFileSync(app.dataPath, "utf8")) as { pipelines: Record<string, unknown>[] };
  const [row] = file.pipelines;
  for (let number = 1; number < PIPELINES; number++) {
    const webhookSecret = `s1:${String(number).padStart(64, "0")}`;
    file.pipelines.push({ ...row, id: crypto.randomUUID(), name: `Pipeline ${String(number)}`, webhookSecret });
  }
  writeFileSync(app.dataPath, JSON.stringify(file));
  const storageState = { cookies: await first.cookies(), origins: [] };
  await first.close();

  const took: { paint: number; rows: number; element: string }[] = [];
  while (took.length < ATTEMPTS && took.every(({ paint }) => paint >= LIMIT_MS)) {
    // Nothing is cached, and nothing is on the device.
    const context = await browser.newContext({ storageState, viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 150,
      downloadThroughput: 1_600_000 / 8,
      uploadThroughput: 750_000 / 8,
    });
    await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await page.goto(app.url, { waitUntil: "commit" });
    await page.getByRole("main").getByRole("listitem").first().waitFor();
    await expect(page.getByText("300 pipelines").filter({ visible: true })).toBeVisible();
    took.push(
      await page.evaluate(async () => {
        const rows = performance.now();
        await new Promise((done) => setTimeout(done, 500));
        return new Promise<{ paint: number; rows: number; element: string }>((done) => {
          new PerformanceObserver((list) => {
            const last = list.getEntries().at(-1) as PerformanceEntry & { element?: Element };
            done({ paint: last.startTime, rows, element: last.element?.outerHTML.slice(0, 200) ?? "" });
          }).observe({ type: "largest-contentful-paint", buffered: true });
        });
      }),
    );
    await context.close();
  }
  console.log(took.map(({ paint, rows, element }) => `${paint.toFixed(0)} ms, rows by ${rows.toFixed(0)} ms: ${element}`).join("\n"));
  expect(Math.min(...took.map(({ paint }) => paint))).toBeLessThan(LIMIT_MS);
});
