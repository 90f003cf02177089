/** Pipelines that run: by the clock, by a webhook and by hand, seen without a reload. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, type Page } from "@playwright/test";
import { App } from "./support/app.js";
import { Profile, field, follow } from "./support/browser.js";

test.describe.configure({ mode: "serial" });
let app: App;
let source: Server;
let profile: Profile;
let page: Page;

test.beforeAll(async () => {
  source = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "text/plain" }).end("- First thing.\n- Second thing.");
  });
  await new Promise<void>((done) => source.listen(0, "127.0.0.1", done));
  app = await App.start("file", { PIPELINES_SOURCE_ADDRESSES: "127.0.0.1" });
  profile = new Profile();
  page = await profile.open(app.url);
});
test.afterAll(async () => {
  await profile.remove();
  await app.stop();
  source.close();
});

const panel = () => page.getByRole("region", { name: "Runs" }).filter({ visible: true });
/** The rows of the list, without those of the strip. */
const rows = () => panel().getByRole("listitem").filter({ hasText: "·" });

test("a schedule fires, and its run appears on the page that shows it", async () => {
  test.setTimeout(150_000);
  await follow(page.getByRole("link", { name: "Create your first pipeline" }));
  await field(page, "Name").fill("Every minute");
  await field(page, /^Default source/).fill(`http://127.0.0.1:${String((source.address() as AddressInfo).port)}/text`);
  await page.getByRole("button", { name: /^Clean/ }).click();
  await page.getByRole("button", { name: /^Chunk/ }).click();
  await field(page, "Run on a schedule").check();
  await field(page, "When").fill("* * * * *");
  await page.getByRole("button", { name: "Create pipeline" }).click();
  await expect(panel()).toContainText("No runs yet.");
  await expect(rows().first()).toContainText(/Succeeded · Schedule · due .+ · started .+ · took/, { timeout: 120_000 });
  await expect(rows().first()).toContainText("clean:");
  await expect(panel().getByRole("list", { name: "The last runs" })).toContainText("Succeeded, took");
});

test("a webhook brings a text, and its run appears; the same key is the same run", async () => {
  const secret = /hooks\/([0-9a-f-]{36})/.exec((await page.getByText(/api\/hooks\//).first().textContent()) ?? "")?.[1] ?? "";
  const hook = (key: string) =>
    fetch(`${app.url}/api/hooks/${secret}`, {
      method: "POST",
      headers: { "Idempotency-Key": key },
      body: JSON.stringify({ text: "One sentence from elsewhere." }),
    });
  const [first, again] = [await hook("k1"), await hook("k1")];
  expect([first.status, again.status]).toEqual([202, 202]);
  const { pipelineId, runId } = (await first.json()) as Record<string, string>;
  expect(await again.json()).toEqual({ pipelineId, runId });
  expect(page.url()).toContain(pipelineId);
  await expect(rows().filter({ hasText: "Webhook" })).toContainText("One sentence from elsewhere.", { timeout: 30_000 });
  await expect(rows().filter({ hasText: "Webhook" })).toHaveCount(1);
});

test("a wrong secret is refused in the same bytes whatever comes with it, and what is too large in others", async () => {
  const wrong = ["x", "{", "a".repeat(70_000), ""].map((body) => fetch(`${app.url}/api/hooks/nobody`, { method: "POST", body }));
  const answers = await Promise.all((await Promise.all(wrong)).map(async (answer) => [answer.status, await answer.text()]));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]![0]).toBe(404);
});

test("a step without a provider fails its run, and the page says what would connect one", async () => {
  await page.getByRole("button", { name: /^Translate/ }).click();
  await field(page, "Target language").fill("German");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("status", { name: "Saving" })).toContainText("Saved");
  await panel().getByLabel(/^Text/).fill("A text by hand.");
  await panel().getByRole("button", { name: "Run now" }).click();
  await expect(panel().getByText("The run is queued.")).toBeVisible();
  await expect(rows().filter({ hasText: "Manual" })).toContainText(
    "step 3 (translate): no provider is configured here; PIPELINES_TRANSLATE_URL connects one",
    { timeout: 15_000 },
  );
});
