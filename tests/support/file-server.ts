/** A JSON file behind the handler and a real HTTP server, as a route of an app has it. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { handlePipelineRequest, type JsonFilePipelineRepository } from "convex-pipelines/node";

export interface FileServer {
  url: string;
  close(): void;
}

/** Serves the repository of the account that the header `x-account` or the call itself names; of all accounts, without. */
export async function serveFile(repositoryOf: (accountId?: string) => JsonFilePipelineRepository): Promise<FileServer> {
  const server: Server = createServer((incoming, outgoing) => {
    const headers = Object.entries(incoming.headers) as [string, string][];
    const init = { method: incoming.method!, headers, body: Readable.toWeb(incoming), duplex: "half" } as unknown as RequestInit;
    void handlePipelineRequest(new Request(`http://127.0.0.1${incoming.url!}`, init), {
      environment: "open",
      authorize: (request) => request.headers.get("x-account") ?? undefined,
      execute: (operation, args, accountId = args.accountId as string | undefined) =>
        repositoryOf(accountId).serve(operation, accountId === undefined ? args : { ...args, accountId }),
    }).then(async (response) => {
      outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, close };
}
