/** What a server has rendered is taken over as it stands, and then filled. */
import { InMemoryPipelineRepository, type PipelineRepository } from "convex-pipelines";
import { PipelineProvider, usePipelineForm, usePipelines, useRuns, useSchedulePreview, useSyncStatus } from "convex-pipelines/react";
import { renderToString } from "react-dom/server";
import { expect, test, vi } from "vitest";
import { INPUT } from "../repositories/suite";
import { hydrate } from "../support/mount";
import { fallback } from "./repositories";

function Everything({ id }: { id: string }) {
  const { pipelines } = usePipelines();
  const { runs } = useRuns(id);
  const { sentence, nextRuns } = useSchedulePreview({ cron: "0 7 * * 1-5" }, { count: 1 });
  const { issues } = usePipelineForm();
  const status = useSyncStatus();
  const shown = [pipelines?.length, runs?.length, sentence, nextRuns?.length, issues.length, status === undefined ? "alone" : "synced"];
  return <p>{JSON.stringify(shown)}</p>;
}

const page = (repository: PipelineRepository | null, id: string) => (
  <PipelineProvider repository={repository}>
    <Everything id={id} />
  </PipelineProvider>
);

test.each<[string, () => Promise<PipelineRepository>, string]>([
  ["a memory", () => Promise.resolve(new InMemoryPipelineRepository()), "alone"],
  ["a server with a device before it", async () => (await fallback()).repository, "synced"],
])("with %s", async (_, open, server) => {
  const repository = await open();
  const { id } = await repository.create(INPUT);
  const html = renderToString(page(null, id));
  expect(html).toContain("At 07:00, Monday through Friday");
  // The page has its repository at once: it must not show it before React has taken over.
  const { text } = hydrate(html, page(repository, id));
  await vi.waitFor(() => expect(JSON.parse(text())).toEqual([1, 0, "At 07:00, Monday through Friday", 1, 2, server]));
});
