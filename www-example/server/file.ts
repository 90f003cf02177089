/** The JSON file: the server's store where there is no Convex. */
import "server-only";
import { JsonFilePipelineRepository } from "convex-pipelines/node";

/**
 * A working copy of the file for each account: enough of them stay open for a demo, and the rest are opened again. All of
 * one file share its lock and its writes.
 */
const MOST_OPEN = 32;
/** By then a request that still uses a repository is over. */
const GRACE_MS = 60_000;

const open = new Map<string, JsonFilePipelineRepository>();

/** The pipelines of one account; of all, without. */
export function fileRepository(path: string, accountId?: string): JsonFilePipelineRepository {
  const key = `${accountId ?? ""} ${path}`;
  const repository =
    open.get(key) ?? new JsonFilePipelineRepository(path, accountId === undefined ? {} : { accountId });
  // The one that was used longest ago comes first in a map's order.
  open.delete(key);
  open.set(key, repository);
  const [oldest] = open;
  if (open.size > MOST_OPEN && oldest !== undefined) {
    open.delete(oldest[0]);
    setTimeout(() => void oldest[1].close(), GRACE_MS).unref();
  }
  return repository;
}
