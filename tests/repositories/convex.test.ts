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
    expect(init).toMatchObject({ method: "POST", redirect: "error", cache: "no-store", credentials: "omit" });
    expect(new Headers(init!.headers).get("authorization")).toBe(`Bearer ${TOKEN}`);
    expect(new Headers(init!.headers).get("content-type")).toBe("application/json");
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

  test("is the digest of a secret that the caller brings, never the secret; the reply gets it here", async () => {
    const made = await pipeline();
    const { spy, repository } = client(() => reply({ result: made }));
    const identity = { id: made.id, webhookSecret: "e4b0a1de-9c6e-4a8f-8a65-111111111111" };
    expect(await repository.create(INPUT, identity)).toEqual({ ...made, webhookSecret: identity.webhookSecret });
    const secretDigest = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
    expect(sent(spy)).toMatchObject({ id: made.id, secretDigest, secretLastFour: "1111" });
    expect(JSON.stringify(spy.mock.calls)).not.toContain(identity.webhookSecret);
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
