/** When something fails: what happened, what became of what was typed, and what can be done stand on the page. */
import { expect, test, type Page } from "@playwright/test";
import type { App } from "./support/app.js";
import { seed } from "./support/account.js";
import { arrive, field, follow, outcome, reload, savedWhere } from "./support/browser.js";
import { visitEach } from "./support/visit.js";

let app: App;
let page: Page;

visitEach((visit) => ({ app, page } = visit));

const API = "**/api/pipelines/**";
const failure = () => page.getByRole("main").getByRole("alert").filter({ visible: true });
const error = (code: string) => ({ error: { code, message: `the words of ${code}` } });

/** From here on the page does what it is told to, and asks nothing by itself as time goes by. */
async function stopTheClock(): Promise<void> {
  await page.clock.pauseAt(Date.now() + 60_000);
}

/** The mark beside the words of the header. */
const mark = () => page.getByRole("banner").getByRole("button").first().locator("span").first();

for (const [name, answer, words, header] of [
  ["an error of the server", { status: 500, json: error("internal") }, "The server has a problem.", "Server not reachable"],
  ["a server that is away", { status: 503, json: error("unavailable") }, "The server cannot be reached.", "Server not reachable"],
  [
    "the page of a proxy whose server is away",
    { status: 502, contentType: "text/html", body: "<!doctype html><title>Bad Gateway</title>" },
    "The server cannot be reached.",
    "Server not reachable",
  ],
  [
    "the page of a Wi-Fi network",
    { status: 200, contentType: "text/html", body: "<!doctype html><title>Welcome</title>" },
    "Something other than this app’s server answered",
    "Server not reachable",
  ],
] as const) {
  test(`${name}: try again`, async () => {
    await seed(page, { name: "There all along" });
    await page.context().route(API, (route) => route.fulfill(answer));
    await page.clock.install();
    await arrive(page, app.url);
    await expect(failure()).toContainText("Your pipelines could not be loaded");
    await expect(failure()).toContainText(words);
    await expect(savedWhere(page)).toHaveText(header);
    await expect(mark()).not.toHaveClass(/bg-accent/);
    await stopTheClock();
    const details = failure().getByText("Details");
    await expect(failure().getByText(/\((internal|unavailable|protocol)\)/)).not.toBeVisible();
    await details.click();
    await expect(failure().getByText(/\((internal|unavailable|protocol)\)/)).toBeVisible();
    await page.context().unroute(API);
    await failure().getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("link", { name: "There all along" })).toBeVisible();
    await expect(savedWhere(page)).toHaveText("Saved on the server");
    await expect(mark()).toHaveClass(/bg-accent/);
  });
}

test("nobody is signed in: sign in, without leaving the page", async () => {
  await seed(page, { name: "Behind the door" });
  let isSignedIn = false;
  await page.context().route(API, (route) =>
    isSignedIn ? route.continue() : route.fulfill({ status: 401, json: error("unauthorized") }),
  );
  await page.context().route(`${app.url}/`, (route) => {
    if (route.request().resourceType() === "fetch") isSignedIn = true;
    return route.continue();
  });
  await arrive(page, app.url);
  await expect(failure()).toContainText("You are signed out.");
  await expect(savedWhere(page)).toHaveText("Signed out");
  await expect(mark()).not.toHaveClass(/bg-accent/);
  await failure().getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("link", { name: "Behind the door" })).toBeVisible();
  await expect(savedWhere(page)).toHaveText("Saved on the server");
});

test("work on this device goes on without the server, and what is made is sent later", async () => {
  await page.context().route(API, (route) => route.fulfill({ status: 500, json: error("internal") }));
  await arrive(page, app.url);
  await failure().getByRole("button", { name: "Work on this device" }).click();
  await follow(page.getByRole("link", { name: "Create your first pipeline" }));
  await field(page, "Name").fill("Made here");
  await page.getByRole("button", { name: /^Clean/ }).click();
  await page.getByRole("button", { name: "Create pipeline" }).click();
  await expect(savedWhere(page)).toHaveText("1 change waiting");
  await page.context().unroute(API);
  await expect(savedWhere(page)).toHaveText("Saved on the server", { timeout: 20_000 });
});

