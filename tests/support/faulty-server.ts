/** A server on this machine whose answers get lost, cut, doubled or replaced on their way, by a seed. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { handlePipelineRequest, type PipelineHost } from "convex-pipelines/node";
import type { Random } from "./random.js";

/** Carries out a call below the prefix that it came to. */
export type Execute = (prefix: string, ...call: Parameters<PipelineHost["execute"]>) => ReturnType<PipelineHost["execute"]>;

/** What can become of a request, and how often of a hundred. */
const FAULTS = [
  ["none", 40],
  ["lost on the way there", 12],
  ["lost on the way back", 14],
  ["late", 8],
  ["sent twice", 6],
  ["cut short", 5],
  ["503", 5],
  ["500 as a page", 3],
  ["a redirect", 2],
  ["a captive portal", 3],
  ["429", 2],
] as const;

type Fault = (typeof FAULTS)[number][0];

export class FaultyServer {
  /** What decides on the faults below a prefix; nothing for an honest way. */
  readonly faults = new Map<string, Random>();
  /** How often what happened, so that a quiet run is noticed. */
  readonly tally = new Map<Fault, number>();
  readonly #server: Server;
  readonly #files: Record<string, string>;
  readonly #execute: Execute;

  private constructor(files: Record<string, string>, execute: Execute) {
    this.#files = files;
    this.#execute = execute;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(files: Record<string, string>, execute: Execute): Promise<FaultyServer> {
    const server = new FaultyServer(files, execute);
    await new Promise<void>((done) => server.#server.listen(0, "127.0.0.1", done));
    return server;
  }

  get site(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const file = this.#files[request.url ?? ""];
    if (file !== undefined) {
      response.setHeader("Content-Type", request.url?.endsWith(".js") === true ? "text/javascript" : "text/html").end(file);
      return;
    }
    const body: Buffer[] = [];
    for await (const part of request) body.push(part as Buffer);
    const [, prefix = "", ...path] = (request.url ?? "").split("/");
    const carryOut = (): Promise<Response> =>
      handlePipelineRequest(
        new Request(`http://127.0.0.1/${path.join("/")}`, {
          method: request.method!,
          headers: Object.entries(request.headers) as [string, string][],
          body: Buffer.concat(body),
        }),
        { environment: "open", authorize: () => undefined, execute: (...call) => this.#execute(prefix, ...call) },
      );
    await this.#way(this.#fault(prefix), carryOut, response);
  }

  #fault(prefix: string): Fault {
    let roll = this.faults.get(prefix)?.below(100) ?? 0;
    const [fault] = FAULTS.find(([, share]) => (roll -= share) < 0) ?? FAULTS[0];
    this.tally.set(fault, (this.tally.get(fault) ?? 0) + 1);
    return fault;
  }

  async #way(fault: Fault, carryOut: () => Promise<Response>, response: ServerResponse): Promise<void> {
    switch (fault) {
      case "lost on the way there":
        response.destroy();
        return;
      case "lost on the way back":
        await carryOut();
        response.destroy();
        return;
      case "503":
      case "429":
        response.writeHead(Number(fault), { "Retry-After": "0" }).end();
        return;
      case "500 as a page":
        response.writeHead(500, { "Content-Type": "text/html" }).end("<h1>Something went wrong</h1>");
        return;
      case "a redirect":
        response.writeHead(302, { Location: "/login" }).end();
        return;
      case "a captive portal":
        response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><h1>Welcome to our Wi-Fi</h1>");
        return;
      case "late":
        await new Promise((done) => setTimeout(done, 400));
        break;
      case "sent twice":
        await carryOut();
        break;
      case "none":
      case "cut short":
    }
    const answer = await carryOut();
    const text = await answer.text();
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (fault !== "cut short") response.end(text);
    else response.write(text.slice(0, text.length / 2), () => response.destroy());
  }
}
