/** Remote while it answers, this device while it does not, and nothing lost in between. */
import {
  FallbackPipelineRepository,
  InMemoryPipelineRepository,
  PipelineError,
  type ErrorCode,
  type OutboxStatus,
  type Pipeline,
  type PipelineCreateInput,
  type PipelineRepository,
  type Replayable,
} from "convex-pipelines";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { INPUT, STEPS, refusal, repositorySuite } from "./suite";

/** A remote that can be taken away, before it does something or after. */
class Remote implements PipelineRepository {
  readonly store = new InMemoryPipelineRepository();
  /** Thrown instead of an answer. */
  away: PipelineError | undefined;
  /** The call is carried out, and its answer gets lost. */
  deaf = false;
  readonly calls: string[] = [];
  readonly brought: (Replayable | undefined)[] = [];

  list() {
    return this.#call("list", () => this.store.list());
  }
  get(id: string) {
    return this.#call("get", () => this.store.get(id));
  }
  findByWebhookSecret(secret: string) {
    return this.#call("find", () => this.store.findByWebhookSecret(secret));
  }
  /** As the server does it: with the caller's id and secret, and a conflict where the id is taken. */
  async create(input: PipelineCreateInput, brought?: Replayable): Promise<Pipeline> {
    this.brought.push(brought);
    return this.#call("create", () => this.store.create(input, brought));
  }
  update(...args: Parameters<PipelineRepository["update"]>) {
    return this.#call("update", () => this.store.update(...args));
  }
  delete(id: string) {
    return this.#call("delete", () => this.store.delete(id));
  }
  recordRun(id: string, completedAt: string) {
    return this.#call("recordRun", () => this.store.recordRun(id, completedAt));
  }

  async #call<T>(name: string, act: () => Promise<T>): Promise<T> {
    this.calls.push(name);
    if (this.away !== undefined && !this.deaf) throw this.away;
    const answer = await act();
    if (this.away !== undefined) throw this.away;
    return answer;
  }
}

const failure = (code: ErrorCode, retryable: boolean): PipelineError => new PipelineError({ code, message: "no", retryable });
const AWAY = failure("unavailable", true);

let remote: Remote;
let local: InMemoryPipelineRepository;
let repository: FallbackPipelineRepository;
beforeEach(() => {
  remote = new Remote();
  local = new InMemoryPipelineRepository();
  repository = new FallbackPipelineRepository({ remote, local, patienceMs: 1_000 });
});
afterEach(() => {
  repository.close();
});

/** What is said of the outbox follows what happens in it. */
async function says(status: Partial<OutboxStatus>): Promise<void> {
  await vi.waitFor(() => {
    expect(repository.status).toMatchObject(status);
  });
}

/** A server that comes back is asked again after a pause; nobody waits for that here. */
async function heal(): Promise<void> {
  remote.away = undefined;
  remote.deaf = false;
  repository.retry();
  await vi.waitFor(() => {
    expect(repository.status).toMatchObject({ pending: 0, remote: "reached" });
  }, 5_000);
}

repositorySuite("the fallback while its remote answers", () => repository);

repositorySuite("the fallback while its remote is away", () => {
  remote.away = AWAY;
  return forgiving(repository);
});

/** What nobody has is `unavailable` while the remote is away; the suite expects what is true when all is here. */
function forgiving(inner: PipelineRepository): PipelineRepository {
  const unless = async <T>(promise: Promise<T>, otherwise: () => T): Promise<T> => {
    try {
      return await promise;
    } catch (thrown) {
      if (thrown !== AWAY) throw thrown;
      return otherwise();
    }
  };
  return {
    list: () => inner.list(),
    create: (input) => inner.create(input),
    get: (id) => unless(inner.get(id), () => null),
    findByWebhookSecret: (secret) => unless(inner.findByWebhookSecret(secret), () => null),
    update: (...args) =>
      unless(inner.update(...args), () => {
        throw failure("not_found", false);
      }),
    delete: (id) => unless(inner.delete(id), () => undefined),
    recordRun: (id, at) => unless(inner.recordRun(id, at), () => undefined),
  };
}

