/** Lists and pipelines on a page: one question however many show its answer, one render for one change, nothing left behind. */
import { InMemoryPipelineRepository, PipelineError, type Pipeline, type PipelineListItem, type PipelineRepository } from "convex-pipelines";
import { PipelineProvider, usePipeline, usePipelineActions, usePipelines, type PipelineActions } from "convex-pipelines/react";
import { Activity, memo } from "react";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import { INPUT, refusal } from "../repositories/suite";
import { Commits, mount, quiet } from "../support/mount";
import { fallback, freshName, indexedDb, Server } from "./repositories";

const named = (name: string) => ({ ...INPUT, name });
const commits = new Commits();
let actions: PipelineActions;

function Names() {
  commits.use("names");
  const { pipelines, isLoading, error } = usePipelines();
  if (isLoading) return "loading";
  return (
    <>
      {pipelines?.map((item) => <Row key={item.id} item={item} />)}
      {pipelines?.length === 0 && "none"}
      {error !== undefined && `(${error.message})`}
    </>
  );
}

const Row = memo(function Row({ item }: { item: PipelineListItem }) {
  commits.use(item.name);
  return `${item.name}. `;
});

function Count() {
  commits.use("count");
  const { pipelines } = usePipelines();
  return <p>{pipelines?.length ?? "none yet"}</p>;
}

function Detail({ id }: { id: string | undefined }) {
  commits.use("detail");
  const { pipeline, isLoading } = usePipeline(id);
  return isLoading ? "loading" : pipeline === undefined ? "nothing" : pipeline === null ? "gone" : pipeline.name;
}

function Acting() {
  commits.use("acting");
  actions = usePipelineActions();
  return null;
}

const page = (repository: PipelineRepository | null, ...shown: React.ReactNode[]) => (
  <PipelineProvider repository={repository}>
    <Acting />
    {shown.map((each, index) => (
      <div key={index}>{each}</div>
    ))}
  </PipelineProvider>
);

describe.each([true, false])("in strict mode: %s", (isStrict) => {
  test.each<[string, () => Promise<PipelineRepository>]>([
    ["memory", () => Promise.resolve(new InMemoryPipelineRepository())],
    ["IndexedDB", () => indexedDb()],
    ["a server with a device before it", async () => (await fallback()).repository],
    ["a server that is away", async () => {
      const { repository, server } = await fallback();
      server.isAway = true;
      return repository;
    }],
    ["a server alone", () => Promise.resolve(new Server())],
  ])("one change renders each that shows it once, and rows that stay not at all: %s", async (_, open) => {
    const repository = await open();
    const { text } = mount(page(repository, <Names />, <Count />), { isStrict });
    await vi.waitFor(() => expect(text()).toBe("none0"));
    await quiet();
    commits.taken();

    const bread = await actions.create(named("Bread"));
    await vi.waitFor(() => expect(text()).toBe("Bread. 1"));
    await quiet(400);
    expect(commits.taken()).toEqual({ names: 1, count: 1, Bread: isStrict ? 2 : 1 }); // strict mode mounts twice

    await actions.create(named("Apples"));
    await vi.waitFor(() => expect(text()).toBe("Apples. Bread. 2"));
    await quiet(400);
    expect(commits.taken()).toEqual({ names: 1, count: 1, Apples: isStrict ? 2 : 1 });

    await actions.update(bread.id, { name: "Cake" });
    await vi.waitFor(() => expect(text()).toBe("Apples. Cake. 2"));
    await quiet(400);
    expect(commits.taken()).toEqual({ names: 1, count: 1, Cake: 1 });

    await actions.remove(bread.id);
    await vi.waitFor(() => expect(text()).toBe("Apples. 1"));
    await quiet(400);
    expect(commits.taken()).toEqual({ names: 1, count: 1 });
  });

  test("two that show the same share one request", async () => {
    const server = new Server();
    const { text } = mount(page(server, <Names />, <Count />, <Names />), { isStrict });
    await vi.waitFor(() => expect(text()).toBe("none0none"));
    await quiet();
    expect(server.taken()).toEqual(["list"]);

    // That the server was found at all is no reason to ask it again.
    const shared = await fallback();
    const { text: other } = mount(page(shared.repository, <Names />, <Count />), { isStrict });
    await vi.waitFor(() => expect(other()).toBe("none0"));
    await quiet();
    expect(shared.repository.status.remote).toBe("reached");
    expect(shared.server.taken()).toEqual(["list"]);
  });

  test("an unmount during a call leaves nothing behind", async () => {
    const server = new Server();
    const added = [vi.spyOn(document, "addEventListener"), vi.spyOn(window, "addEventListener")];
    const removed = [vi.spyOn(document, "removeEventListener"), vi.spyOn(window, "removeEventListener")];
    const unsubscribed = vi.fn();
    const { subscribe } = server;
    const subscribed = vi.spyOn(server, "subscribe").mockImplementation((listener) => {
      const leave = subscribe.call(server, listener);
      return () => {
        unsubscribed();
        leave();
      };
    });
    let answer!: () => void;
    server.gate = new Promise((done) => (answer = done));

    const first = mount(page(server, <Names />, <Detail id={crypto.randomUUID()} />), { isStrict });
    await vi.waitFor(() => expect(server.asked).toHaveLength(2));
    first.unmount();
    window.dispatchEvent(new Event("online")); // nobody is left for whom to ask again
    answer();
    await quiet();
    expect(server.asked).toHaveLength(2);

    const own = (calls: unknown[][]) => calls.filter(([type]) => type === "visibilitychange" || type === "online");
    expect(own(added.flatMap(({ mock }) => mock.calls))).toHaveLength(2);
    expect(own(removed.flatMap(({ mock }) => mock.calls))).toEqual(own(added.flatMap(({ mock }) => mock.calls)));
    expect(subscribed).toHaveBeenCalledOnce();
    expect(unsubscribed).toHaveBeenCalledOnce();
    server.taken();
    await server.create(named("Later"));
    await quiet();
    expect(server.taken()).toEqual(["create"]);

    // Not even the answer: whoever comes next asks.
    const second = mount(page(server, <Names />), { isStrict });
    await vi.waitFor(() => expect(second.text()).toBe("Later. "));
    expect(server.taken()).toEqual(["list"]);
  });
});

