/** The client of the wire, against a double that speaks it. The real HTTP actions run the whole suite elsewhere. */
import { ConvexPipelineRepository, InMemoryPipelineRepository, isPipelineError, type ConvexOptions, type Pipeline } from "convex-pipelines";
import { describe, expect, test, vi } from "vitest";
import { INPUT, refusal } from "./suite";

const TOKEN = "s3cret-admin-token-that-is-long-enough";
const SITE = "https://happy-otter-123.convex.site";

type Fetch = typeof fetch;

function reply(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return new Response(text, { status, headers: { "Content-Type": "application/json", ...headers } });
}

function client(answer: (url: string, init: RequestInit) => Response | Promise<Response>, options: Partial<ConvexOptions> = {}) {
  const spy = vi.fn<Fetch>(async (url, init) => answer(url as string, init!));
  return { spy, repository: new ConvexPipelineRepository({ baseUrl: SITE, authToken: TOKEN, fetch: spy, ...options }) };
}

const sent = (spy: ReturnType<typeof client>["spy"], call = 0): Record<string, unknown> =>
  JSON.parse(spy.mock.calls[call]![1]!.body as string) as Record<string, unknown>;

/** As the server of this version writes it; to a client it is opaque. */
const cursorAfter = ({ name, id }: { name: string; id: string }): string => JSON.stringify([name, id]);

async function pipeline(): Promise<Pipeline> {
  const { webhookSecret: _secret, ...rest } = await new InMemoryPipelineRepository().create(INPUT);
  return rest;
}

describe("what is sent", () => {
  test("is a POST with the token, that follows no redirect, keeps nothing and sends no cookie", async () => {
    const { spy, repository } = client(() => reply({ result: [] }));
    await repository.list();
    const [url, init] = spy.mock.calls[0]!;
    expect(url).toBe(`${SITE}/pipelines/list`);
    expect(init).toMatchObject({ method: "POST", redirect: "manual", cache: "no-store", credentials: "omit" });
    expect(new Headers(init!.headers).get("authorization")).toBe(`Bearer ${TOKEN}`);
    expect(new Headers(init!.headers).get("content-type")).toBe("application/json");
  });

  test("leaves out what the host does not take", async () => {
    const refuse = function (_url: string, init: RequestInit) {
      if ("cache" in init) throw new TypeError("The 'cache' field on 'RequestInitializerDict' is not implemented.");
    };
    vi.stubGlobal("Request", refuse);
    const { spy, repository } = client(() => reply({ result: [] }));
    await repository.list().finally(() => vi.unstubAllGlobals());
    expect(spy.mock.calls[0]![1]).not.toHaveProperty("cache");
    expect(spy.mock.calls[0]![1]).toMatchObject({ credentials: "omit", redirect: "manual" });
  });

  test("is signed in by the page's cookie where there is no token", async () => {
    const { spy, repository } = client(() => reply({ result: null }), { baseUrl: "http://localhost:3000/api", authToken: undefined });
    await repository.get("6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f");
    expect(spy.mock.calls[0]![0]).toBe("http://localhost:3000/api/pipelines/get");
    expect(spy.mock.calls[0]![1]).toMatchObject({ credentials: "same-origin" });
    expect(new Headers(spy.mock.calls[0]![1]!.headers).has("authorization")).toBe(false);
  });

  test("names the account", async () => {
    const { spy, repository } = client(() => reply({ result: [] }), { accountId: "user_1" });
    await repository.list();
    expect(sent(spy)).toMatchObject({ accountId: "user_1" });
  });

  test("goes to the fetch of the moment", async () => {
    const repository = new ConvexPipelineRepository({ baseUrl: SITE, authToken: TOKEN });
    const spy = vi.fn<Fetch>(async () => Promise.resolve(reply({ result: [] })));
    vi.stubGlobal("fetch", spy);
    await repository.list();
    vi.unstubAllGlobals();
    expect(spy).toHaveBeenCalledOnce();
  });

  test("is the id and the digest that a caller brings who may have to repeat a call", async () => {
    const made = await pipeline();
    const { spy, repository } = client(() => reply({ result: made }));
    const brought = { id: made.id, secretDigest: "0".repeat(64), secretLastFour: "1111" };
    expect(await repository.create(INPUT, brought)).toEqual(made);
    expect(sent(spy)).toMatchObject(brought);
  });
});

