/** The server as another device of the same person sees it: past whatever stands in the browser's way. */
import { expect, type Page } from "@playwright/test";

export async function ask<T>(page: Page, operation: string, args: object): Promise<T> {
  const { origin } = new URL(page.url());
  const answer = await page.context().request.post(`${origin}/api/pipelines/${operation}`, { data: args, headers: { Origin: origin } });
  expect(answer.status(), await answer.text()).toBe(200);
  return ((await answer.json()) as { result: T }).result;
}

/** Makes a pipeline with one step on the server. */
export async function seed(page: Page, input: { name: string; [field: string]: unknown }): Promise<string> {
  const steps = [{ id: "a", kind: "clean", options: {} }];
  return (await ask<{ id: string }>(page, "create", { input: { steps, ...input } })).id;
}

/** Runs a pipeline and waits for the end; without a text it fails. */
export async function run(page: Page, id: string, text?: string): Promise<void> {
  const { runId } = await ask<{ runId: string }>(page, "startRun", { id, trigger: "manual", ...(text !== undefined && { payload: text }) });
  await expect
    .poll(async () => (await ask<{ status: string }>(page, "getRun", { runId })).status, { timeout: 20_000 })
    .toMatch(/success|failed/);
}
