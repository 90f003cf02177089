/** Runs, live; and what waits for a server. */
import { InMemoryPipelineRepository, type OutboxStatus, type PipelineRepository, type PipelineRun } from "convex-pipelines";
import { PipelineProvider, useRuns, useSyncStatus, type ShownRuns, type UseRunsOptions } from "convex-pipelines/react";
import { afterEach, expect, expectTypeOf, test, vi } from "vitest";
import { INPUT, refusal } from "../repositories/suite";
import { Commits, mount, quiet } from "../support/mount";
import { fallback, freshName, indexedDb } from "./repositories";

const commits = new Commits();
let shown: ShownRuns;
let status: OutboxStatus | undefined;

afterEach(() => {
  vi.useRealTimers();
});

function Runs({ id, ...options }: { id: string | undefined } & UseRunsOptions) {
  commits.use("runs");
  shown = useRuns(id, options);
  return shown.runs?.map((run) => run.status).join() ?? (shown.isLoading ? "loading" : "nothing runs");
}

function Status() {
  commits.use("status");
  status = useSyncStatus();
  return status === undefined ? "no server" : `${status.remote}: ${status.pending}`;
}

const page = (repository: PipelineRepository | null, ...within: React.ReactNode[]) => (
  <PipelineProvider repository={repository}>
    {within.map((each, index) => (
      <div key={index}>{each}</div>
    ))}
  </PipelineProvider>
);

test("runs are looked at every two seconds while one moves, every ten otherwise, and not at all when nobody looks", async () => {
  const repository = new InMemoryPipelineRepository();
  const { id } = await repository.create(INPUT);
  // As behind a network: nothing says that something was written.
  vi.spyOn(repository, "subscribe").mockImplementation(() => () => undefined);
  const list = vi.spyOn(repository.runs, "list");
  vi.useFakeTimers();
  const { text, unmount } = mount(page(repository, <Runs id={id} />, <Runs id={id} />));
  await vi.waitFor(() => expect(shown.runs).toEqual([]));
  expect(list).toHaveBeenCalledOnce();

  const run = await shown.start!({ payload: "a text" });
  expect(run).toMatchObject({ pipelineId: id, status: "queued", trigger: "manual" });
  await vi.waitFor(() => expect(text()).toBe("queuedqueued"));
  list.mockClear();
  commits.taken();
  await vi.advanceTimersByTimeAsync(6_100);
  expect(list).toHaveBeenCalledTimes(3);
  expect(commits.taken()).toEqual({}); // nothing has changed

  await repository.runs.claim({ worker: "w" });
  await vi.advanceTimersByTimeAsync(2_000);
  await vi.waitFor(() => expect(text()).toBe("runningrunning"));
  expect(commits.taken()).toEqual({ runs: 2 });
  await repository.runs.finish({
    id,
    completedAt: new Date().toISOString(),
    run: { runId: run.runId, status: "success", worker: "w", outcome: "read aloud" },
  });
  await vi.advanceTimersByTimeAsync(2_000);
  await vi.waitFor(() => expect(text()).toBe("successsuccess"));
  list.mockClear();
  await vi.advanceTimersByTimeAsync(9_000);
  expect(list).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1_100);
  expect(list).toHaveBeenCalledOnce();

  // Out of sight nothing is asked.
  list.mockClear();
  const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(list).not.toHaveBeenCalled();
  visibility.mockReturnValue("visible");
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.waitFor(() => expect(list).toHaveBeenCalledOnce());

  await vi.advanceTimersByTimeAsync(1_000);
  expect(vi.getTimerCount()).toBe(1);
  unmount();
  await vi.advanceTimersByTimeAsync(1);
  expect(vi.getTimerCount()).toBe(0);
  list.mockClear();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(list).not.toHaveBeenCalled();
});

test("an unmount during a call sets no timer", async () => {
  const repository = new InMemoryPipelineRepository();
  const { id } = await repository.create(INPUT);
  let answer!: () => void;
  const gate = new Promise<void>((done) => (answer = done));
  const list = vi.spyOn(repository.runs, "list").mockImplementation(() => gate.then(() => ({ runs: [] })));
  vi.useFakeTimers();
  const { unmount } = mount(page(repository, <Runs id={id} />));
  await vi.waitFor(() => expect(list).toHaveBeenCalledOnce());
  unmount();
  answer();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(vi.getTimerCount()).toBe(0);
  expect(list).toHaveBeenCalledOnce();
});

