/** These tests run on the module that Convex's bundler chooses, and what it leaves out is refused by name. */
import { ConvexPipelineRepository, InMemoryPipelineRepository, IndexedDbPipelineRepository, createPipeline } from "convex-pipelines";
import { expect, test } from "vitest";
import { INPUT, refusal } from "../repositories/suite";

const MESSAGE = "a Convex function has no local repository and no outbox: the module of the condition convex leaves them out";

test("a repository of a device is refused in one sentence, and nothing else is harmed", async () => {
  expect(() => new InMemoryPipelineRepository()).toThrow(expect.objectContaining({ code: "config", message: MESSAGE, issues: [], retryable: false }));
  const error = await refusal(IndexedDbPipelineRepository.open(), "config");
  expect(error.message).toBe(MESSAGE);
  expect(createPipeline(INPUT).name).toBe("Morning news");
});

test("the repository behind the HTTP actions works here", () => {
  expect(new ConvexPipelineRepository({ baseUrl: "https://happy-otter-123.convex.site" })).toBeInstanceOf(ConvexPipelineRepository);
});
