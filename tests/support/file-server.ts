/** A JSON file behind the handler and a real HTTP server, as a route of an app has it. */
import { handlePipelineRequest, type JsonFilePipelineRepository } from "convex-pipelines/node";
import { Loopback } from "./loopback.js";

/** Serves the repository of the account that the header `x-account` or the call itself names; of all accounts, without. */
export function serveFile(repositoryOf: (accountId?: string) => JsonFilePipelineRepository): Promise<Loopback> {
  return Loopback.serve((request) =>
    handlePipelineRequest(request, {
      environment: "open",
      authorize: ({ headers }) => headers.get("x-account") ?? undefined,
      execute: (operation, args, accountId = args.accountId as string | undefined) =>
        repositoryOf(accountId).serve(operation, accountId === undefined ? args : { ...args, accountId }),
    }),
  );
}
