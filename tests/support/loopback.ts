/** Servers on this machine alone, each on a port of its own. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export class Loopback {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(answer: RequestListener): Promise<Loopback> {
    const server = createServer(answer);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new Loopback(server);
  }

  /** With a handler as a route of an app has it. */
  static serve(handle: (request: Request) => Promise<Response>): Promise<Loopback> {
    return Loopback.start((incoming, outgoing) => {
      void answer(incoming, outgoing, handle).catch(() => outgoing.destroy());
    });
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** Files by their paths, for a browser. */
export type Files = Record<string, string>;

/** Answers with the file that was asked for, if there is one. */
export function sendFile(files: Files, { url = "" }: IncomingMessage, response: ServerResponse): boolean {
  const file = files[url.split("?")[0] ?? ""];
  if (file === undefined) return false;
  response.setHeader("Content-Type", url.endsWith(".js") ? "text/javascript" : "text/html").end(file);
  return true;
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, handle: (request: Request) => Promise<Response>): Promise<void> {
  const body = await bodyOf(incoming);
  const headers = Object.entries(incoming.headers) as [string, string][];
  const init = { method: incoming.method!, headers, ...(body.length > 0 && { body }) };
  const response = await handle(new Request(`http://127.0.0.1${incoming.url!}`, init));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
}
