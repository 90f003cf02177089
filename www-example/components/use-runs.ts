"use client";

import type { PipelineRun, PipelineRuns } from "convex-pipelines";
import { useCallback, useEffect, useState } from "react";
import { onChange } from "@/lib/changes";
import { isMoving } from "@/lib/runs";
import { useHome } from "./repository-provider";

/** How many a page shows. */
const SHOWN = 30;
const MOVING_MS = 2_000;
/** A schedule may have fired. */
const RESTING_MS = 10_000;

interface Runs {
  /** Absent where nothing can run. */
  source: PipelineRuns | undefined;
  /** The newest first; absent until they are there. */
  runs: readonly PipelineRun[] | undefined;
  failure: { error: unknown } | undefined;
  look: () => void;
}

/** The runs of a pipeline, looked at again every two seconds while one moves. */
export function useRuns(id: string): Runs {
  const { repository } = useHome();
  const source = repository?.runs;
  const [runs, setRuns] = useState<readonly PipelineRun[]>();
  const [failure, setFailure] = useState<{ error: unknown }>();
  const [turn, setTurn] = useState(0);
  const look = useCallback(() => {
    setTurn((last) => last + 1);
  }, []);

  useEffect(() => {
    if (source === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let current = true;
    const read = async () => {
      let pause = RESTING_MS;
      try {
        const page = await source.list({ id, limit: SHOWN });
        if (!current) return;
        setRuns(page.runs);
        setFailure(undefined);
        if (page.runs.some(isMoving)) pause = MOVING_MS;
      } catch (error) {
        if (!current) return;
        setFailure({ error });
      }
      timer = setTimeout(() => void read(), pause);
    };
    void read();
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [source, id, turn]);

  useEffect(() => onChange(look), [look]);

  return { source, runs, failure, look };
}
