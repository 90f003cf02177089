/** The client of the wire against a real server, in each kind of host: what can go wrong on the way is said as what it is. */
import { createRequire } from "node:module";
import { ConvexPipelineRepository, type PipelineListItem } from "convex-pipelines";
import { chromium, type Browser } from "playwright";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launch } from "../support/chromium.js";
import { bundle } from "../support/tabs";
import { WaywardServer } from "../support/wayward-server";

interface Outcome {
  list?: PipelineListItem[];
  code?: string;
  message?: string;
  retryable?: boolean;
  retryAfterMs?: number;
}

/** Asks the server for a list below a prefix. */
type Ask = (prefix: string, timeoutMs?: number) => Promise<Outcome>;

let server: WaywardServer;
beforeAll(async () => {
  server = await WaywardServer.start({ "/": '<!doctype html><script src="/package.js"></script>', "/package.js": await bundle() });
});
afterAll(() => {
  server.stop();
});
beforeEach(() => {
  server.asked.length = 0;
  server.closed.clear();
});

/** Long enough for a busy machine; where nothing comes, a test says what it waits for. */
const TIMEOUT_MS = 20_000;
const SHORT_MS = 300;

function within(fetch?: typeof globalThis.fetch): Ask {
  return async (prefix, timeoutMs = TIMEOUT_MS) => {
    const repository = new ConvexPipelineRepository({ baseUrl: `${server.site}/${prefix}`, fetch, timeoutMs });
    return repository.list().then((list) => ({ list }), (thrown: unknown) => thrown as Outcome);
  };
}

/** It brings no types. Its bodies are Node's streams. */
const nodeFetch = createRequire(import.meta.url)("node-fetch") as typeof fetch;

/** As hosts have it that know no streams. */
async function textFetch(...args: Parameters<typeof fetch>): Promise<Response> {
  const answer = await fetch(...args);
  const { status, headers } = answer;
  return { status, headers, text: () => answer.text() } as Response;
}

let browser: Browser | undefined;
afterAll(() => browser?.close());

async function inChromium(): Promise<Ask> {
  browser = await chromium.launch({ ...launch, headless: true });
  const page = await browser.newPage();
  await page.goto(server.site);
  return (prefix, timeoutMs = TIMEOUT_MS) =>
    page.evaluate(
      async (options): Promise<Outcome> => {
        try {
          return { list: await new window.pipelines.ConvexPipelineRepository(options).list() };
        } catch (thrown) {
          const { code, message, retryable, retryAfterMs } = thrown as Outcome;
          return { code, message, retryable, retryAfterMs } as Outcome;
        }
      },
      { baseUrl: `${server.site}/${prefix}`, timeoutMs },
    );
}

const HOSTS: [string, { open: () => Ask | Promise<Ask>; streams: boolean; showsTarget: boolean }][] = [
  ["with Node's fetch", { open: () => within(), streams: true, showsTarget: true }],
  ["with a fetch whose bodies are Node streams", { open: () => within(nodeFetch), streams: true, showsTarget: true }],
  ["with a fetch without streams", { open: () => within(textFetch), streams: false, showsTarget: true }],
  ["in Chromium", { open: inChromium, streams: true, showsTarget: false }],
];

describe.each(HOSTS)("%s", (_host, { open, streams, showsTarget }) => {
  let ask: Ask;
  beforeAll(async () => {
    ask = await open();
  });

  test("a whole answer is read", async () => {
    expect(await ask("good")).toEqual({ list: server.list });
  });

  test.each(["silent", "slow", "dripping"])("an answer that does not end in time (%s) is `unavailable`, and given up", async (prefix) => {
    const start = performance.now();
    const outcome = await ask(prefix, SHORT_MS);
    expect(performance.now() - start).toBeLessThan(SHORT_MS + 2_000);
    expect(outcome).toMatchObject({ code: "unavailable", retryable: true });
    expect(outcome.message).toContain(`no answer within ${String(SHORT_MS)} ms`);
    await expect.poll(() => server.closed.has(prefix)).toBe(true);
  });

  test.each(["refused", "broken"])("an answer that breaks off (%s) is `unavailable`", async (prefix) => {
    expect(await ask(prefix)).toMatchObject({ code: "unavailable", retryable: true });
  });

  // A fetch without streams gives nothing before the end, so there the deadline ends it.
  if (streams) {
    test("an endless answer is `protocol`, and given up", async () => {
      const outcome = await ask("endless");
      expect(outcome).toMatchObject({ code: "protocol", retryable: false });
      expect(outcome.message).toContain("is larger than 33554432 bytes");
      await expect.poll(() => server.closed.has("endless")).toBe(true);
    });
  }

  test.each(["half", "portal", "missing"])("what the server did not say (%s) is `protocol`", async (prefix) => {
    expect(await ask(prefix)).toMatchObject({ code: "protocol", retryable: false });
  });

  test.each(["moved", "permanent", "nowhere"])("a redirect (%s) is `protocol`, is not followed, and no secret of it is said", async (prefix) => {
    const outcome = await ask(prefix);
    expect(outcome).toMatchObject({ code: "protocol", retryable: false });
    expect(server.asked).toEqual([prefix]);
    const target = showsTarget && prefix !== "nowhere" ? ` to ${server.site}/good/pipelines/list` : "";
    expect(outcome.message).toContain(`is a redirect${target};`);
    expect(outcome.message).not.toContain("s3cret");
  });

  test.each([
    ["busy", "unavailable", 120_000],
    ["patient", "unavailable", 3_600_000],
    ["gateway", "protocol", 120_000],
  ])("how long the server wants to be left alone (%s) is on the error", async (prefix, code, retryAfterMs) => {
    expect(await ask(prefix)).toMatchObject({ code, retryable: true, retryAfterMs });
  });

  test("a date is as good as seconds", async () => {
    const { code, retryAfterMs } = await ask("limited");
    expect(code).toBe("rate_limited");
    expect(retryAfterMs).toBeGreaterThan(100_000);
    expect(retryAfterMs).toBeLessThanOrEqual(120_000);
  });

  test.each(["vague", "stale"])("where there is nothing to wait for (%s), nothing is said of it", async (prefix) => {
    expect((await ask(prefix)).retryAfterMs).toBeUndefined();
  });
});
