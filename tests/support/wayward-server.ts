/** A server on this machine that does to a client what servers, proxies and captive portals do. */
import type { ServerResponse } from "node:http";
import { Loopback, sendFile, type Files } from "./loopback.js";

const ITEM = { id: "6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f", name: "Morning" };

const inTwoMinutes = () => new Date(Date.now() + 120_000).toUTCString();

function fault(response: ServerResponse, status: number, code: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify({ error: { code, message: "said so" } }));
}

export class WaywardServer {
  readonly list = [ITEM];
  /** The prefixes that were asked for. */
  readonly asked: string[] = [];
  /** The prefixes whose answers have ended, one way or the other. */
  readonly closed = new Set<string>();
  #server!: Loopback;

  /** With these files below its root, for a browser. */
  static async start(files: Files = {}): Promise<WaywardServer> {
    const server = new WaywardServer();
    server.#server = await Loopback.start((request, response) => {
      if (sendFile(files, request, response)) return;
      const prefix = request.url?.split("/")[1] ?? "";
      server.asked.push(prefix);
      response.once("close", () => server.closed.add(prefix));
      server.#answers[prefix]?.(response);
    });
    return server;
  }

  get site(): string {
    return this.#server.url;
  }

  stop(): void {
    this.#server.stop();
  }

  /** What is answered below each prefix. */
  readonly #answers: Record<string, (response: ServerResponse) => void> = {
    good: (response) => response.setHeader("Content-Type", "application/json").end(JSON.stringify({ result: this.list })),
    silent: () => undefined,
    slow: (response) => response.writeHead(200).write('{"result":'),
    dripping: (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(" "), 50);
      response.once("close", () => {
        clearInterval(timer);
      });
    },
    endless: (response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(1 << 20, " ")));
      };
      response.on("drain", more);
      more();
    },
    refused: (response) => response.destroy(),
    broken: (response) => response.writeHead(200).write("{", () => response.destroy()),
    half: (response) => response.end('{"result":['),
    portal: (response) => response.setHeader("Content-Type", "text/html").end("<!doctype html><h1>Welcome to our Wi-Fi</h1>"),
    missing: (response) => response.writeHead(404, { "Content-Type": "text/html" }).end("<h1>Not found</h1>"),
    moved: (response) => response.writeHead(302, { Location: this.#elsewhere }).end(),
    permanent: (response) => response.writeHead(308, { Location: this.#elsewhere }).end(),
    nowhere: (response) => response.writeHead(307).end(),
    busy: (response) => {
      fault(response, 503, "unavailable", { "Retry-After": "120" });
    },
    limited: (response) => {
      fault(response, 429, "rate_limited", { "Retry-After": inTwoMinutes() });
    },
    patient: (response) => {
      fault(response, 503, "unavailable", { "Retry-After": "86400" });
    },
    vague: (response) => {
      fault(response, 503, "unavailable", { "Retry-After": "soon" });
    },
    stale: (response) => {
      fault(response, 409, "conflict", { "Retry-After": "120" });
    },
    gateway: (response) => response.writeHead(502, { "Retry-After": "120" }).end("<h1>Bad gateway</h1>"),
  };

  get #elsewhere(): string {
    return `${this.site.replace("//", "//me:s3cret@")}/good/pipelines/list?token=s3cret#s3cret`;
  }
}
