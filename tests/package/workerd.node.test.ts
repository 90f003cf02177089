/** The client of the wire inside workerd, the runtime of Cloudflare Workers, against a real server on this machine. */
import { readFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { workerModules } from "../support/worker";

const ITEM = { id: "6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f", name: "Morning" };
const TOKEN = "s3cret-admin-token-that-is-long-enough";

const WASM = createRequire(import.meta.url).resolve("convex-pipelines/pipelines.wasm");

const WORKER = `
  import { ConvexPipelineRepository } from "convex-pipelines";
  export default {
    async fetch(request) {
      const repository = new ConvexPipelineRepository(await request.json());
      try {
        return Response.json({ list: await repository.list() });
      } catch ({ code, message, retryable }) {
        return Response.json({ code, message, retryable });
      }
    },
  };
`;

/** What the server answers below each prefix. */
const answers: Record<string, (response: ServerResponse) => void> = {
  list: (response) => response.setHeader("Content-Type", "application/json").end(JSON.stringify({ result: [ITEM] })),
  moved: (response) => response.writeHead(302, { Location: `${site}/list/pipelines/list` }).end(),
  permanent: (response) => response.writeHead(308, { Location: `${site}/list/pipelines/list` }).end(),
  busy: (response) => response.writeHead(503).end(JSON.stringify({ error: { code: "unavailable", message: "later" } })),
  html: (response) => response.setHeader("Content-Type", "text/html").end("<!doctype html><h1>Hello</h1>"),
  slow: (response) => response.writeHead(200).write('{"result":'),
  broken: (response) => response.writeHead(200).write("{", () => response.destroy()),
  refused: (response) => response.destroy(),
};

let server: Server;
let site: string;
const asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const [, prefix = "", ...rest] = (request.url ?? "").split("/");
    asked.push(rest.join("/"));
    expect(request.headers.authorization).toBe(`Bearer ${TOKEN}`);
    answers[prefix]?.(response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  site = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe.each(["2022-11-30", "2025-07-01"])("with the compatibility date %s", (compatibilityDate) => {
  let worker: Miniflare;
  beforeAll(async () => {
    worker = new Miniflare({ modules: await workerModules(WORKER, import.meta.dirname, readFileSync(WASM)), compatibilityDate });
  });
  afterAll(() => worker.dispose());

  async function list(prefix: string): Promise<unknown> {
    const options = { baseUrl: `${site}/${prefix}`, authToken: TOKEN, timeoutMs: 500 };
    const response = await worker.dispatchFetch("http://worker.example", { method: "POST", body: JSON.stringify(options) });
    return response.json();
  }

  test("a list comes", async () => {
    expect(await list("list")).toEqual({ list: [ITEM] });
  });

  test.each(["moved", "permanent"])("a redirect (%s) is refused, and not followed", async (prefix) => {
    asked.length = 0;
    expect(await list(prefix)).toMatchObject({ code: "protocol", retryable: false, message: expect.stringContaining("redirect") as string });
    expect(asked).toHaveLength(1);
  });

  test.each([
    ["busy", "unavailable", true],
    ["html", "protocol", false],
    ["slow", "unavailable", true],
    ["broken", "unavailable", true],
    ["refused", "unavailable", true],
  ])("an answer that is %s is `%s`", async (prefix, code, retryable) => {
    expect(await list(prefix)).toMatchObject({ code, retryable });
  });
});