describe("a list", () => {
  test("is followed to its end", async () => {
    const items = Array.from({ length: 5 }, (_each, index) => ({ id: crypto.randomUUID(), name: `n${String(index)}` }));
    const { spy, repository } = client((_url, init) => {
      const { cursor } = JSON.parse(init.body as string) as { cursor?: string };
      const start = cursor === undefined ? 0 : items.findIndex(({ id }) => cursor.includes(id)) + 1;
      const last = items[start + 1];
      const more = last === undefined || start + 2 >= items.length ? {} : { cursor: cursorAfter(last) };
      return reply({ result: items.slice(start, start + 2), ...more });
    });
    expect(await repository.list()).toEqual(items);
    expect(spy).toHaveBeenCalledTimes(3);
  });

  test("whose pipelines are renamed between two pages holds each once, as the later page has it, in order", async () => {
    const [a, b, c] = ["a", "b", "c"].map((name) => ({ id: crypto.randomUUID(), name }));
    const pages = [[a!, b!], [c!, { ...a!, name: "d" }], [{ ...c!, name: "B" }, { ...b!, name: "b" }]];
    const { repository } = client((_url, init) => {
      const { cursor } = JSON.parse(init.body as string) as { cursor?: string };
      const page = cursor === undefined ? 0 : Number((JSON.parse(cursor) as string[])[0]);
      return reply({ result: pages[page], ...(page + 1 < pages.length && { cursor: cursorAfter({ name: String(page + 1), id: "" }) }) });
    });
    expect((await repository.list()).map(({ id, name }) => [id, name])).toEqual([[c!.id, "B"], [b!.id, "b"], [a!.id, "d"]]);
  });

  test("names what cannot be read, and holds the rest", async () => {
    const [good, nameless] = [crypto.randomUUID(), crypto.randomUUID()];
    const items = [{ id: good, name: "a", schedule: { cron: "0 7 * * *", timezone: "Mars/Olympus" } }, { id: nameless }, null];
    const { repository } = client(() => reply({ result: items }));
    expect(await repository.list()).toEqual([items[0]]);
    expect(repository.damaged).toEqual([nameless, "result[2]"]);
  });

  test("that goes in circles ends", async () => {
    const { repository } = client(() => reply({ result: [], cursor: cursorAfter({ name: "x", id: "y" }) }));
    await refusal(repository.list(), "protocol");
  });
});