test("the newest of them, as many as one asks for", async () => {
  const repository = new InMemoryPipelineRepository();
  const { id } = await repository.create(INPUT);
  for (const runId of ["one", "two", "three"]) await repository.runs.start({ id, trigger: "webhook", runId });
  mount(page(repository, <Runs id={id} limit={2} />));
  await vi.waitFor(() => expect(shown.runs?.map(({ runId }) => runId)).toEqual(["three", "two"]));
  await refusal(shown.start!({ runId: "schedule: mine" }), "invalid");
});

test("where nothing can run there is nothing to start", async () => {
  const { text, render } = mount(page(null, <Runs id={crypto.randomUUID()} />));
  await vi.waitFor(() => expect(text()).toBe("loading"));
  render(page(await indexedDb(), <Runs id={crypto.randomUUID()} />));
  await vi.waitFor(() => expect(text()).toBe("nothing runs"));
  expect(shown).toMatchObject({ runs: undefined, start: undefined, isLoading: false, error: undefined });
  expectTypeOf(shown.runs).toEqualTypeOf<readonly PipelineRun[] | undefined>();
  // @ts-expect-error -- no such trigger
  void shown.start?.({ trigger: "by hand" });
});

test("what waits for the server, as it stands: away, back, settled", async () => {
  const { repository, server } = await fallback();
  server.isAway = true;
  const { text, unmount } = mount(page(repository, <Status />, <Status />));
  await vi.waitFor(() => expect(text()).toBe("unknown: 0unknown: 0"));
  const { id } = await repository.create(INPUT);
  await vi.waitFor(() => expect(text()).toBe("away: 1away: 1"));
  expect(status).toBe(repository.status);
  expect(status!.unsent).toEqual([id]);

  server.isAway = false;
  repository.retry();
  await vi.waitFor(() => expect(text()).toBe("reached: 0reached: 0"));
  unmount();
  commits.taken();
  server.isAway = true;
  await repository.create(INPUT);
  await quiet();
  expect(commits.taken()).toEqual({});
});

test("a server that is away is asked again while somebody looks, and so is one that nobody has asked", async () => {
  const { repository, server } = await fallback();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"], shouldAdvanceTime: true });
  const { text, unmount } = mount(page(repository, <Status />)); // a page that asks nothing itself
  await vi.waitFor(() => expect(text()).toBe("unknown: 0"));
  expect(server.taken()).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  await vi.waitFor(() => expect(text()).toBe("reached: 0"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(server.taken()).toEqual(["list"]);

  server.isAway = true;
  await repository.list();
  await vi.waitFor(() => expect(text()).toBe("away: 0"));
  const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  server.taken();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(server.taken()).toEqual([]);
  visibility.mockReturnValue("visible");
  server.isAway = false;
  await vi.advanceTimersByTimeAsync(10_000);
  await vi.waitFor(() => expect(text()).toBe("reached: 0"));

  server.isAway = true;
  await repository.list();
  await vi.waitFor(() => expect(text()).toBe("away: 0"));
  unmount();
  server.taken();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(server.taken()).toEqual([]);
});

test("a server that nobody has asked is asked after a second, whatever other tabs have to say meanwhile", async () => {
  const name = freshName();
  const other = await fallback(name); // opened first, so it sends
  other.server.isAway = true;
  const { repository, server } = await fallback(name);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"], shouldAdvanceTime: true });
  const { text } = mount(page(repository, <Status />));
  await vi.waitFor(() => expect(text()).toBe("unknown: 0"));
  await vi.advanceTimersByTimeAsync(300);
  void other.repository.create(INPUT);
  await vi.waitFor(() => expect(text()).toBe("unknown: 1"));
  expect(server.taken()).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  await vi.waitFor(() => expect(server.taken()).toEqual(["list"]));
});

test("a repository without a server has no such status", async () => {
  const { text, render } = mount(page(await indexedDb(), <Status />)); // which has a `status` of another kind
  await vi.waitFor(() => expect(text()).toBe("no server"));
  render(page(null, <Status />));
  await quiet(50);
  expect(text()).toBe("no server");
});
