import { hasMethods } from "../options.js";
import type { OutboxStatus } from "../outbox/rows.js";
import type { DeviceRepository } from "../repositories/device.js";
import type { FallbackPipelineRepository } from "../repositories/fallback.js";
import type { PipelineRepository } from "../repositories/repository.js";

/** A repository that sends what waits to a server. */
export interface Synced {
  /** What is on this device; absent where the page's other copy of this package does not say. */
  readonly local: DeviceRepository | undefined;
  status: () => OutboxStatus;
  subscribe: (listener: () => void) => () => void;
  /** Changes with what may make a reading come out otherwise. */
  news: () => string;
}

/** Known by its methods: a page may hold two copies of this package, and need not hold the fallback. */
export function syncedOf(repository: PipelineRepository): Synced | undefined {
  if (!hasMethods(repository, ["subscribe", "retry", "resolve", "discard"])) return undefined;
  const synced = repository as unknown as Pick<FallbackPipelineRepository, "status" | "subscribe"> & { local?: DeviceRepository };
  return {
    local: synced.local,
    status: () => synced.status,
    subscribe: (listener) => synced.subscribe(listener),
    news: () => {
      const { remote, pending, unsent, needsYou } = synced.status;
      return JSON.stringify([remote === "unknown" ? "reached" : remote, pending, unsent, needsYou.map(({ operation }) => operation)]);
    },
  };
}