describe("while the remote answers", () => {
  test("it has everything, and nothing is unsent", async () => {
    const { id } = await repository.create(INPUT);
    expect(await remote.store.get(id)).toMatchObject({ name: "Morning news" });
    await says({ unsent: [], remote: "reached", pending: 0, needsYou: [], durable: false });
  });

  test.each(["invalid", "not_found", "conflict"] as const)("its %s is told, and nothing waits", async (code) => {
    const { id } = await repository.create(INPUT);
    remote.away = failure(code, false);
    vi.spyOn(remote, "get").mockImplementation((id) => remote.store.get(id));
    await refusal(repository.update(id, { name: "x" }), code);
    await refusal(repository.list(), code);
    await says({ pending: 0, needsYou: [] });
  });

  test.each(["unauthorized", "protocol", "internal"] as const)("its %s says nothing of a change, which waits", async (code) => {
    const { id } = await repository.create(INPUT);
    remote.away = failure(code, false);
    expect(await repository.update(id, { name: "x" })).toMatchObject({ name: "x" });
    await refusal(repository.list(), code);
    await says({ pending: 1, unsent: [id], remote: code === "unauthorized" ? "refused" : "away" });
    await heal();
    expect(await remote.store.get(id)).toMatchObject({ name: "x" });
  });

  test("an input with issues is not even sent", async () => {
    await refusal(repository.create({ name: "", steps: [] }), "invalid");
    expect(remote.calls).toEqual([]);
  });
});

describe("while the remote is away", () => {
  test("a creation is kept here, unsent, and is shown", async () => {
    remote.away = AWAY;
    const { id, webhookSecret } = await repository.create(INPUT);
    await says({ unsent: [id], remote: "away", lastError: { code: "unavailable", message: "no" }, pending: 1 });
    expect((await repository.findByWebhookSecret(webhookSecret!))?.id).toBe(id);
    await heal();
    expect((await repository.list()).map((item) => item.id)).toEqual([id]);
    expect(await repository.get(id)).toMatchObject({ name: "Morning news" });
    expect((await remote.store.findByWebhookSecret(webhookSecret!))?.id).toBe(id);
  });

  test("what was seen before can be read, changed and deleted", async () => {
    const [one, two] = [await repository.create(INPUT), await repository.create({ name: "b", steps: STEPS })];
    remote.away = AWAY;
    expect(await repository.list()).toHaveLength(2);
    expect((await repository.update(one.id, { name: "changed" })).name).toBe("changed");
    await repository.delete(two.id);
    expect((await repository.list()).map(({ name }) => name)).toEqual(["changed"]);
    await repository.recordRun(one.id, "2026-01-01T00:00:00Z");
    expect(await repository.get(one.id)).toMatchObject({ lastRunAt: "2026-01-01T00:00:00.000Z" });
    await says({ unsent: [one.id, two.id].sort(), pending: 3 });
    expect(await remote.store.list()).toHaveLength(2);
    await heal();
    expect(await remote.store.get(one.id)).toMatchObject({ name: "changed", lastRunAt: "2026-01-01T00:00:00.000Z" });
    expect(await remote.store.get(two.id)).toBeNull();
    expect((await repository.list()).map(({ name }) => name)).toEqual(["changed"]);
    expect(await repository.get(two.id)).toBeNull();
  });

  test("what was never seen is `unavailable`, and never `not found`", async () => {
    const { id, webhookSecret } = await remote.store.create(INPUT);
    remote.away = AWAY;
    await refusal(repository.get(id), "unavailable");
    await refusal(repository.findByWebhookSecret(webhookSecret!), "unavailable");
    await refusal(repository.update(id, { name: "x" }), "unavailable");
    await refusal(repository.recordRun(id, "2026-01-01T00:00:00Z"), "unavailable");
    await says({ pending: 0, unsent: [] });
  });

  test("a deletion of what was never seen is kept", async () => {
    const { id } = await remote.store.create(INPUT);
    remote.away = AWAY;
    await repository.delete(id);
    await says({ unsent: [id] });
    expect(await repository.get(id)).toBeNull();
    expect(await repository.list()).toEqual([]);
    await heal();
    expect(await remote.store.list()).toEqual([]);
  });

  test("a secret that is rotated here works here and is shown once", async () => {
    const { id } = await repository.create(INPUT);
    remote.away = AWAY;
    const { webhookSecret } = await repository.update(id, { rotateSecret: true });
    expect((await repository.findByWebhookSecret(webhookSecret!))?.id).toBe(id);
    await heal();
    expect((await remote.store.findByWebhookSecret(webhookSecret!))?.id).toBe(id);
  });
});