test("a page whose place another takes shows what was there, without a gap", async () => {
  const server = new Server();
  await server.create(named("Bread"));
  const { text, render } = mount(page(server, <Names key="one" />));
  await vi.waitFor(() => expect(text()).toBe("Bread. "));
  const seen = new Set<string>();
  const observer = new MutationObserver(() => seen.add(text()));
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  render(page(server, <Count key="two" />));
  await quiet();
  observer.disconnect();
  expect([...seen]).toEqual(["1"]);
});

test("a page that another one hides comes back as it was, and asks again", async () => {
  const server = new Server();
  const { id } = await server.create(named("Bread"));
  const hidden = (mode: "hidden" | "visible") => page(server, <Activity mode={mode}><Names /><Detail id={id} /></Activity>);
  const { text, render } = mount(hidden("visible"));
  await vi.waitFor(() => expect(text()).toBe("Bread. Bread"));
  render(hidden("hidden"));
  await quiet();
  await server.update(id, { name: "Buns" });
  server.taken();
  let answer!: () => void;
  server.gate = new Promise((done) => (answer = done));
  render(hidden("visible"));
  await vi.waitFor(() => expect(server.asked).toHaveLength(2));
  await quiet();
  expect(text()).toBe("Bread. Bread");
  answer();
  await vi.waitFor(() => expect(text()).toBe("Buns. Buns"));
});

