/** Remote while it answers, this device while it does not, and nothing lost in between. */
import {
  FallbackPipelineRepository,
  InMemoryPipelineRepository,
  PipelineError,
  type ErrorCode,
  type Identity,
  type Pipeline,
  type PipelineCreateInput,
  type PipelineRepository,
} from "convex-pipelines";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { INPUT, STEPS, refusal, repositorySuite } from "./suite";

/** A remote that can be taken away, before it does something or after. */
class Remote implements PipelineRepository {
  readonly store = new InMemoryPipelineRepository();
  /** Thrown instead of an answer. */
  away: PipelineError | undefined;
  /** The call is carried out, and its answer gets lost. */
  deaf = false;
  readonly calls: string[] = [];
  readonly identities: (Identity | undefined)[] = [];

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
  async create(input: PipelineCreateInput, identity?: Identity): Promise<Pipeline> {
    this.identities.push(identity);
    return this.#call("create", () => this.store.journal.create(input, identity!));
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
  repository = new FallbackPipelineRepository({ remote, local });
});

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
    expect(repository.status).toEqual({ unsent: [], remote: "reached", lastWrite: { id, where: "remote" } });
  });

  test.each(["invalid", "not_found", "conflict", "unauthorized", "protocol", "internal"] as const)(
    "its %s stands: nothing is written here",
    async (code) => {
      const { id } = await repository.create(INPUT);
      remote.away = failure(code, false);
      await refusal(repository.create(INPUT), code);
      await refusal(repository.update(id, { name: "x" }), code);
      await refusal(repository.delete(id), code);
      await refusal(repository.list(), code);
      expect(await local.journal.unsent()).toEqual([]);
    },
  );

  test("an input with issues is not even sent", async () => {
    await refusal(repository.create({ name: "", steps: [] }), "invalid");
    expect(remote.calls).toEqual([]);
  });
});

describe("while the remote is away", () => {
  test("a creation is kept here, unsent, and is shown", async () => {
    remote.away = AWAY;
    const { id, webhookSecret } = await repository.create(INPUT);
    expect(repository.status).toEqual({ unsent: [id], remote: "away", lastWrite: { id, where: "local" } });
    remote.away = undefined;
    expect((await repository.list()).map((item) => item.id)).toEqual([id]);
    expect(await repository.get(id)).toMatchObject({ name: "Morning news" });
    expect((await repository.findByWebhookSecret(webhookSecret!))?.id).toBe(id);
    expect(await remote.store.list()).toEqual([]);
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
    expect(repository.status.unsent).toEqual([one.id, two.id].sort());
    remote.away = undefined; // the remote still has the old ones, and does not know better
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
    expect(await local.journal.unsent()).toEqual([]);
  });

  test("a deletion of what was never seen is kept", async () => {
    const { id } = await remote.store.create(INPUT);
    remote.away = AWAY;
    await repository.delete(id);
    expect(repository.status.unsent).toEqual([id]);
    remote.away = undefined;
    expect(await repository.get(id)).toBeNull();
    expect(await repository.list()).toEqual([]);
  });

  test("a secret that is rotated here works here and is shown once", async () => {
    const { id } = await repository.create(INPUT);
    remote.away = AWAY;
    const { webhookSecret } = await repository.update(id, { rotateSecret: true });
    expect((await repository.findByWebhookSecret(webhookSecret!))?.id).toBe(id);
  });
});

describe("an answer that gets lost", () => {
  test("after a creation leaves one pipeline, with one id and one secret", async () => {
    remote.away = AWAY;
    remote.deaf = true;
    const made = await repository.create(INPUT);
    expect(remote.identities).toEqual([{ id: made.id, webhookSecret: made.webhookSecret }]);
    remote.away = undefined;
    expect(await remote.store.get(made.id)).not.toBeNull();
    expect((await repository.list()).map(({ id }) => id)).toEqual([made.id]);
    expect((await remote.store.findByWebhookSecret(made.webhookSecret!))?.id).toBe(made.id);
  });

  test("after a change keeps the change here", async () => {
    const { id } = await repository.create(INPUT);
    remote.away = AWAY;
    remote.deaf = true;
    await repository.update(id, { name: "changed" });
    expect(repository.status.unsent).toEqual([id]);
    expect(await repository.get(id)).toMatchObject({ name: "changed" });
  });
});

describe("order", () => {
  test("a pipeline with unsent changes keeps writing here, though the remote is back", async () => {
    const { id } = await repository.create(INPUT);
    remote.away = AWAY;
    await repository.update(id, { name: "first" });
    remote.away = undefined;
    remote.calls.length = 0;
    await repository.update(id, { name: "second" });
    await repository.delete(id);
    expect(remote.calls).toEqual([]);
    expect(await repository.get(id)).toBeNull();
    await refusal(repository.update(id, { name: "third" }), "not_found");
    await repository.delete(id);
    await repository.recordRun(id, "2026-01-01T00:00:00Z");
    expect(await remote.store.get(id)).toMatchObject({ name: "Morning news" });
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
    expect(await repository.get(id)).toMatchObject({ name: "second", description: "of the first" });
    expect(await remote.store.get(id)).toMatchObject({ name: "Morning news" });
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

test("an id in upper case is the same pipeline", async () => {
  const { id } = await repository.create(INPUT);
  remote.away = AWAY;
  await repository.update(id, { name: "unsent" });
  remote.away = undefined;
  await repository.update(id.toUpperCase(), { description: "too" });
  expect(await repository.get(id.toUpperCase())).toMatchObject({ name: "unsent", description: "too" });
  expect(repository.status).toMatchObject({ unsent: [id], lastWrite: { id, where: "local" } });
  expect(await remote.store.get(id)).toMatchObject({ name: "Morning news" });
});

describe("this device", () => {
  test("that cannot keep a change is the error, and the change is not silently gone", async () => {
    vi.spyOn(local.journal, "create").mockRejectedValue(failure("storage", false));
    remote.away = AWAY;
    await refusal(repository.create(INPUT), "storage");
    expect(repository.status.unsent).toEqual([]);
  });

  test("that cannot keep a copy does not undo what the remote has done", async () => {
    vi.spyOn(local.journal, "adopt").mockRejectedValue(failure("storage", false));
    expect((await repository.create(INPUT)).name).toBe("Morning news");
    expect(repository.status.lastWrite?.where).toBe("remote");
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

test("whoever listens hears where writes went", async () => {
  const heard: unknown[] = [];
  const stop = repository.subscribe(() => heard.push(repository.status.lastWrite?.where));
  await repository.create(INPUT);
  remote.away = AWAY;
  await repository.create(INPUT);
  expect(heard).toContain("remote");
  expect(heard.at(-1)).toBe("local");
  const status = repository.status;
  expect(repository.status).toBe(status);
  stop();
  heard.length = 0;
  await repository.create(INPUT);
  expect(heard).toEqual([]);
});
