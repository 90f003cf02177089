/** The servers that a browser's outbox can have behind it, each over real HTTP. */
import { join } from "node:path";
import { JsonFilePipelineRepository } from "convex-pipelines/node";
import { App } from "../e2e/support/app.js";
import { serveConvex } from "./convex-server.js";
import type { Destination } from "./faulty-server.js";
import { serveFile } from "./file-server.js";

export interface Backend {
  /** An account of its own. */
  account(name: string): Promise<Destination>;
  stop(): unknown;
}

/** Convex's stand-in goes through all that it holds at each call: after some hundred accounts it would answer in seconds. */
const ACCOUNTS_TOGETHER = 8;

/** Each in a folder, which whoever starts it removes. */
export const BACKENDS: Record<string, (folder: string) => Promise<Backend>> = {
  "a JSON file": async (folder) => {
    const files = new Map<string, JsonFilePipelineRepository>();
    const server = await serveFile((accountId = "") => {
      const file = files.get(accountId) ?? new JsonFilePipelineRepository(join(folder, `${accountId}.json`), { accountId });
      files.set(accountId, file);
      return file;
    });
    return { account: (name) => Promise.resolve({ url: server.url, headers: { "x-account": name } }), stop: () => server.stop() };
  },
  Convex: () => {
    const servers: ReturnType<typeof serveConvex>[] = [];
    let accounts = 0;
    const account = async (name: string) => {
      if (accounts++ % ACCOUNTS_TOGETHER === 0) servers.push(serveConvex());
      const { url } = await servers.at(-1)!;
      return { url, headers: { "x-account": name } };
    };
    return Promise.resolve({ account, stop: () => Promise.all(servers.map(async (server) => (await server).stop())) });
  },
  "the app's route": async () => {
    const app = await App.start("file");
    const account = async () => {
      const cookies = (await fetch(app.url)).headers.getSetCookie();
      return { url: `${app.url}/api`, headers: { cookie: cookies.map((cookie) => cookie.split(";")[0]).join("; ") } };
    };
    return { account, stop: () => app.stop() };
  },
};

/** Asks a server without a detour. */
export async function ask<T>({ url, headers }: Destination, operation: string, args: object): Promise<T> {
  const init = { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(args) };
  const response = await fetch(`${url}/pipelines/${operation}`, init);
  const { result } = (await response.json()) as { result?: T };
  if (result === undefined) throw new Error(`${operation} was answered ${String(response.status)}`);
  return result;
}
