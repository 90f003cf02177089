/** A person's way through the app, once over a server that keeps a JSON file and once over one that keeps nothing. */
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { App } from "./support/app.js";
import { Profile, arrive, field, follow, make, outcome, reload, savedWhere } from "./support/browser.js";

for (const store of ["file", "none"] as const) {
  test.describe(store === "file" ? "with a JSON file" : "in the browser alone", () => {
    test.describe.configure({ mode: "serial" });
    let app: App;
    let profile: Profile;

    test.beforeAll(async () => {
      app = await App.start(store);
      profile = new Profile();
    });
    test.afterAll(async () => {
      await profile.remove();
      await app.stop();
    });

    test("mistakes are said on their fields, mended and saved", async () => {
      const page = await profile.open(app.url);
      await expect(savedWhere(page)).toHaveText(store === "file" ? "Saved on the server" : "On this device only");
      await follow(page.getByRole("link", { name: "Create your first pipeline" }));

      const name = field(page, "Name");
      await page.getByRole("button", { name: "Create pipeline" }).click();
      await expect(name).toBeFocused();
      await expect(name).toHaveAccessibleDescription("Name must not be empty");
      await expect(page.getByRole("paragraph").filter({ hasText: "Add at least one step" })).toBeVisible();
      await name.fill("  Morning briefing ");
      await expect(name).toHaveAccessibleDescription("");

      await page.getByRole("button", { name: /^Summarise/ }).click();
      const points = field(page, "Points");
      await expect(points).toBeFocused();
      await points.fill("99");
      await expect(points).toHaveAccessibleDescription("Points must be between 1 and 20");
      await points.fill("2.5");
      await expect(points).toHaveAccessibleDescription("Points must be a whole number");
      await page.getByRole("button", { name: /^Translate/ }).click();
      await field(page, "Run on a schedule").check();
      await field(page, "When").fill("0 0 7 * * 1-5");
      await page.getByRole("button", { name: "Create pipeline" }).click();
      await expect(outcome(page)).toHaveText("Fix 3 problems");
      await expect(points).toBeFocused();

      await points.fill("5");
      await field(page, "Target language").fill("German");
      await page.getByRole("button", { name: "Use 0 7 * * 1-5" }).click();
      await expect(field(page, "When")).toHaveValue("0 7 * * 1-5");
      await page.getByRole("button", { name: "Create pipeline" }).click();
      await expect(outcome(page)).toHaveText("Saved");
      await expect(page).toHaveURL(/\/pipelines\/[0-9a-f-]{36}$/);
      await expect(name).toHaveValue("Morning briefing");
    });

    if (store === "file") {
      test("the webhook is shown once, and its URL runs the pipeline", async () => {
        const page = await profile.open(app.url);
        await make(page, "Called");
        const url = await page.getByRole("group", { name: "Webhook URL" }).innerText();
        await expect(page.getByRole("heading", { name: "Copy the webhook URL now" })).toBeFocused();
        expect(await page.getByRole("group", { name: "Try it" }).innerText()).toBe(`curl -X POST ${url}`);
        const secret = url.split("/").at(-1) ?? "";
        expect(readFileSync(app.dataPath, "utf8")).not.toContain(secret);

        const answer = await fetch(url, { method: "POST" });
        expect(answer.status).toBe(202);
        expect(await answer.json()).toEqual({ pipelineId: page.url().split("/").at(-1), runId: expect.any(String) as unknown });
        // It brings no text, and the pipeline has no source: that is said, and is a run.
        await expect(page.getByText(/there is no text/)).toBeVisible({ timeout: 15_000 });
        const wrong = await Promise.all(
          [secret.replace(/^./, "x"), "s1:0", crypto.randomUUID()].map((other) =>
            fetch(url.replace(secret, other), { method: "POST" }),
          ),
        );
        expect(wrong.map(({ status }) => status)).toEqual([404, 404, 404]);
        expect(new Set(await Promise.all(wrong.map((each) => each.text()))).size).toBe(1);

        const question = page.getByRole("alertdialog", { name: "Leave without copying the webhook URL?" });
        await page.getByRole("link", { name: "All pipelines" }).click();
        await question.getByRole("button", { name: "Stay" }).click();
        await expect(page.getByRole("group", { name: "Webhook URL" })).toHaveText(url);
        await page.getByRole("button", { name: "I have copied it" }).click();
        await follow(page.getByRole("link", { name: "All pipelines" }));
        await follow(page.getByRole("link", { name: "Called" }));
        await expect(question).toHaveCount(0);

        await reload(page);
        await expect(page.getByText(/^Last run/)).toBeVisible();
        await expect(page.getByText(secret)).toHaveCount(0);
        await page.getByRole("button", { name: "Delete" }).click();
        await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
        await expect(page.getByRole("link", { name: "Morning briefing" })).toBeVisible();
        expect((await fetch(url, { method: "POST" })).status).toBe(404);
      });
    } else {
      test("there is no webhook, and the server says that it keeps nothing", async () => {
        const page = await profile.open(app.url);
        await follow(page.getByRole("link", { name: "Morning briefing" }));
        await expect(field(page, "Points")).toHaveValue("5");
        await expect(page.getByRole("heading", { name: /webhook/i })).toHaveCount(0);
        const list = await fetch(`${app.url}/api/pipelines/list`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: "{}",
        });
        expect(list.status).toBe(503);
        expect(await list.json()).toMatchObject({ error: { code: "unavailable" } });
        expect((await fetch(`${app.url}/api/hooks/${crypto.randomUUID()}`, { method: "POST" })).status).toBe(503);
      });
    }

    test("it is there after the browser was closed", async () => {
      await profile.close();
      const page = await profile.open(app.url);
      await expect(page.getByRole("listitem").filter({ hasText: "Morning briefing" })).toContainText(
        "07:00, Monday through Friday",
      );
      await follow(page.getByRole("link", { name: "Morning briefing" }));
      await expect(field(page, "Target language")).toHaveValue("German");
      await expect(page.getByRole("heading", { level: 3 })).toHaveText([/1\. Summarise/, /2\. Translate/]);
    });

    test("what one tab saves, another sees", async () => {
      const list = await profile.open(app.url);
      const reader = await profile.open(app.url);
      await follow(reader.getByRole("link", { name: "Morning briefing" }));
      await expect(field(reader, "Points")).toHaveValue("5");
      const writer = await profile.open(reader.url());
      await field(writer, "Name").fill("Evening briefing");
      await expect(outcome(writer)).toHaveText("Unsaved changes");
      await writer.keyboard.press("Control+s");
      await expect(outcome(writer)).toHaveText("Saved");
      await expect(list.getByRole("link", { name: "Evening briefing" })).toBeVisible();
      await expect(field(reader, "Name")).toHaveValue("Evening briefing");
    });

    test("two tabs that change the same thing are told, and nothing is overwritten unasked", async () => {
      const first = await profile.open(app.url);
      await follow(first.getByRole("link", { name: "Evening briefing" }));
      const second = await profile.open(first.url());
      await field(second, /^Description/).fill("from the second tab");
      await field(first, /^Description/).fill("from the first tab");
      await first.getByRole("button", { name: "Save", exact: true }).click();
      await expect(outcome(first)).toHaveText("Saved");
      await expect(outcome(second)).toHaveText(/changed elsewhere/);
      await expect(field(second, /^Description/)).toHaveValue("from the second tab");
      await second.getByRole("button", { name: "Overwrite with my version" }).click();
      await expect(outcome(second)).toHaveText("Saved");
      await expect(field(first, /^Description/)).toHaveValue("from the second tab");
    });

    test("search finds, and deleting asks first", async () => {
      const page = await profile.open(app.url);
      await make(page, "Something else");
      await expect(outcome(page)).toHaveText("Saved");
      if (store === "file") await page.getByRole("button", { name: "I have copied it" }).click();
      await follow(page.getByRole("link", { name: "All pipelines" }));
      await field(page, "Search").fill("EVENING");
      await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(1);
      await follow(page.getByRole("link", { name: "Evening briefing" }));
      const address = page.url();
      await page.getByRole("button", { name: "Delete" }).click();
      await expect(page.getByRole("alertdialog")).toHaveAccessibleName("Delete Evening briefing?");
      await page.keyboard.press("Escape");
      await expect(page.getByRole("alertdialog")).toHaveCount(0);
      await page.getByRole("button", { name: "Delete" }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
      await expect(page.getByRole("link", { name: "Something else" })).toBeVisible();
      await expect(page.getByRole("link", { name: "Evening briefing" })).toHaveCount(0);
      await arrive(page, address);
      await expect(page.getByRole("heading", { name: "Pipeline not found" })).toBeVisible();
    });
  });
}
