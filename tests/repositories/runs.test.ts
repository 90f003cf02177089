import { InMemoryPipelineRepository, isPipelineError } from "convex-pipelines";
import { expect, test } from "vitest";
import { runsSuite } from "./runs-suite";

runsSuite("runs in memory", () => {
  const repository = new InMemoryPipelineRepository();
  return { repository, tick: () => repository.tick() };
});

test("bounds of history that are none are refused by the constructor", () => {
  try {
    new InMemoryPipelineRepository({ history: { runs: 0, days: 1.5 } });
    expect.unreachable();
  } catch (thrown) {
    if (!isPipelineError(thrown)) throw thrown;
    expect([thrown.code, ...thrown.issues.map(({ path }) => path.join("."))]).toEqual(["config", "runs", "days"]);
  }
});