describe("with a device before the server", () => {
  const known = async () => {
    const tab = freshName();
    const first = await fallback(tab);
    const { id } = await first.repository.create(named("Bread"));
    return { id, tab, ...(await fallback(tab, first.server)) };
  };

  test("what the device has is shown while the server is still asked", async () => {
    const { id, repository, server } = await known();
    await InMemoryPipelineRepository.prototype.update.call(server, id, { name: "Buns" });
    let answer!: () => void;
    server.gate = new Promise((done) => (answer = done));
    const { text } = mount(page(repository, <Names />, <Count />, <Detail id={id} />));
    await vi.waitFor(() => expect(text()).toBe("Bread. 1Bread"));
    commits.taken();
    answer();
    await vi.waitFor(() => expect(text()).toBe("Buns. 1Buns"));
    await quiet(400);
    expect(commits.taken()).toEqual({ names: 1, count: 1, detail: 1, Buns: 1 });
  });

  test("what it has not is no answer: there may be some at the server", async () => {
    const { repository, server } = await fallback();
    let answer!: () => void;
    server.gate = new Promise((done) => (answer = done));
    const { text } = mount(page(repository, <Names />, <Detail id={crypto.randomUUID()} />));
    await quiet();
    expect(text()).toBe("loadingloading");
    answer();
    await vi.waitFor(() => expect(text()).toBe("nonegone"));
  });

  test("where the server refuses, it stands beside the error, with what is made meanwhile", async () => {
    const { id, repository, server } = await known();
    server.refusal = new PipelineError({ code: "unauthorized", message: "nobody is signed in" });
    const { text } = mount(page(repository, <Names />, <Detail id={id} />));
    await vi.waitFor(() => expect(text()).toBe("Bread. (nobody is signed in)Bread"));
    await actions.create(named("Cake"));
    await vi.waitFor(() => expect(text()).toBe("Bread. Cake. (nobody is signed in)Bread"));
    await actions.remove(id);
    await vi.waitFor(() => expect(text()).toBe("Cake. (nobody is signed in)gone"));
    server.refusal = undefined;
    repository.retry();
    await vi.waitFor(() => expect(text()).toBe("Cake. gone"));
  });

  test("what another tab has brought to the device is no news of this one's, and shown: in sight, or as soon as it is", async () => {
    const { id, tab, repository, server } = await known();
    const { repository: there } = await fallback(tab, server);
    const elsewhere = (name: string) => InMemoryPipelineRepository.prototype.update.call(server, id, { name });
    const { text } = mount(page(repository, <Names />));
    await vi.waitFor(() => expect(text()).toBe("Bread. "));
    await quiet();
    await elsewhere("Buns");
    await there.get(id);
    await vi.waitFor(() => expect(text()).toBe("Buns. "));

    await quiet();
    const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    server.taken();
    await elsewhere("Cake");
    await there.get(id);
    await quiet(400);
    expect(server.taken()).toEqual([`get ${id}`]);
    visibility.mockReturnValue("visible");
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.waitFor(() => expect(text()).toBe("Cake. "));
  });
});

test("two tabs that show the same before a server tell each other of a change, and come to rest", async () => {
  const tab = freshName();
  const { repository, server } = await fallback(tab);
  const { id } = await repository.create(named("Bread"));
  const { repository: other } = await fallback(tab, server);
  const [here, there] = [repository, other].map((each) => mount(page(each, <Names />, <Detail id={id} />)));
  await vi.waitFor(() => expect([here!.text(), there!.text()]).toEqual(["Bread. Bread", "Bread. Bread"]));
  await actions.update(id, { name: "Buns" });
  await vi.waitFor(() => expect([here!.text(), there!.text()]).toEqual(["Buns. Buns", "Buns. Buns"]));
  await quiet(500);
  server.taken();
  await quiet(500);
  expect(server.taken()).toEqual([]);
});

test("what was changed past the hooks is asked for when somebody says so", async () => {
  const server = new Server();
  vi.spyOn(server, "subscribe").mockImplementation(() => () => undefined);
  const { id } = await server.create(named("Bread"));
  const { text } = mount(page(server, <Names />, <Detail id={id} />));
  await vi.waitFor(() => expect(text()).toBe("Bread. Bread"));
  await InMemoryPipelineRepository.prototype.update.call(server, id, { name: "Buns" });
  const { refresh } = actions;
  await refresh();
  await vi.waitFor(() => expect(text()).toBe("Buns. Buns"));
});

test("an answer that a write has overtaken is asked for again", async () => {
  const server = new Server();
  const { text } = mount(page(server, <Names />));
  await vi.waitFor(() => expect(text()).toBe("none"));
  let answer!: () => void;
  const gate = new Promise<void>((done) => (answer = done));
  const list = vi.spyOn(server, "list").mockImplementationOnce(async () => {
    const before = await InMemoryPipelineRepository.prototype.list.call(server);
    await gate; // read, and on its way
    return before;
  });
  window.dispatchEvent(new Event("online"));
  await vi.waitFor(() => expect(list).toHaveBeenCalledOnce());
  await actions.create(named("Bread"));
  answer();
  await vi.waitFor(() => expect(text()).toBe("Bread. "));
  expect(list).toHaveBeenCalledTimes(2);
});

test("what another tab has written is shown, and what changed while the page was out of sight", async () => {
  const name = freshName();
  const [here, there] = [await indexedDb(name), await indexedDb(name)];
  const { text, render } = mount(page(here, <Names />));
  await vi.waitFor(() => expect(text()).toBe("none"));
  await there.create(named("Bread"));
  await vi.waitFor(() => expect(text()).toBe("Bread. "));

  const server = new Server();
  render(page(server, <Names />));
  await vi.waitFor(() => expect(text()).toBe("none"));
  vi.spyOn(server, "subscribe").mockImplementation(() => () => undefined);
  await InMemoryPipelineRepository.prototype.create.call(server, named("Cake"));
  window.dispatchEvent(new Event("online"));
  await vi.waitFor(() => expect(text()).toBe("Cake. "));
});

