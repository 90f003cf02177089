/** The client of the wire on a `fetch` that is not the host's: node-fetch 2, whose bodies are Node streams. */
import { createServer, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { ConvexPipelineRepository } from "convex-pipelines";
import { afterAll, beforeAll, expect, test } from "vitest";
import { refusal } from "./suite";

/** It brings no types. */
const nodeFetch = createRequire(import.meta.url)("node-fetch") as typeof fetch;

const answers: Record<string, (response: ServerResponse) => void> = {
  list: (response) => response.end('{"result":[]}'),
  moved: (response) => response.writeHead(302, { Location: "/list/pipelines/list" }).end(),
  slow: (response) => response.writeHead(200).write('{"result":'),
  broken: (response) => response.writeHead(200).write("{", () => response.destroy()),
  refused: (response) => response.destroy(),
  endless: (response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(1 << 20, " ")));
    };
    response.on("drain", more);
    more();
  },
};

let server: Server;
let site: string;
beforeAll(async () => {
  server = createServer((request, response) => answers[(request.url ?? "").split("/")[1] ?? ""]?.(response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  site = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function repository(prefix: string): ConvexPipelineRepository {
  return new ConvexPipelineRepository({ baseUrl: `${site}/${prefix}`, fetch: nodeFetch, timeoutMs: 1_000 });
}

test("an answer is read", async () => {
  expect(await repository("list").list()).toEqual([]);
});

test("a redirect is refused", async () => {
  await refusal(repository("moved").list(), "protocol");
});

test("an endless answer is given up, and its connection closed", async () => {
  await refusal(repository("endless").list(), "protocol");
  const open = () => new Promise<number>((done) => server.getConnections((_error, count) => { done(count); }));
  await expect.poll(open).toBeLessThanOrEqual(1); // an idle one may be kept
});

test.each(["slow", "broken", "refused"])("no whole answer (%s) is `unavailable`", async (prefix) => {
  expect((await refusal(repository(prefix).list(), "unavailable")).retryable).toBe(true);
});
