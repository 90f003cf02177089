"use client";

import type { PipelineRun, PipelineRuns } from "convex-pipelines";
import { useRuns as useShownRuns } from "convex-pipelines/react";
import { useCallback, useEffect } from "react";
import { onChange } from "@/lib/changes";
import { useHome } from "./repository-provider";

/** How many a page shows. */
const SHOWN = 30;

interface Runs {
  /** Absent where nothing can run. */
  source: PipelineRuns | undefined;
  /** The newest first; absent until they are there. */
  runs: readonly PipelineRun[] | undefined;
  failure: { error: unknown } | undefined;
  look: () => void;
}

/** The runs of a pipeline, looked at again while one moves and when anything was written. */
export function useRuns(id: string): Runs {
  const { repository } = useHome();
  const { runs, error, refresh } = useShownRuns(id, { limit: SHOWN });
  const look = useCallback(() => void refresh(), [refresh]);
  useEffect(() => onChange(look), [look]);
  return { source: repository?.runs, runs, failure: error === undefined ? undefined : { error }, look };
}
