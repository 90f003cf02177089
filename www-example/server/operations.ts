/** Carries out the wire's operations for one account, in Convex or in the JSON file. */
import "server-only";
import type { OperationArgs, Pipeline } from "convex-pipelines";
import type { OperationAnswer, OperationArguments, ServedOperation } from "convex-pipelines/node";
import { askConvex } from "./convex";
import { fileRepository } from "./file";
import { requireStore } from "./store";

/** Throws `PipelineError`: what the store said, or `unavailable` where there is none. */
export async function execute(
  operation: ServedOperation,
  args: OperationArguments,
  accountId: string | undefined,
): Promise<OperationAnswer> {
  const store = requireStore();
  // Convex looks a secret up among everybody's pipelines; a browser may learn of its own only.
  if (operation === "findByWebhookSecret") {
    const { secret } = args as unknown as OperationArgs["findByWebhookSecret"];
    const found = await findByWebhookSecret(secret);
    return { result: found?.accountId === accountId ? found : null };
  }
  // Whose pipelines these are is never the caller's to say.
  const own = accountId === undefined ? args : { ...args, accountId };
  if (store.kind === "convex") return askConvex(store.endpoint, operation, own as never);
  return fileRepository(store.path, accountId).serve(operation, own);
}

/** Across all accounts: for the server's own use. */
export async function findByWebhookSecret(secret: string): Promise<Pipeline | null> {
  const store = requireStore();
  if (store.kind === "file") return fileRepository(store.path).findByWebhookSecret(secret);
  return (await askConvex(store.endpoint, "findByWebhookSecret", { secret })).result ?? null;
}