describe("an answer", () => {
  test.each([
    ["a refusal in our words", reply({ error: { code: "conflict", message: "is stale" } }, 409), "conflict", false],
    ["a page", reply("<h1>Not found</h1>", 404, { "Content-Type": "text/html" }), "protocol", false],
    ["a bare 404", reply("", 404), "protocol", false],
    ["a broken gateway", reply("<h1>Bad gateway</h1>", 502), "protocol", true],
    ["half of its JSON", reply('{"result": ['), "protocol", false],
    ["a result of another shape", reply({ result: { id: 7 } }), "protocol", false],
    ["a request to wait", reply({ error: { code: "rate_limited", message: "slow down" } }, 429), "rate_limited", true],
    ["no room for now", reply({ error: { code: "unavailable", message: "later" } }, 503), "unavailable", true],
  ] as const)("that is %s is an error of its kind", async (_what, response, code, retryable) => {
    const { repository } = client(() => response.clone());
    expect((await refusal(repository.list(), code)).retryable).toBe(retryable);
  });

  test.each([
    ["text", { status: 200, text: () => Promise.resolve('{"result":[]}') }],
    ["json", { ok: true, status: 200, json: () => Promise.resolve({ result: [] }) }],
  ])("that a double gives as %s only is read", async (_what, double) => {
    const { repository } = client(() => double as unknown as Response);
    expect(await repository.list()).toEqual([]);
  });

  const LIST = '{"result":[]}';
  const bytes = new TextEncoder().encode(LIST);
  async function* chunks(...parts: unknown[]) {
    for (const part of parts) yield await Promise.resolve(part);
  }
  const foreign: [string, object][] = [
    ["an iterable of bytes", { body: chunks(bytes.slice(0, 3), bytes.slice(3)) }],
    ["an iterable of buffers", { body: chunks(bytes.slice().buffer) }],
    ["an iterable of texts", { body: chunks(LIST.slice(0, 3), LIST.slice(3)) }],
    ["an old stream beside a method", { body: { on: () => undefined, pipe: () => undefined }, text: () => Promise.resolve(LIST) }],
    ["a text", { body: LIST }],
    ["bytes", { body: bytes }],
    ["a Blob", { body: new Blob([LIST]), text: () => Promise.resolve(LIST) }],
    ["a buffer", { arrayBuffer: () => Promise.resolve(bytes.slice().buffer) }],
    ["its bytes", { body: null, arrayBuffer: () => Promise.resolve(bytes) }],
  ];
  test.each(foreign)("that a foreign fetch gives as %s is read, whatever its headers are", async (_what, given) => {
    for (const headers of [undefined, null, {}, { get: () => null }, new Map(), "text"]) {
      const again = { ...given };
      if ("body" in again && typeof again.body === "object" && again.body !== null && Symbol.asyncIterator in again.body) {
        again.body = chunks(bytes);
      }
      const { repository } = client(() => ({ status: 200, headers, ...again }) as unknown as Response);
      expect(await repository.list()).toEqual([]);
    }
    const { repository } = client(() => ({ status: 200, ...given }) as unknown as Response);
    expect(await repository.list()).toEqual([]);
  });

  const unreadable: [string, unknown][] = [
    ["nothing", undefined],
    ["no object", 7],
    ["no status", { text: () => Promise.resolve(LIST) }],
    ["nothing to read", { status: 200 }],
    ["a body of another kind", { status: 200, body: new Date() }],
    ["chunks of another kind", { status: 200, body: chunks(7) }],
    ["a body that has been read", { status: 200, bodyUsed: true, body: null, text: () => Promise.reject(new TypeError("body used already")) }],
    ["a locked stream", { status: 200, body: { getReader: () => { throw new TypeError("locked"); } } }],
    ["a text that is none", { status: 200, text: () => Promise.resolve(7) }],
    ["JSON that is none", { status: 200, json: () => Promise.reject(new SyntaxError("x")) }],
    ["a getter that throws", { status: 200, get body() { throw new Error("no"); } }],
    ["a status that throws", { get status() { throw new Error("no"); } }],
    ["a revoked Proxy", (() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return { status: 200, body: proxy }; })()],
  ];
  test.each(unreadable)("of which a foreign fetch gives %s is `protocol`: the server has answered", async (_what, given) => {
    const { repository } = client(() => given as Response);
    expect((await refusal(repository.list(), "protocol")).retryable).toBe(false);
  });

  test("that breaks off is `unavailable`", async () => {
    const lost = () => Promise.reject(new TypeError("terminated"));
    for (const given of [{ body: { [Symbol.asyncIterator]: () => ({ next: lost }) } }, { text: lost }, { body: { getReader: () => ({ read: lost, cancel: lost }) } }]) {
      const { repository } = client(() => ({ status: 200, ...given }) as unknown as Response);
      expect((await refusal(repository.list(), "unavailable")).retryable).toBe(true);
    }
  });

  test.each([
    ["followed by nobody", { status: 307, type: "default" }],
    ["hidden by a browser", { status: 0, type: "opaqueredirect" }],
    ["followed by a foreign fetch", { status: 200, redirected: true }],
    ["not modified", { status: 304 }],
  ])("that is a redirect, %s, is `protocol`", async (_what, given) => {
    const { repository } = client(() => ({ text: () => Promise.resolve(LIST), ...given }) as unknown as Response);
    const error = await refusal(repository.list(), "protocol");
    expect([error.retryable, error.message]).toEqual([false, expect.stringContaining("is a redirect")]);
  });

  test("that a foreign fetch streams without an end is given up, and its stream closed", async () => {
    let [pulled, closed] = [0, false];
    const endless = async function* () {
      try {
        for (;;) {
          pulled += 1;
          yield await Promise.resolve(new Uint8Array(1 << 20));
        }
      } finally {
        closed = true;
      }
    };
    const { repository } = client(() => ({ status: 200, body: endless() }) as unknown as Response);
    await refusal(repository.list(), "protocol");
    expect(pulled).toBeLessThan(40);
    await vi.waitFor(() => {
      expect(closed).toBe(true);
    });
  });

  test("larger than any list is given up", async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(1 << 20).fill(0x20));
      },
    });
    const { repository } = client(() => new Response(endless));
    await refusal(repository.list(), "protocol");
    expect(pulled).toBeLessThan(40);
  });
});

