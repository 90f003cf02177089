import { useCallback, useMemo } from "react";
import { foldId } from "../ident.js";
import { config } from "../options.js";
import type { PipelineRepository } from "../repositories/repository.js";
import type { PipelineRuns } from "../repositories/runs.js";
import type { PipelineRun, PipelineRunTrigger } from "../types.js";
import type { Query } from "./entry.js";
import { changing } from "./pipelines.js";
import { usePipelineRepository } from "./provider.js";
import { useQuery, type Refreshable } from "./query.js";

/** A run that is about to be queued. */
export interface NewRun {
  /** `manual` by default. */
  trigger?: PipelineRunTrigger | undefined;
  /** By which a repeated call finds the run that it has started. */
  runId?: string | undefined;
  /** At most 65,536 units. */
  payload?: string | undefined;
}

/** Options of {@link useRuns}. */
export interface UseRunsOptions {
  /** How many of the newest, 1 to 100; 20 by default. */
  limit?: number | undefined;
}

/** What {@link useRuns} gives. */
export interface ShownRuns extends Refreshable {
  /** The newest first, without payloads; absent until they are there, and where nothing can run. */
  readonly runs: readonly PipelineRun[] | undefined;
  /** Queues a run. Absent where nothing can run. */
  readonly start: ((run?: NewRun) => Promise<PipelineRun>) | undefined;
}

const MOVING_MS = 2_000;
/** A schedule or a webhook may have started one. */
const RESTING_MS = 10_000;

/** The runs of a pipeline: looked at every two seconds while one is queued or running, and every ten otherwise. */
export function useRuns(id: string | undefined, { limit }: UseRunsOptions = {}): ShownRuns {
  const repository = usePipelineRepository();
  const canRun = repository === null || repository.runs !== undefined;
  const query = useMemo(
    () => (id === undefined || !canRun ? undefined : runsQuery(foldId(id), limit)),
    [id, limit, canRun],
  );
  const { value, isLoading, error, refresh } = useQuery(query);
  const start = useCallback(
    async ({ trigger = "manual", ...run }: NewRun = {}) =>
      changing(repository, id ?? "", (there) => runsOf(there).start({ ...run, trigger, id: id ?? "" })),
    [repository, id],
  );
  const isStartable = id !== undefined && repository?.runs !== undefined;
  return useMemo(
    () => ({ runs: value, isLoading, error, refresh, start: isStartable ? start : undefined }),
    [value, isLoading, error, refresh, start, isStartable],
  );
}

function runsQuery(id: string, limit: number | undefined): Query<PipelineRun[]> {
  return {
    key: `runs ${id} ${String(limit)}`,
    pipelineId: id,
    read: async (repository) => (await runsOf(repository).list({ id, limit })).runs,
    pause: (runs) => (runs?.some(isMoving) === true ? MOVING_MS : RESTING_MS),
  };
}

function isMoving({ status }: PipelineRun): boolean {
  return status === "queued" || status === "running";
}

function runsOf({ runs }: PipelineRepository): PipelineRuns {
  if (runs === undefined) throw config("repository", "has no runs");
  return runs;
}
