/** What pages promise, and the configurations in which they do: nowhere a word that nothing here keeps. */
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { JsonFilePipelineRepository } from "convex-pipelines/node";
import { serveFile } from "../support/file-server.js";
import type { Loopback } from "../support/loopback.js";
import { App } from "./support/app.js";
import { arrive, field, follow, outcome, test } from "./support/browser.js";

/** What the app runs on, and what stands in its way. */
const configurations = ["Convex", "no worker", "JSON file", "offline", "browser alone", "nothing kept"] as const;
type Configuration = (typeof configurations)[number];

const anyServer: Configuration[] = ["Convex", "no worker", "JSON file", "offline"];
const reached: Configuration[] = ["Convex", "no worker", "JSON file"];
const convex: Configuration[] = ["Convex", "no worker"];
const noServer: Configuration[] = ["browser alone", "nothing kept"];
const durable: Configuration[] = [...anyServer, "browser alone"];

const promises: readonly (readonly [words: string, configurations: readonly Configuration[]])[] = [
  // Where it is kept, and how durably.
  ["Saved in Convex", convex],
  ["Pipelines are kept in Convex, with a copy on this device.", convex],
  ["Pipelines and their runs, in Convex.", convex],
  ["Saved on the server", ["JSON file"]],
  ["keeps pipelines in a JSON file. A copy is on this device.", ["JSON file"]],
  ["Pipelines and their runs, in a JSON file.", ["JSON file", "offline"]],
  ["Of webhook secrets only digests are stored", anyServer],
  ["On this device only", ["browser alone"]],
  ["They are in this browser, on this device", ["browser alone"]],
  ["is stored in this browser", ["browser alone"]],
  ["These pipelines are stored in this browser only.", ["browser alone"]],
  ["These pipelines belong to this browser, which the server recognises by a cookie.", anyServer],
  ["Nothing. This server stores no pipelines.", noServer],
  ["What is saved survives closing the browser and a power cut.", durable],
  ["It lasts only until this page is closed", ["nothing kept"]],
  ["What you save lasts as long as this page", ["nothing kept"]],
  ["lasts until this page is closed", ["nothing kept"]],
  ["These pipelines last until this page is closed.", ["nothing kept"]],
  ["Kept until this page is closed", ["nothing kept"]],
  ["Pipelines on the server stay", anyServer],
  ["There is no other copy", noServer],
  // What waits, and when it is sent.
  ["Nothing is waiting for the server.", reached],
  ["Saved on this device, not yet on the server", ["offline"]],
  ["Not yet on the server", ["offline"]],
  ["Your changes are saved on this device and will be sent automatically.", ["offline"]],
  // What runs.
  ["It runs on a schedule or on request.", reached],
  ["Next runs", anyServer],
  ["On a server it would run at", noServer],
  ["(your time)", anyServer],
  ["Does not run here", noServer],
  ["Schedules do not run here: pipelines are kept in this browser only, and no server runs them.", noServer],
  ["This pipeline does not run here", noServer],
  ["no worker has started one for over an hour", ["no worker"]],
  ["Schedules run again once a worker is back.", ["no worker"]],
  ["Run now", anyServer],
  ["The run is queued.", reached],
  ["The run was not started. Your text is still here.", ["offline"]],
  // The webhook, and its rotation.
  ["A request to this URL runs the pipeline.", anyServer],
  ["/api/hooks/", anyServer],
  ["curl -X POST", anyServer],
  ["It works as soon as the pipeline is on the server.", ["offline"]],
  ["stops working at once, and requests to it are refused", reached],
  ["stops working as soon as this change reaches the server, and requests to it are refused", ["offline"]],
  ["The old URL no longer works.", reached],
  ["It works, and the old URL stops working, as soon as the change is on the server.", ["offline"]],
  // Deletion, and what takes it back.
  ["Its schedule and its webhook URL stop working, and its runs are deleted.", reached],
  ["Its schedule and its webhook URL stop working as soon as this change reaches the server", ["offline"]],
  ["You can restore it as a new pipeline with a new URL right after.", anyServer],
  ["Restore as new", anyServer],
  ["Undo", noServer],
];

const TOKEN = "t".repeat(40);
let convexServer: Loopback;
let apps: Record<"file" | "none" | "convex", App>;

