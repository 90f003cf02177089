/** On a server: every hook renders, asks nothing, and React has nothing to say about it. */
import { ConvexPipelineRepository, InMemoryPipelineRepository, type PipelineRepository } from "convex-pipelines";
import {
  PipelineProvider,
  usePipeline,
  usePipelineActions,
  usePipelineForm,
  usePipelineRepository,
  usePipelines,
  useRuns,
  useSchedulePreview,
  useSyncStatus,
} from "convex-pipelines/react";
import { StrictMode } from "react";
import { renderToPipeableStream, renderToString } from "react-dom/server";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, expect, test, vi } from "vitest";

const ID = "6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";

afterEach(() => {
  vi.restoreAllMocks();
});

function Everything() {
  const list = usePipelines();
  const one = usePipeline(ID);
  const runs = useRuns(ID);
  const actions = usePipelineActions();
  const preview = useSchedulePreview({ cron: "0 7 * * 1-5" });
  const form = usePipelineForm({ name: "", steps: [] });
  const shown = [list.isLoading, list.pipelines, one.isLoading, one.pipeline, runs.runs, useSyncStatus(), preview.nextRuns];
  return (
    <p title={typeof actions.create}>
      {JSON.stringify(shown)} {preview.sentence} {form.issues.map(({ path }) => path.join(".")).join()}
    </p>
  );
}

const page = (repository: PipelineRepository | null) => (
  <StrictMode>
    <PipelineProvider repository={repository}>
      <Everything />
    </PipelineProvider>
  </StrictMode>
);

const fetching = vi.fn(() => Promise.reject(new Error("nothing is asked")));

test.each<[string, () => PipelineRepository | null]>([
  ["no repository", () => null],
  ["a memory", () => new InMemoryPipelineRepository()],
  ["Convex", () => new ConvexPipelineRepository({ baseUrl: "https://app.example.com/api", fetch: fetching })],
])("with %s it renders without a warning, and asks nothing", async (_, make) => {
  const said = [vi.spyOn(console, "error"), vi.spyOn(console, "warn")];
  const repository = make();
  const asked = repository === null ? [] : [vi.spyOn(repository, "list"), vi.spyOn(repository, "get")];
  const html = renderToString(page(repository));
  expect(html.replaceAll("&quot;", '"').replaceAll("<!-- -->", "")).toBe(
    '<p title="function">[true,null,true,null,null,null,null] At 07:00, Monday through Friday name,steps</p>',
  );
  expect(await text(renderToPipeableStream(page(repository)).pipe(new PassThrough()))).toBe(html);
  for (const spy of [...said, ...asked]) expect(spy).not.toHaveBeenCalled();
  expect(fetching).not.toHaveBeenCalled();
});

test("outside a provider a hook says what is missing", () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  function Lost() {
    return <>{usePipelineRepository() === null}</>;
  }
  expect(() => renderToString(<Lost />)).toThrow(expect.objectContaining({ code: "config", message: expect.stringContaining("PipelineProvider") as string }) as Error);
});