describe("an answer that gets lost", () => {
  test("after a creation leaves one pipeline, with one id and one secret", async () => {
    remote.away = AWAY;
    remote.deaf = true;
    const made = await repository.create(INPUT);
    expect(remote.brought[0]).toMatchObject({ id: made.id, secretLastFour: made.webhookSecret!.slice(-4) });
    expect(JSON.stringify(remote.brought)).not.toContain(made.webhookSecret);
    await heal();
    expect(await remote.store.get(made.id)).not.toBeNull();
    expect((await repository.list()).map(({ id }) => id)).toEqual([made.id]);
    expect((await remote.store.findByWebhookSecret(made.webhookSecret!))?.id).toBe(made.id);
  });

  test("after a change keeps the change here", async () => {
    const { id } = await repository.create(INPUT);
    remote.away = AWAY;
    remote.deaf = true;
    await repository.update(id, { name: "changed" });
    await says({ unsent: [id] });
    expect(await repository.get(id)).toMatchObject({ name: "changed" });
    await heal();
    expect(await remote.store.get(id)).toMatchObject({ name: "changed" });
  });
});

describe("order", () => {
  test("changes of one pipeline reach the remote one behind the other", async () => {
    const { id } = await repository.create(INPUT);
    remote.away = AWAY;
    await repository.update(id, { name: "first" });
    await repository.update(id, { name: "second" });
    await repository.recordRun(id, "2026-01-01T00:00:00Z");
    await repository.update(id, { description: "third" });
    remote.calls.length = 0;
    await heal();
    expect(remote.calls.filter((name) => name !== "get")).toEqual(["update", "update", "recordRun", "update"]);
    expect(await remote.store.get(id)).toMatchObject({ name: "second", description: "third", lastRunAt: "2026-01-01T00:00:00.000Z" });
  });

  test("what was deleted while the remote is away cannot be changed", async () => {
    const { id } = await repository.create(INPUT);
    remote.away = AWAY;
    await repository.delete(id);
    expect(await repository.get(id)).toBeNull();
    await refusal(repository.update(id, { name: "third" }), "not_found");
    await repository.delete(id);
    await repository.recordRun(id, "2026-01-01T00:00:00Z");
    await says({ pending: 1 });
  });

  test("a change that follows one without an answer waits for it", async () => {
    const { id } = await repository.create(INPUT);
    let fail = (): void => undefined;
    vi.spyOn(remote, "update").mockImplementationOnce(
      () => new Promise((_resolve, reject) => (fail = () => { reject(AWAY); })),
    );
    const first = repository.update(id, { name: "first", description: "of the first" });
    const second = repository.update(id, { name: "second" });
    await vi.waitFor(() => {
      expect(remote.update).toHaveBeenCalledTimes(1);
    });
    fail();
    await Promise.all([first, second]);
    await heal();
    expect(await remote.store.get(id)).toMatchObject({ name: "second", description: "of the first" });
  });

  test("other pipelines do not wait", async () => {
    const [slow, quick] = [await repository.create(INPUT), await repository.create(INPUT)];
    vi.spyOn(remote, "update").mockImplementationOnce(() => new Promise(() => undefined));
    void repository.update(slow.id, { name: "never" });
    expect((await repository.update(quick.id, { name: "done" })).name).toBe("done");
  });

  test("an answer that is older than a change here does not hide it", async () => {
    const { id } = await repository.create(INPUT);
    let answer = (): void => undefined;
    const old = await remote.store.get(id);
    vi.spyOn(remote, "get").mockImplementationOnce(() => new Promise((resolve) => (answer = () => { resolve(old); })));
    const reading = repository.get(id);
    await vi.waitFor(() => {
      expect(remote.get).toHaveBeenCalled();
    });
    remote.away = AWAY;
    await repository.update(id, { name: "newer" });
    answer();
    expect(await reading).toMatchObject({ name: "newer" });
  });
});