test.beforeAll(async () => {
  const file = await App.start("file");
  // What a deployment answers, without the worker that takes what it queues.
  const repositories = new Map<string | undefined, JsonFilePipelineRepository>();
  convexServer = await serveFile((accountId) => {
    const options = accountId === undefined ? {} : { accountId };
    const repository = repositories.get(accountId) ?? new JsonFilePipelineRepository(join(file.folder, "convex.json"), options);
    repositories.set(accountId, repository);
    return repository;
  });
  const convex = await App.start({ CONVEX_URL: convexServer.url, PIPELINES_ADMIN_TOKEN: TOKEN });
  apps = { file, none: await App.start("none"), convex };
});
test.afterAll(async () => {
  convexServer.stop();
  await Promise.all(Object.values(apps).map((app) => app.stop()));
});

/** The app of a configuration, with the browser brought into it. */
async function enter(page: Page, configuration: Configuration): Promise<App> {
  switch (configuration) {
    case "Convex":
      return apps.convex;
    case "no worker":
      // By the browser's clock what is queued from here on has waited for hours.
      await page.clock.install({ time: Date.now() + 3 * 60 * 60_000 });
      return apps.convex;
    case "JSON file":
      return apps.file;
    case "offline":
      await page.route("**/api/pipelines/**", (route) => route.abort("internetdisconnected"));
      return apps.file;
    case "browser alone":
      return apps.none;
    case "nothing kept":
      await page.addInitScript(() => {
        IDBFactory.prototype.open = () => {
          throw new DOMException("not in this window", "SecurityError");
        };
      });
      return apps.none;
  }
}

/** Goes through the app, as far as there is a way, and gathers every word that it shows. */
async function everyWord(page: Page, app: App, configuration: Configuration): Promise<string> {
  const words: string[] = [];
  const read = async () => words.push(await page.locator("body").innerText());
  const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
  const question = page.getByRole("alertdialog");
  const hasServer = !noServer.includes(configuration);
  // A server that is slow to answer, or has to be asked again, is reached all the same.
  const settled = () =>
    expect(outcome(page)).toHaveText(reached.includes(configuration) ? "Saved" : /^(Saved|Kept)/);

  await arrive(page, app.url);
  const waiting = page.getByRole("main").getByText(configuration === "offline" ? "Work on this device" : "No pipelines yet");
  await expect(waiting).toBeVisible();
  await read();
  await follow(page.getByRole("banner").getByRole("link", { name: "New pipeline" }));
  await field(page, "Name").fill("Hourly");
  await button(/^Clean/).click();
  await field(page, "Run on a schedule").check();
  await button("Hourly").click();
  await field(page, "Time zone").fill("kathmandu");
  await expect(page.getByRole("listbox").getByRole("option")).toHaveCount(1);
  await field(page, "Time zone").press("Enter");
  await expect(page.getByRole("table", { name: hasServer ? "Next runs" : "On a server it would run at" })).toBeVisible();
  await read();
  await button("Create pipeline").click();
  await settled();
  await expect(page.getByRole("region", { name: "Runs" })).toBeVisible();
  await read();
  if (hasServer) {
    await button("I have copied it").click();
    await button("Rotate secret").click();
    await expect(question).toBeVisible();
    await read();
    await question.getByRole("button", { name: "Rotate secret" }).click();
    await expect(page.getByText(/the old URL/i)).toBeVisible();
    await settled();
    await read();
    await button("I have copied it").click();
    await button("Run now").click();
    await expect(page.getByText(/^(The run is queued|The run was not started)/)).toBeVisible();
    await read();
  }
  await page.getByRole("banner").getByRole("button").first().click();
  await read();
  await page.keyboard.press("Escape");
  await follow(page.getByRole("link", { name: "All pipelines" }));
  const menu = button("Actions for Hourly");
  await expect(menu).toBeVisible();
  if (configuration === "no worker") await expect(page.getByText("Scheduled runs are waiting")).toBeVisible();
  await read();
  await menu.click();
  await read();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  if (hasServer) {
    await expect(question).toBeVisible();
    await read();
    await question.getByRole("button", { name: "Delete" }).click();
  }
  await expect(page.getByText("Deleted Hourly.")).toBeVisible();
  await read();
  await button("Account: This browser").click();
  await read();
  await follow(page.getByRole("link", { name: "Settings" }));
  await expect(page.getByRole("region", { name: "Storage" })).toBeVisible();
  await read();
  await button("Clear this device").click();
  await expect(question).toBeVisible();
  await read();
  return words.join("\n");
}

test.use({ timezoneId: "Europe/Berlin" });

for (const configuration of configurations) {
  test(`${configuration}: every promise that is made can be kept`, async ({ page }) => {
    test.setTimeout(90_000);
    const words = await everyWord(page, await enter(page, configuration), configuration);
    for (const [promise, where] of promises) {
      expect.soft(words.includes(promise), `${promise} — ${where.join(", ")}`).toBe(where.includes(configuration));
    }
  });
}