test("a pipeline that cannot be loaded says so, and can be asked for again", async () => {
  const id = await seed(page, { name: "Elsewhere" });
  await page.context().route(API, (route) => route.fulfill({ status: 503, json: error("unavailable") }));
  await page.clock.install();
  await arrive(page, `${app.url}/pipelines/${id}`);
  await expect(failure()).toContainText("This pipeline could not be loaded.");
  await stopTheClock();
  await expect(failure()).toContainText("This pipeline could not be loaded.");
  await page.context().unroute(API);
  await failure().getByRole("button", { name: "Try again" }).click();
  await expect(field(page, "Name")).toHaveValue("Elsewhere");
});

test("what can be saved nowhere stays in the form, and is saved by trying again", async () => {
  const id = await seed(page, { name: "Before" });
  await arrive(page, `${app.url}/pipelines/${id}`);
  await field(page, "Name").fill("After");
  await page.context().route(API, (route) => route.fulfill({ status: 503, json: error("unavailable") }));
  await page.evaluate(() => {
    const scope = globalThis as unknown as { put: IDBObjectStore["put"] };
    scope.put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(outcome(page)).toContainText("This was not saved. What you typed is still here.");
  await expect(outcome(page)).toContainText("Free some space on this device");
  await expect(field(page, "Name")).toHaveValue("After");
  await page.context().unroute(API);
  await page.evaluate(() => {
    IDBObjectStore.prototype.put = (globalThis as unknown as { put: IDBObjectStore["put"] }).put;
  });
  await outcome(page).getByRole("button", { name: "Try again" }).click();
  await expect(outcome(page)).toHaveText("Saved");
});

test("what only the server refuses lands on its field, until that field is changed", async () => {
  const id = await seed(page, { name: "Strict", defaultSource: "https://a.example/" });
  await arrive(page, `${app.url}/pipelines/${id}`);
  const source = field(page, /^Default source/);
  await page.context().route("**/api/pipelines/update", async (route) => {
    const sent = route.request().postDataJSON() as { op: { opId: string; seq: number } };
    const issues = [{ code: "one_of", path: ["defaultSource"], message: "must be an address of this company" }];
    const { opId, seq } = sent.op;
    const refused = { op: { opId, seq, verdict: "rejected", issues } };
    return route.fulfill({ json: refused });
  });
  await source.fill("https://b.example/");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(outcome(page)).toContainText(/1 problem/);
  await expect(source).toBeFocused();
  await expect(source).toHaveAccessibleDescription(/must be an address of this company/);
  await field(page, "Name").fill("Still strict");
  await expect(source).toHaveAccessibleDescription(/must be an address of this company/);
  await source.fill("https://c.example/");
  await expect(source).not.toHaveAccessibleDescription(/must be an address/);
});

test.describe("pages have names of their own", () => {
  test("also where a pipeline is opened, renamed, left and returned to", async () => {
    await seed(page, { name: "Morning briefing" });
    await arrive(page, app.url);
    await expect(page).toHaveTitle("All pipelines · Pipelines");
    await follow(page.getByRole("link", { name: "Morning briefing" }));
    await expect(page).toHaveTitle("Morning briefing · Pipelines");
    await field(page, "Name").fill("Evening briefing");
    await page.keyboard.press("Control+s");
    await expect(outcome(page)).toHaveText("Saved");
    await expect(page).toHaveTitle("Evening briefing · Pipelines");
    await follow(page.getByRole("link", { name: "New pipeline" }));
    await expect(page).toHaveTitle("New pipeline · Pipelines");
    await page.goBack();
    await expect(page).toHaveTitle("Evening briefing · Pipelines");
    await reload(page);
    await expect(page).toHaveTitle("Evening briefing · Pipelines");
    await follow(page.getByRole("link", { name: "All pipelines" }));
    await expect(page).toHaveTitle("All pipelines · Pipelines");
    for (const [path, title] of [
      ["/settings", "Settings · Pipelines"],
      ["/changes", "Changes that need you · Pipelines"],
      ["/nothing-here", "Page not found · Pipelines"],
      [`/pipelines/${crypto.randomUUID()}`, "Pipeline not found · Pipelines"],
    ] as const) {
      await arrive(page, app.url + path);
      await expect(page).toHaveTitle(title);
    }
  });
});
