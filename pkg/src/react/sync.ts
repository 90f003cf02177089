import { useMemo, useSyncExternalStore } from "react";
import type { OutboxStatus } from "../outbox/rows.js";
import { cacheOf } from "./cache.js";
import { usePipelineRepository } from "./provider.js";

/**
 * How the server was found, what waits for it and what needs a person: the `status` of a `FallbackPipelineRepository`, which
 * asks a server that is away again every ten seconds. Absent for any other repository, before there is one, and where a
 * server renders.
 */
export function useSyncStatus(): OutboxStatus | undefined {
  const repository = usePipelineRepository();
  const cache = useMemo(() => (repository === null ? undefined : cacheOf(repository)), [repository]);
  return useSyncExternalStore(cache?.subscribeStatus ?? subscribeToNothing, cache?.status ?? absent, absent);
}

function subscribeToNothing(): () => void {
  return absent;
}

function absent(): undefined {
  return undefined;
}
