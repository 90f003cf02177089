import { InMemoryPipelineRepository, isPipelineError } from "convex-pipelines";
import { describe, expect, test } from "vitest";
import { INPUT, repositorySuite } from "./suite";

repositorySuite("the in-memory repository", () => new InMemoryPipelineRepository());

describe("the in-memory repository's options", () => {
  test("plaintext shows the secret in every full pipeline", async () => {
    const repository = new InMemoryPipelineRepository({ secretStorage: "plaintext" });
    const made = await repository.create(INPUT);
    expect(made.webhookSecret).toBeDefined();
    expect(await repository.get(made.id)).toEqual(made);
    expect((await repository.update(made.id, { name: "x" })).webhookSecret).toBe(made.webhookSecret);
    expect(await repository.findByWebhookSecret(made.webhookSecret!)).toMatchObject({ webhookSecret: made.webhookSecret });
  });

  test("a bad option is refused by the constructor", () => {
    try {
      new InMemoryPipelineRepository({ secretStorage: "sealed" as "hashed" });
      expect.unreachable();
    } catch (thrown) {
      expect(isPipelineError(thrown) && thrown.code).toBe("config");
    }
  });
});
