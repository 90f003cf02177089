"use client";

import type { PipelineSchedule } from "convex-pipelines";
import { useEffect, useMemo, useState } from "react";
import { isOverdue, isStuck } from "@/lib/runs";
import { useHome } from "./repository-provider";

/** How many of what is overdue are asked about: all wait for the same workers. */
const MOST_ASKED = 3;
const RUNS = 30;

interface Scheduled {
  /** Empty until it is made. */
  id: string;
  schedule?: PipelineSchedule | undefined;
  lastRunAt?: string | undefined;
}

/** Says, beside schedules, why they will not fire; nothing where they will, and where there are none. */
export function NothingFires({ pipelines }: { pipelines: readonly Scheduled[] }) {
  const { server } = useHome();
  const scheduled = pipelines.filter(({ schedule }) => schedule !== undefined && schedule.enabled !== false);
  const isStuck = useStuck(scheduled);
  if (scheduled.length === 0 || (server !== "none" && !isStuck)) return null;
  return (
    <p className="rounded-md border border-notice/60 px-4 py-3 text-sm text-notice">
      {server === "none"
        ? "Schedules do not run here: pipelines are kept in this browser only, and no server runs them."
        : "Scheduled runs are waiting, and no worker has started one for over an hour. Schedules run again once a worker is back."}
    </p>
  );
}

/** Whether a run of one of these has waited for an hour, and no worker has taken any. */
function useStuck(scheduled: readonly Scheduled[]): boolean {
  const { repository, server } = useHome();
  const [stuck, setStuck] = useState(false);
  const asked = useMemo(() => {
    const overdue = scheduled.filter((item) => isOverdue(item, Date.now()));
    return overdue
      .slice(0, MOST_ASKED)
      .map(({ id }) => id)
      .join(" ");
  }, [scheduled]);

  useEffect(() => {
    const runs = server === "none" ? undefined : repository?.runs;
    if (runs === undefined) return;
    let current = true;
    const ask = async () => {
      const pages = await Promise.all(
        asked
          .split(" ")
          .filter(Boolean)
          .map((id) => runs.list({ id, limit: RUNS })),
      );
      if (current) setStuck(pages.some((page) => isStuck(page.runs, Date.now())));
    };
    // Where the server does not answer, the page says that already.
    ask().catch(() => undefined);
    return () => {
      current = false;
    };
  }, [repository, server, asked]);

  return stuck;
}