describe("no answer", () => {
  test("is `unavailable` and may be tried again", async () => {
    const cause = Object.assign(new Error(`connect refused, Authorization: Bearer ${TOKEN}`), { code: "ECONNREFUSED" });
    const { repository } = client(() => {
      throw new TypeError(`fetch failed with Bearer ${TOKEN}`, { cause });
    });
    const error = await refusal(repository.list(), "unavailable");
    expect(error.retryable).toBe(true);
    expect(error.message).toContain("ECONNREFUSED");
    expect(JSON.stringify([error, error.message, error.stack, error.cause, String(error)])).not.toContain(TOKEN);
  });

  test.each([
    ["the headers do not come", (): Promise<Response> => new Promise(() => undefined)],
    ["the body does not end", (): Response => new Response(new ReadableStream({ start: (controller) => { controller.enqueue(new Uint8Array(1)); } }))],
  ])("in time, because %s, is `unavailable`", async (_what, answer) => {
    const { repository } = client(answer, { timeoutMs: 50 });
    const start = performance.now();
    const error = await refusal(repository.list(), "unavailable");
    expect(error.retryable).toBe(true);
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  test("is not repeated by itself: a write may have happened", async () => {
    const { spy, repository } = client(() => Promise.reject(new TypeError("failed")));
    await refusal(repository.create(INPUT), "unavailable");
    expect(spy).toHaveBeenCalledOnce();
  });
});

describe("an option", () => {
  const bad: [string, Partial<Record<keyof ConvexOptions, unknown>>][] = [
    ["no address", { baseUrl: undefined }],
    ["plain http elsewhere", { baseUrl: "http://example.com" }],
    ["the address of the database", { baseUrl: "https://happy-otter-123.convex.cloud" }],
    ["a user in the address", { baseUrl: "https://me@example.com" }],
    ["a query", { baseUrl: `${SITE}?x=1` }],
    ["a token with its scheme", { authToken: `Bearer ${TOKEN}` }],
    ["a token of two lines", { authToken: `${TOKEN}\n` }],
    ["an undefined that became text", { authToken: "undefined" }],
    ["a scheme that is none", { authScheme: "Be arer" }],
    ["no time", { timeoutMs: 0 }],
    ["endless time", { timeoutMs: Infinity }],
    ["no account", { accountId: "" }],
    ["a fetch that is none", { fetch: {} }],
  ];
  test.each(bad)("that is %s is refused by the constructor, without the token in its words", (_what, options) => {
    try {
      new ConvexPipelineRepository({ baseUrl: SITE, authToken: TOKEN, ...options } as ConvexOptions);
    } catch (thrown) {
      expect(isPipelineError(thrown) && thrown.code).toBe("config");
      expect(JSON.stringify(thrown) + String(thrown)).not.toContain(TOKEN);
      return;
    }
    expect.unreachable();
  });

  test("may be plain http on this machine, or where it is allowed", () => {
    for (const baseUrl of ["http://localhost:3210", "http://127.0.0.1:3210", "http://[::1]:3210/x"]) {
      new ConvexPipelineRepository({ baseUrl, authToken: TOKEN });
    }
    new ConvexPipelineRepository({ baseUrl: "http://backend:3210", authToken: TOKEN, allowInsecure: true });
  });
});
