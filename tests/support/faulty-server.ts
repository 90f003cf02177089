/** A way to a server on which requests and answers get lost, cut, doubled, delayed or replaced, by a seed. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Loopback, bodyOf, sendFile, type Files } from "./loopback.js";
import type { Random } from "./random.js";

/** What can become of a request, and how often of a hundred. */
export const FAULTS = [
  ["none", 30],
  ["lost on the way there", 12],
  ["lost on the way back", 14],
  ["late", 7],
  ["sent twice", 6],
  ["two copies at once", 6],
  ["a copy after later requests", 6],
  ["carried out after the client gave up", 3],
  ["cut short", 5],
  ["503", 4],
  ["500 as a page", 2],
  ["a redirect", 2],
  ["a captive portal", 2],
  ["429", 1],
] as const;

type Fault = (typeof FAULTS)[number][0];

/** What belongs to one hop alone, and what no longer holds once a body was read. */
const NOT_FORWARDED = ["accept-encoding", "connection", "content-length", "host", "keep-alive", "transfer-encoding"];

/** Where the requests below a prefix go. */
export interface Destination {
  url: string;
  /** What the server knows the caller by. */
  headers: Record<string, string>;
}

/** A request that was carried out. */
export interface Served {
  prefix: string;
  /** What was asked, and what was answered. */
  request: string;
  answer: string;
}

interface Way extends Destination {
  /** What decides on the faults; nothing for an honest way. */
  faults: Random | undefined;
  /** Copies that are still on the way, and how many requests they let pass. */
  copies: { passing: number; carryOut: () => Promise<unknown> }[];
  underWay: Set<Promise<unknown>>;
}

export class FaultyServer {
  /** How often what happened, so that a quiet run is noticed. */
  readonly tally = new Map<Fault, number>();
  readonly #ways = new Map<string, Way>();
  readonly #onServed: (served: Served) => void;
  #server!: Loopback;

  private constructor(onServed: (served: Served) => void) {
    this.#onServed = onServed;
  }

  static async start(files: Files, onServed: (served: Served) => void): Promise<FaultyServer> {
    const server = new FaultyServer(onServed);
    server.#server = await Loopback.start((request, response) => {
      if (!sendFile(files, request, response)) void server.#answer(request, response).catch(() => response.destroy());
    });
    return server;
  }

  get site(): string {
    return this.#server.url;
  }

  stop(): void {
    this.#server.stop();
  }

  /** Leads what comes below a prefix to a server, honestly at first. */
  lead(prefix: string, destination: Destination): void {
    this.#ways.set(prefix, { ...destination, faults: undefined, copies: [], underWay: new Set() });
  }

  /** Lets `faults` decide what becomes of requests; without, nothing happens to those that come. */
  trouble(prefix: string, faults?: Random): void {
    this.#ways.get(prefix)!.faults = faults;
  }

  /** Lets everything arrive that is still on the way. */
  async deliver(prefix: string): Promise<void> {
    const { copies, underWay } = this.#ways.get(prefix)!;
    await Promise.all([...underWay, ...copies.splice(0).map(({ carryOut }) => carryOut())]);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, prefix = "", ...path] = (request.url ?? "").split("/");
    const way = this.#ways.get(prefix);
    if (way === undefined) throw new Error(`nothing leads from ${prefix}`);
    const body = await bodyOf(request);
    const given = Object.entries(request.headers).filter(([name]) => !NOT_FORWARDED.includes(name)) as [string, string][];
    const init = { method: request.method!, headers: { ...Object.fromEntries(given), ...way.headers }, ...(body.length > 0 && { body }) };
    const carryOut = async (): Promise<Response> => {
      const answer = await fetch(`${way.url}/${path.join("/")}`, { ...init, redirect: "manual" });
      const text = await answer.clone().text();
      this.#onServed({ prefix, request: body.toString(), answer: text });
      return answer;
    };
    const passed = this.#passing(way, this.#fault(way), carryOut, response);
    way.underWay.add(passed);
    await passed.finally(() => way.underWay.delete(passed));
  }

  async #passing(way: Way, fault: Fault, carryOut: () => Promise<Response>, response: ServerResponse): Promise<void> {
    const due = way.copies.filter((copy) => --copy.passing < 0);
    way.copies = way.copies.filter((copy) => !due.includes(copy));
    await this.#pass(way, fault, carryOut, response);
    for (const copy of due) await copy.carryOut();
  }

  #fault({ faults }: Way): Fault {
    let roll = faults?.below(100) ?? 0;
    const [fault] = FAULTS.find(([, share]) => (roll -= share) < 0) ?? FAULTS[0];
    this.tally.set(fault, (this.tally.get(fault) ?? 0) + 1);
    return fault;
  }

  async #pass(way: Way, fault: Fault, carryOut: () => Promise<Response>, response: ServerResponse): Promise<void> {
    switch (fault) {
      case "lost on the way there":
        response.destroy();
        return;
      case "lost on the way back":
        await carryOut();
        response.destroy();
        return;
      case "carried out after the client gave up":
        if (!response.closed) await new Promise((done) => response.once("close", done));
        await carryOut();
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
      case "a copy after later requests":
        way.copies.push({ passing: way.faults!.below(5), carryOut });
        break;
      case "two copies at once":
      case "none":
      case "cut short":
    }
    const [answer] = await Promise.all([carryOut(), ...(fault === "two copies at once" ? [carryOut()] : [])]);
    const text = await answer.text();
    const headers = [...answer.headers].filter(([name]) => name !== "content-encoding" && !NOT_FORWARDED.includes(name));
    response.writeHead(answer.status, Object.fromEntries(headers));
    if (fault !== "cut short") response.end(text);
    else response.write(text.slice(0, text.length / 2), () => response.destroy());
  }
}