describe("what the remote says is gone", () => {
  const gone = async (id: string): Promise<void> => {
    remote.away = AWAY;
    await refusal(repository.get(id), "unavailable");
    expect(await repository.list()).toEqual([]);
    await refusal(repository.update(id, { name: "back again" }), "unavailable");
    expect(await local.get(id)).toBeNull();
  };
  let made: Pipeline;
  beforeEach(async () => {
    made = await repository.create(INPUT);
  });

  test.each<[string, () => Promise<unknown>]>([
    ["a null", () => repository.get(made.id)],
    ["a null for the id in upper case", () => repository.get(made.id.toUpperCase())],
    ["a not_found", () => refusal(repository.update(made.id, { name: "x" }), "not_found")],
    ["a not_found for the id in upper case", () => refusal(repository.update(made.id.toUpperCase(), { name: "x" }), "not_found")],
    ["its absence from the list", () => repository.list()],
    ["a null for its secret", () => repository.findByWebhookSecret(made.webhookSecret!)],
    ["a deletion", () => repository.delete(made.id.toUpperCase())],
  ])("by %s goes here too", async (_how, learn) => {
    await remote.store.delete(made.id);
    await learn();
    await gone(made.id);
    await refusal(repository.findByWebhookSecret(made.webhookSecret!), "unavailable");
  });

  test("is not what a list held and could not be read", async () => {
    const partly = Object.assign(remote, { damaged: [made.id] });
    vi.spyOn(partly, "list").mockResolvedValueOnce([]);
    await repository.list();
    remote.away = AWAY;
    expect(await repository.get(made.id)).toMatchObject({ id: made.id });
  });

  test("is found by no secret that was rotated elsewhere", async () => {
    await remote.store.update(made.id, { rotateSecret: true });
    expect(await repository.findByWebhookSecret(made.webhookSecret!)).toBeNull();
    remote.away = AWAY;
    await refusal(repository.findByWebhookSecret(made.webhookSecret!), "unavailable");
  });

  test("stays where it has unsent changes", async () => {
    remote.away = AWAY;
    await repository.update(made.id, { name: "unsent" });
    await remote.store.delete(made.id);
    remote.away = undefined;
    vi.spyOn(remote, "update").mockRejectedValue(AWAY);
    expect((await repository.list()).map(({ name }) => name)).toEqual(["unsent"]);
    expect(await repository.get(made.id.toUpperCase())).toMatchObject({ name: "unsent" });
    expect(await repository.findByWebhookSecret(made.webhookSecret!)).toMatchObject({ name: "unsent" });
  });

  test("goes at once, however much it is", async () => {
    for (let each = 0; each < 300; each++) await repository.create(INPUT);
    for (const { id } of await remote.store.list()) await remote.store.delete(id);
    expect(await repository.list()).toEqual([]);
    remote.away = AWAY;
    expect(await repository.list()).toEqual([]);
  });

  test("is not what the remote only got while it answered", async () => {
    const before = await remote.store.list();
    vi.spyOn(remote, "list").mockImplementationOnce(async () => {
      await repository.create({ ...INPUT, name: "just made" });
      return before;
    });
    await repository.list();
    remote.away = AWAY;
    expect((await repository.list()).map(({ name }) => name)).toContain("just made");
  });

  test("is not brought back by an answer from before", async () => {
    let answer = (): void => undefined;
    const old = await remote.store.get(made.id);
    vi.spyOn(remote, "get").mockImplementationOnce(() => new Promise((resolve) => (answer = () => { resolve(old); })));
    const reading = repository.get(made.id);
    await vi.waitFor(() => {
      expect(remote.get).toHaveBeenCalled();
    });
    await remote.store.delete(made.id);
    await repository.list();
    answer();
    await reading;
    await gone(made.id);
  });
});

describe("a run that the remote has noted", () => {
  test("is in the copy too", async () => {
    const { id } = await repository.create(INPUT);
    await repository.recordRun(id.toUpperCase(), "2026-01-01T00:00:00Z");
    remote.away = AWAY;
    expect(await repository.get(id)).toMatchObject({ lastRunAt: "2026-01-01T00:00:00.000Z" });
    expect((await repository.list())[0]).toMatchObject({ lastRunAt: "2026-01-01T00:00:00.000Z" });
    expect(repository.status.unsent).toEqual([]);
  });
});

test("a change of what was deleted elsewhere needs a person, who can make it anew", async () => {
  const { id } = await repository.create(INPUT);
  remote.away = AWAY;
  await repository.update(id, { name: "typed for an hour" });
  await remote.store.delete(id);
  remote.away = undefined;
  repository.retry();
  await says({ needsYou: [{ why: "gone", mine: { name: "typed for an hour" } }] as never, pending: 0 });
  expect(await repository.get(id)).toBeNull();
  const anew = await repository.resolve(repository.status.needsYou[0]!.operation, "mine");
  expect(anew).toMatchObject({ name: "typed for an hour", webhookSecret: expect.stringMatching(/./) as string });
  await says({ needsYou: [], pending: 0 });
  expect(await remote.store.list()).toMatchObject([{ id: anew?.id, name: "typed for an hour" }]);
});

test("an id in upper case is the same pipeline", async () => {
  const { id } = await repository.create(INPUT);
  remote.away = AWAY;
  await repository.update(id, { name: "unsent" });
  await repository.update(id.toUpperCase(), { description: "too" });
  expect(await repository.get(id.toUpperCase())).toMatchObject({ name: "unsent", description: "too" });
  await says({ unsent: [id] });
  await heal();
  expect(await remote.store.list()).toMatchObject([{ id, name: "unsent", description: "too" }]);
});

