import { useMemo, useSyncExternalStore } from "react";
import type { OutboxStatus } from "../outbox/rows.js";
import { usePipelineRepository } from "./provider.js";
import { syncedOf } from "./synced.js";

/**
 * How the server was found, what waits for it and what needs a person: the `status` of a `FallbackPipelineRepository`.
 * Absent for any other repository, before there is one, and where a server renders.
 */
export function useSyncStatus(): OutboxStatus | undefined {
  const repository = usePipelineRepository();
  const synced = useMemo(() => syncedOf(repository), [repository]);
  return useSyncExternalStore(synced?.subscribe ?? subscribeToNothing, synced?.status ?? absent, absent);
}

function subscribeToNothing(): () => void {
  return absent;
}

function absent(): undefined {
  return undefined;
}
