/** The suite of all repositories, over the wire and through the functions, with Convex in memory behind it. On the module
 * that Convex has; `fallback.device.test.ts` has the fallback. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { INPUT, refusal, repositorySuite } from "../repositories/suite";
import { backend, quiet } from "./backend";
import { repositoryOver } from "./client";

beforeEach(quiet);
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

repositorySuite("the Convex repository", () => repositoryOver(backend()));
repositorySuite("the Convex repository of one account", () => repositoryOver(backend(), { accountId: "user_1" }));

describe("the Convex repository", () => {
  test("follows the cursor through every page", async () => {
    const t = backend();
    const names = Array.from({ length: 1005 }, (_, i) => `n${String(i).padStart(4, "0")}`);
    await t.run(async (ctx) => {
      const rest = { nameKey: "", steps: [], createdAt: "2026-11-22T20:14:00.000Z", updatedAt: "2026-11-22T20:14:00.000Z" };
      for (const name of names) await ctx.db.insert("pipelines", { ...rest, id: crypto.randomUUID(), name, nameKey: name });
    });
    expect((await repositoryOver(t).list()).map(({ name }) => name)).toEqual(names);
  });

  test("of one account is blind to all others", async () => {
    const t = backend();
    const mine = repositoryOver(t, { accountId: "user_1" });
    const yours = repositoryOver(t, { accountId: "user_2" });
    const { id } = await mine.create(INPUT);
    expect(await yours.list()).toEqual([]);
    expect(await yours.get(id)).toBeNull();
    await refusal(yours.update(id, { name: "Taken over" }), "not_found");
    await yours.delete(id);
    await yours.recordRun(id, "2026-11-22T20:14:00Z");
    expect(await mine.get(id)).toMatchObject({ name: "Morning news" });
    expect(await mine.get(id)).not.toHaveProperty("lastRunAt");
  });

  test("says what a wrong token is, and never what the token is", async () => {
    const authToken = "a-token-that-nobody-has-configured-0000";
    const error = await refusal(repositoryOver(backend(), { authToken }).list(), "unauthorized");
    expect(error.retryable).toBe(false);
    expect(JSON.stringify(error) + String(error.stack)).not.toContain(authToken);
  });

  test("can be asked again where no token is configured yet", async () => {
    const repository = repositoryOver(backend());
    vi.stubEnv("PIPELINES_ADMIN_TOKEN", "");
    expect((await refusal(repository.list(), "unavailable")).retryable).toBe(true);
  });
});
