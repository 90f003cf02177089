/** The states of the list. */
import { expect } from "@playwright/test";
import { run, seed } from "../support/account.js";
import { arrive, field, follow, reload } from "../support/browser.js";
import { API, type Stage } from "./stage.js";

const error = (code: string) => ({ error: { code, message: `the words of ${code}` } });

export async function list({ app, page, show }: Stage): Promise<void> {
  await arrive(page, app.url);
  await expect(page.getByRole("heading", { name: "No pipelines yet" })).toBeVisible();
  await show("list-empty");

  const morning = { cron: "0 7 * * 1-5", timezone: "Europe/Berlin" };
  await run(page, await seed(page, { name: "Morning briefing", description: "The headlines, short.", schedule: morning }), "A text.");
  await run(page, await seed(page, { name: "Inbox digest", schedule: { cron: "*/15 8-18 * * *", timezone: "America/New_York" } }));
  await seed(page, { name: "Meeting notes", schedule: { ...morning, enabled: false } });
  await seed(page, { name: "A".repeat(200), description: "Described ".repeat(30) });
  await reload(page);
  await expect(page.getByText("Failed", { exact: true }).filter({ visible: true })).toBeVisible();
  await show("list-rows");

  await page.getByRole("button", { name: "Actions for Inbox digest" }).click();
  await show("list-row-menu");
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await show("list-delete-question");
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("Deleted Inbox digest.")).toBeVisible();
  await show("list-deleted");
  await page.route("**/api/pipelines/startRun", (route) => route.fulfill({ status: 503, json: error("unavailable") }));
  await page.getByRole("button", { name: "Actions for Morning briefing" }).click();
  await page.getByRole("menuitem", { name: "Run now" }).click();
  await expect(page.getByText("Morning briefing was not started.")).toBeVisible();
  await show("list-run-not-started");
  await field(page, "Search").fill("nothing of the kind");
  await expect(page.getByText("No pipelines match.")).toBeVisible();
  await show("list-no-match");
}

export async function overdue({ app, page, show }: Stage): Promise<void> {
  await arrive(page, app.url);
  const id = await seed(page, { name: "Waiting", schedule: { cron: "0 * * * *" } });
  const queued = { runId: "r", pipelineId: id, status: "queued", trigger: "schedule", queuedAt: "2026-01-01T00:00:00.000Z" };
  await page.route("**/api/pipelines/listRuns", (route) => route.fulfill({ json: { result: [queued] } }));
  await reload(page);
  await expect(page.getByText("Scheduled runs are waiting").filter({ visible: true })).toBeVisible();
  await show("list-no-worker");
  await follow(page.getByRole("link", { name: "Waiting" }));
  await expect(page.getByText("Runs are waiting: no worker")).toBeVisible();
  await show("editor-no-worker");
}

export async function pages({ app, page, show }: Stage): Promise<void> {
  await arrive(page, app.url);
  for (let number = 100; number < 151; number++) await seed(page, { name: `Pipeline ${String(number)}` });
  await reload(page);
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByText("Page 2 of 2")).toBeVisible();
  await show("list-last-page");
}

export async function loading({ app, page, show }: Stage): Promise<void> {
  let answer = (): void => undefined;
  const answered = new Promise<void>((done) => (answer = done));
  await page.route(API, async (route) => {
    await answered;
    await route.continue().catch(() => undefined);
  });
  await arrive(page, app.url);
  await expect(page.getByRole("main").getByText(/Loading…|Waiting for the server…/)).toBeVisible();
  await show("list-loading");
  answer();
}

export async function failures({ app, page, show }: Stage): Promise<void> {
  const alert = page.getByRole("main").getByRole("alert").filter({ visible: true });
  for (const [state, answer, words] of [
    ["failure-500", { status: 500, json: error("internal") }, "The server has a problem."],
    ["failure-401", { status: 401, json: error("unauthorized") }, "You are signed out."],
    ["failure-wifi", { status: 200, contentType: "text/html", body: "<!doctype html>" }, "Something other than this app’s server"],
    ["failure-offline", undefined, "The server cannot be reached."],
  ] as const) {
    await page.route(API, (route) => (answer === undefined ? route.abort("internetdisconnected") : route.fulfill(answer)));
    await arrive(page, app.url);
    await expect(alert).toContainText(words);
    await show(state);
    await page.unroute(API);
  }
  await page.route(API, (route) => route.fulfill({ status: 503, json: error("unavailable") }));
  await arrive(page, `${app.url}/pipelines/${crypto.randomUUID()}`);
  await expect(alert).toContainText("This pipeline could not be loaded.");
  await alert.getByText("Details").click();
  await show("failure-pipeline");
  await page.unroute(API);
  for (const [state, path, title] of [
    ["not-found-pipeline", `/pipelines/${crypto.randomUUID()}`, "Pipeline not found"],
    ["not-found-page", "/nothing-here", "Page not found"],
  ] as const) {
    await arrive(page, app.url + path);
    await expect(page.getByRole("heading", { name: title })).toBeVisible();
    await show(state);
  }
}
