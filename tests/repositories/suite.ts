import {
  comparePipelines,
  isPipelineError,
  type ErrorCode,
  type PipelineCreateInput,
  type PipelineError,
  type PipelineRepository,
  type PipelineStep,
} from "convex-pipelines";
import { beforeEach, describe, expect, test } from "vitest";

export const STEPS: PipelineStep[] = [
  { id: "tidy", kind: "clean", options: { stripBullets: true } },
  { id: "short", kind: "summarise", options: { bulletCount: 5, style: "bullets" } },
];

export const INPUT: PipelineCreateInput = { name: "  Morning news ", steps: STEPS, schedule: { cron: "0 7 * * 1-5" } };

const UNKNOWN = "6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** What `promise` rejects with, which must be a PipelineError of this code. */
export async function refusal(promise: Promise<unknown>, code: ErrorCode): Promise<PipelineError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (thrown: unknown) => ({ thrown }),
  );
  if (!("thrown" in outcome)) throw new Error(`expected ${code}, got ${JSON.stringify(outcome.value)}`);
  if (!isPipelineError(outcome.thrown)) throw outcome.thrown;
  expect(outcome.thrown.code).toBe(code);
  return outcome.thrown;
}

/**
 * What every repository does. `makeRepository` gives an empty one with sealed secrets; the suite asks for one before
 * each test.
 */
