"use client";

import type { PipelineRun } from "convex-pipelines";
import { durationOf, statusOf, tookOf } from "@/lib/runs";
import { shortTime, viewerZone } from "@/lib/times";
import { colourOf } from "./run-outcome";

const SHORTEST = 25;

/** The last runs from left to right: colour says how each ended, height how long it took, and a text both. */
export function RunStrip({ runs }: { runs: readonly PipelineRun[] }) {
  const longest = Math.max(1, ...runs.map((run) => tookOf(run) ?? 0));
  return (
    <ol aria-label="The last runs, the newest at the end" className="mt-4 flex h-10 items-end gap-1">
      {runs.toReversed().map((run) => {
        const took = tookOf(run);
        const height = SHORTEST + ((100 - SHORTEST) * Math.log1p(took ?? 0)) / Math.log1p(longest);
        const moment = run.completedAt ?? run.startedAt ?? run.queuedAt;
        const words = [
          statusOf(run),
          ...(took === undefined ? [] : [`took ${durationOf(took)}`]),
          ...(moment === undefined ? [] : [shortTime(moment, viewerZone())]),
        ].join(", ");
        return (
          <li
            key={run.runId}
            title={words}
            style={{ height: `${String(height)}%` }}
            className={`max-w-3 min-w-1 flex-1 rounded-sm ${colourOf(run.status)}`}
          >
            <span className="sr-only">{words}</span>
          </li>
        );
      })}
    </ol>
  );
}