test("a failure is shown beside what was there; the same again renders nothing; trying again shows that it happens", async () => {
  const server = new Server();
  server.isAway = true;
  let refresh!: () => Promise<void>;
  const isLoading: boolean[] = [];
  function Again() {
    const shown = usePipelines();
    refresh = shown.refresh;
    isLoading.push(shown.isLoading);
    return null;
  }
  const { text } = mount(page(server, <Names />, <Again />), { isStrict: false });
  await vi.waitFor(() => expect(text()).toBe("(the server is away)"));
  isLoading.length = 0;
  await refresh();
  await vi.waitFor(() => expect(isLoading).toEqual([true, false]));

  server.isAway = false;
  await server.create(named("Bread"));
  await refresh();
  await vi.waitFor(() => expect(text()).toBe("Bread. "));
  server.isAway = true;
  await refresh();
  await vi.waitFor(() => expect(text()).toBe("Bread. (the server is away)"));
  await quiet();
  commits.taken();
  await refresh();
  await quiet();
  expect(commits.taken()).toEqual({});
});

describe("one pipeline", () => {
  test("is asked for by its id, never shown under another, and not asked for without one", async () => {
    const server = new Server();
    const [bread, cake] = [await server.create(named("Bread")), await server.create(named("Cake"))];
    server.taken();
    const { text, render } = mount(page(server, <Detail id={undefined} />));
    await vi.waitFor(() => expect(text()).toBe("nothing"));
    expect(server.taken()).toEqual([]);
    render(page(server, <Detail id={bread.id.toUpperCase()} />, <Detail id={bread.id} />));
    await vi.waitFor(() => expect(text()).toBe("BreadBread"));
    expect(server.taken()).toEqual([`get ${bread.id}`]);

    const seen = new Set<string>();
    const observer = new MutationObserver(() => seen.add(text()));
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    render(page(server, <Detail id={cake.id} />));
    await vi.waitFor(() => expect(text()).toBe("Cake"));
    observer.disconnect();
    expect([...seen]).toEqual(["loading", "Cake"]);
    render(page(server, <Detail id={crypto.randomUUID()} />));
    await vi.waitFor(() => expect(text()).toBe("gone"));
  });

  test("a change asks for what it changes: the list and this one", async () => {
    const server = new Server();
    // As behind a network: nothing says that something was written.
    vi.spyOn(server, "subscribe").mockImplementation(() => () => undefined);
    const [bread, cake] = [await server.create(named("Bread")), await server.create(named("Cake"))];
    const { text } = mount(page(server, <Count />, <Detail id={bread.id} />, <Detail id={cake.id} />));
    await vi.waitFor(() => expect(text()).toBe("2BreadCake"));
    server.taken();
    await actions.update(bread.id, { name: "Buns" });
    await vi.waitFor(() => expect(text()).toBe("2BunsCake"));
    expect(server.taken()).toEqual(["update", "list", `get ${bread.id}`]);

    // Somebody else was first: that is shown too.
    await InMemoryPipelineRepository.prototype.update.call(server, bread.id, { name: "Theirs" });
    await refusal(actions.update(bread.id, { name: "Mine" }, { expectedUpdatedAt: bread.updatedAt }), "conflict");
    await vi.waitFor(() => expect(text()).toBe("2TheirsCake"));
    await actions.remove(cake.id);
    await vi.waitFor(() => expect(text()).toBe("1Theirsgone"));
  });
});

test("until there is a repository everything loads, and a change is refused", async () => {
  const { text, render } = mount(page(null, <Names />, <Detail id={crypto.randomUUID()} />));
  await vi.waitFor(() => expect(text()).toBe("loadingloading"));
  const early = actions;
  expect((await refusal(early.create(INPUT), "unavailable")).retryable).toBe(true);
  render(page(new InMemoryPipelineRepository(), <Names />));
  await vi.waitFor(() => expect(text()).toBe("none"));
  expect(actions).not.toBe(early);
  await actions.create(named("Bread"));
  await vi.waitFor(() => expect(text()).toBe("Bread. "));
});

test("the hooks give what the contract says", () => {
  expectTypeOf<ReturnType<typeof usePipelines>["pipelines"]>().toEqualTypeOf<readonly PipelineListItem[] | undefined>();
  expectTypeOf<ReturnType<typeof usePipeline>["pipeline"]>().toEqualTypeOf<Pipeline | null | undefined>();
  expectTypeOf<PipelineActions["create"]>().toEqualTypeOf<(input: typeof INPUT) => Promise<Pipeline>>();
  // @ts-expect-error -- a provider without a repository
  expect(<PipelineProvider>nothing</PipelineProvider>).toBeDefined();
});
