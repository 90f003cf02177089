import { hasMethods } from "../options.js";
import type { OutboxStatus } from "../outbox/rows.js";
import type { FallbackPipelineRepository } from "../repositories/fallback.js";
import type { PipelineRepository } from "../repositories/repository.js";

/** A repository that sends what waits to a server. */
export interface Synced {
  status: () => OutboxStatus;
  subscribe: (listener: () => void) => () => void;
  /** Changes with what may make a reading come out otherwise. */
  news: () => string;
}

/** Known by its methods: a page may hold two copies of this package, and need not hold the fallback. */
export function syncedOf(repository: PipelineRepository | null): Synced | undefined {
  if (!hasMethods(repository, ["subscribe", "retry", "resolve", "discard"])) return undefined;
  const synced = repository as FallbackPipelineRepository;
  return {
    status: () => synced.status,
    subscribe: (listener) => synced.subscribe(listener),
    news: () => {
      const { remote, pending, unsent, needsYou } = synced.status;
      return JSON.stringify([remote === "unknown" ? "reached" : remote, pending, unsent, needsYou.map(({ operation }) => operation)]);
    },
  };
}