describe("this device", () => {
  test("that cannot keep a change is the error, and the change is not silently gone", async () => {
    vi.spyOn(local.outbox, "make").mockRejectedValue(failure("storage", false));
    remote.away = AWAY;
    await refusal(repository.create(INPUT), "storage");
    await says({ unsent: [] });
  });

  test("that cannot keep a change stops nobody whose server answers", async () => {
    const { id } = await repository.create(INPUT);
    vi.spyOn(local.outbox, "make").mockRejectedValue(failure("storage", false));
    expect(await repository.update(id, { name: "x" })).toMatchObject({ name: "x" });
    await refusal(repository.update(id, { name: "" }), "invalid");
    expect((await repository.create(INPUT)).webhookSecret).toBeDefined();
    await repository.delete(id);
    expect(await remote.store.get(id)).toBeNull();
  });

  test("that cannot keep a copy does not undo what the remote has done", async () => {
    const { id } = await remote.store.create(INPUT);
    vi.spyOn(local.outbox, "adopt").mockRejectedValue(failure("storage", false));
    expect(await repository.get(id)).toMatchObject({ name: "Morning news" });
  });

  test("is not given up to the remote's view of it: what stood here before stays", async () => {
    const before = await local.create(INPUT);
    expect(await repository.list()).toEqual([]);
    expect(await repository.get(before.id)).toBeNull();
    expect(await local.get(before.id)).not.toBeNull();
  });

  test("must be one that keeps unsent changes", () => {
    expect(() => new FallbackPipelineRepository({ remote, local: remote as never })).toThrow(/local/);
  });
});

test("whoever listens hears how things stand", async () => {
  const heard: unknown[] = [];
  const stop = repository.subscribe(() => heard.push(repository.status.remote));
  await repository.create(INPUT);
  await says({ remote: "reached" });
  remote.away = AWAY;
  await repository.create(INPUT);
  await says({ remote: "away", pending: 1 });
  expect(heard).toContain("reached");
  const status = repository.status;
  expect(repository.status).toBe(status);
  stop();
  heard.length = 0;
  await repository.create(INPUT);
  expect(heard).toEqual([]);
});

describe("a conflict that nobody waited for", () => {
  let made: Pipeline;
  /** Somebody else has changed the name while this device was away. */
  beforeEach(async () => {
    made = await repository.create(INPUT);
    remote.away = AWAY;
    await repository.update(made.id, { name: "mine" });
    await remote.store.update(made.id, { name: "theirs", description: "also theirs" });
    remote.away = undefined;
    vi.spyOn(remote, "update").mockRejectedValueOnce(failure("conflict", false));
    repository.retry();
    await says({ needsYou: [{ why: "conflict", mine: { name: "mine" }, theirs: { name: "theirs" } }] as never });
  });
  const asked = (): string => repository.status.needsYou[0]!.operation;

  test("is made again on top of the other by `mine`", async () => {
    expect(await repository.resolve(asked(), "mine")).toMatchObject({ name: "mine", description: "also theirs" });
    await says({ needsYou: [], pending: 0 });
    expect(await remote.store.get(made.id)).toMatchObject({ name: "mine", description: "also theirs" });
  });

  test("is given up by `theirs`", async () => {
    await repository.resolve(asked(), "theirs");
    await says({ needsYou: [], pending: 0 });
    expect(await repository.get(made.id)).toMatchObject({ name: "theirs" });
    expect(await remote.store.get(made.id)).toMatchObject({ name: "theirs" });
  });

  test("becomes another change by an input", async () => {
    await repository.resolve(asked(), { name: "ours" });
    await says({ needsYou: [], pending: 0 });
    expect(await remote.store.get(made.id)).toMatchObject({ name: "ours", description: "also theirs" });
  });

  test("stays where an input is refused", async () => {
    const operation = asked();
    await refusal(repository.resolve(operation, { name: "" }), "invalid");
    await refusal(repository.resolve("6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f", "mine"), "not_found");
    expect(asked()).toBe(operation);
  });
});

test("a remote that chooses the id itself has one pipeline, and it is the one that is shown", async () => {
  vi.spyOn(remote, "create").mockImplementation((input) => remote.store.create(input));
  const made = await repository.create(INPUT);
  const [there] = await remote.store.list();
  expect(made.id).toBe(there?.id);
  expect((await remote.store.findByWebhookSecret(made.webhookSecret!))?.id).toBe(made.id);
  expect((await local.list()).map(({ id }) => id)).toEqual([made.id]);
});