export function repositorySuite(
  name: string,
  makeRepository: () => PipelineRepository | Promise<PipelineRepository>,
): void {
  describe(name, () => {
    let repository: PipelineRepository;
    beforeEach(async () => {
      repository = await makeRepository();
    });

    describe("create", () => {
      test("gives a trimmed pipeline with an id, a secret and timestamps", async () => {
        const pipeline = await repository.create(INPUT);
        expect(pipeline).toMatchObject({ name: "Morning news", steps: STEPS, schedule: { cron: "0 7 * * 1-5" } });
        expect(pipeline.id).toMatch(UUID);
        expect(pipeline.webhookSecret).toMatch(UUID);
        expect(pipeline.createdAt).toMatch(TIMESTAMP);
        expect(pipeline.updatedAt).toBe(pipeline.createdAt);
        expect(pipeline).not.toHaveProperty("lastRunAt");
        expect(pipeline).not.toHaveProperty("description");
        expect(pipeline).not.toHaveProperty("nameKey");
      });

      test("names every fault of an input at once, and keeps nothing of it", async () => {
        const input = { name: " ", steps: [{ id: "a", kind: "summarise", options: { bulletCount: 99 } }], colour: 1 };
        const error = await refusal(repository.create(input as unknown as PipelineCreateInput), "invalid");
        expect(error.issues.map(({ code, path }) => [code, path.join(".")])).toEqual([
          ["empty", "name"],
          ["range", "steps.0.options.bulletCount"],
          ["unknown_field", "colour"],
        ]);
        expect(error.retryable).toBe(false);
        expect(await repository.list()).toEqual([]);
      });

      test("takes no notice of what the caller does to the input afterwards", async () => {
        const input = structuredClone(INPUT);
        const creating = repository.create(input);
        input.name = "changed";
        expect((await creating).name).toBe("Morning news");
      });

      test("makes a different pipeline each time", async () => {
        const made = await Promise.all([1, 2, 3, 4].map(() => repository.create(INPUT)));
        expect(new Set(made.map(({ id }) => id)).size).toBe(4);
        expect(new Set(made.map(({ webhookSecret }) => webhookSecret)).size).toBe(4);
        expect(await repository.list()).toHaveLength(4);
      });
    });

    describe("get", () => {
      test("gives what was created, without its secret", async () => {
        const { webhookSecret, ...rest } = await repository.create(INPUT);
        const found = await repository.get(rest.id);
        expect(found).toEqual(rest);
        expect(found?.secretLastFour).toBe(webhookSecret?.slice(-4));
        expect(found?.secretChangedAt).toBe(rest.createdAt);
      });

      test("gives null for an unknown id", async () => {
        expect(await repository.get(UNKNOWN)).toBeNull();
      });

      test("gives an object of its own each time", async () => {
        const { id } = await repository.create(INPUT);
        const first = await repository.get(id);
        first!.name = "scribbled over";
        first!.steps.length = 0;
        expect(await repository.get(id)).toMatchObject({ name: "Morning news", steps: STEPS });
      });
    });

    describe("list", () => {
      test("is empty at first", async () => {
        expect(await repository.list()).toEqual([]);
      });

      test("shows what a list shows, and nothing else", async () => {
        const { id } = await repository.create({ ...INPUT, description: " why " });
        const item = { id, name: "Morning news", description: "why", schedule: { cron: "0 7 * * 1-5" } };
        expect(await repository.list()).toEqual([item]);
      });

      test("is sorted by name without regard to case, then by name, then by id", async () => {
        const names = ["b", "a", "B", "Ä", "ä", "Z", "a", "10", "9", "ß", "\u{1F600}", "\u{FF5E}", "_"];
        for (const each of names) await repository.create({ name: each, steps: STEPS });
        const list = await repository.list();
        expect(list.map((item) => item.name)).toEqual(
          ["10", "9", "_", "a", "a", "B", "b", "Z", "ß", "Ä", "ä", "\u{FF5E}", "\u{1F600}"],
        );
        expect([...list].reverse().sort(comparePipelines)).toEqual(list);
      });

      test("follows a new name", async () => {
        const { id } = await repository.create({ name: "a", steps: STEPS });
        await repository.create({ name: "b", steps: STEPS });
        await repository.update(id, { name: "c" });
        expect((await repository.list()).map(({ name: each }) => each)).toEqual(["b", "c"]);
      });
    });

    describe("findByWebhookSecret", () => {
      test("finds the pipeline of a secret", async () => {
        await repository.create(INPUT);
        const { webhookSecret, ...rest } = await repository.create({ ...INPUT, name: "other" });
        expect(await repository.findByWebhookSecret(webhookSecret!)).toEqual(rest);
      });

      test("finds nothing for an unknown secret, an id, or nothing", async () => {
        const { id } = await repository.create(INPUT);
        expect(await repository.findByWebhookSecret(UNKNOWN)).toBeNull();
        expect(await repository.findByWebhookSecret(id)).toBeNull();
      });

      test("does not take a stored value for a secret", async () => {
        const { webhookSecret } = await repository.create(INPUT);
        const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(webhookSecret));
        const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
        expect(await repository.findByWebhookSecret(`s1:${hex}`)).toBeNull();
      });
    });

    describe("update", () => {
      test("changes what is given and leaves the rest", async () => {
        const before = await repository.create({ ...INPUT, description: "why" });
        const after = await repository.update(before.id, { name: " Evening news " });
        expect(after).toMatchObject({ name: "Evening news", description: "why", steps: STEPS });
        expect(after.createdAt).toBe(before.createdAt);
        expect(await repository.get(before.id)).toEqual(after);
      });

      test("clears with null, and a description with blanks", async () => {
        const { id } = await repository.create({ ...INPUT, description: "why", defaultSource: "https://example.com/" });
        const after = await repository.update(id, { description: "  ", schedule: null, defaultSource: null });
        expect(after).not.toHaveProperty("description");
        expect(after).not.toHaveProperty("schedule");
        expect(after).not.toHaveProperty("defaultSource");
      });

      test("makes updatedAt grow, however fast it follows", async () => {
        const { id, updatedAt } = await repository.create(INPUT);
        const stamps = [updatedAt];
        for (let turn = 0; turn < 5; turn++) stamps.push((await repository.update(id, {})).updatedAt);
        expect(stamps).toEqual([...new Set(stamps)].sort());
      });

      test("refuses an unknown id", async () => {
        expect((await refusal(repository.update(UNKNOWN, { name: "x" }), "not_found")).retryable).toBe(false);
      });

      test("refuses an input with issues and changes nothing", async () => {
        const { id } = await repository.create(INPUT);
        const before = await repository.get(id);
        const error = await refusal(repository.update(id, { name: "", steps: [] }), "invalid");
        expect(error.issues.map(({ code }) => code)).toEqual(["empty", "too_few"]);
        expect(await repository.get(id)).toEqual(before);
      });

      test("refuses a stale expectedUpdatedAt and takes the current one", async () => {
        const { id, updatedAt } = await repository.create(INPUT);
        const second = await repository.update(id, { name: "2" }, { expectedUpdatedAt: updatedAt });
        await refusal(repository.update(id, { name: "3" }, { expectedUpdatedAt: updatedAt }), "conflict");
        expect((await repository.get(id))?.name).toBe("2");
        await repository.update(id, { name: "4" }, { expectedUpdatedAt: second.updatedAt });
        expect((await repository.get(id))?.name).toBe("4");
      });

      test("rotates the secret: the new one is shown once and works", async () => {
        const before = await repository.create(INPUT);
        const { webhookSecret, ...after } = await repository.update(before.id, { rotateSecret: true });
        expect(webhookSecret).toMatch(UUID);
        expect(webhookSecret).not.toBe(before.webhookSecret);
        expect(after.secretLastFour).toBe(webhookSecret?.slice(-4));
        expect((await repository.findByWebhookSecret(webhookSecret!))?.id).toBe(before.id);
        expect(await repository.get(before.id)).toEqual(after);
      });

      test("applies changes that run at once, all of them", async () => {
        const { id } = await repository.create(INPUT);
        await Promise.all([
          repository.update(id, { description: "together" }),
          repository.update(id, { defaultSource: "https://example.com/a" }),
          repository.recordRun(id, "2026-01-02T03:04:05Z"),
        ]);
        expect(await repository.get(id)).toMatchObject({
          description: "together",
          defaultSource: "https://example.com/a",
          lastRunAt: "2026-01-02T03:04:05.000Z",
        });
      });
    });

    describe("delete", () => {
      test("removes the pipeline and its secret", async () => {
        const { id, webhookSecret } = await repository.create(INPUT);
        await repository.delete(id);
        expect(await repository.get(id)).toBeNull();
        expect(await repository.list()).toEqual([]);
        expect(await repository.findByWebhookSecret(webhookSecret!)).toBeNull();
        await refusal(repository.update(id, { name: "x" }), "not_found");
      });

      test("is silent about an unknown id", async () => {
        await repository.create(INPUT);
        expect(await repository.delete(UNKNOWN)).toBeUndefined();
        expect(await repository.list()).toHaveLength(1);
      });
    });

    describe("recordRun", () => {
      test("notes the run, in UTC, and leaves updatedAt alone", async () => {
        const { id, updatedAt } = await repository.create(INPUT);
        expect(await repository.recordRun(id, "2026-11-22T21:14:00.5+01:00")).toBeUndefined();
        expect(await repository.get(id)).toMatchObject({ lastRunAt: "2026-11-22T20:14:00.500Z", updatedAt });
        expect((await repository.list())[0]?.lastRunAt).toBe("2026-11-22T20:14:00.500Z");
      });

      test("never moves back", async () => {
        const { id } = await repository.create(INPUT);
        await repository.recordRun(id, "2026-11-22T20:14:00Z");
        await repository.recordRun(id, "2025-11-22T20:14:00Z");
        expect((await repository.get(id))?.lastRunAt).toBe("2026-11-22T20:14:00.000Z");
      });

      test("is silent about an unknown id and refuses what is no time", async () => {
        const { id } = await repository.create(INPUT);
        expect(await repository.recordRun(UNKNOWN, "2026-11-22T20:14:00Z")).toBeUndefined();
        const error = await refusal(repository.recordRun(id, "yesterday"), "invalid");
        expect(error.issues).toMatchObject([{ code: "timestamp", path: ["completedAt"] }]);
      });
    });
  });
}
