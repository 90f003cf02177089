"use client";

import type { PipelineListItem } from "convex-pipelines";
import { useSyncStatus } from "convex-pipelines/react";
import { useEffect, useState } from "react";
import { scheduleWords } from "@/lib/schedule-words";
import { NothingFires } from "./nothing-fires";
import { PipelineRow, RowHeads } from "./pipeline-row";
import { useHome } from "./repository-provider";
import { RowMenu } from "./row-menu";
import { useNow } from "./use-now";
import type { RowActions } from "./use-row-actions";

/** By then what was due has been queued, and mostly run. */
const SETTLED_MS = 5_000;

/** The rows of a page, which follow the clock. `onDue` is called when one of them has run. */
export function PipelineRows({
  pipelines,
  actions,
  onDue,
}: {
  pipelines: readonly PipelineListItem[];
  actions: RowActions;
  onDue: () => Promise<void>;
}) {
  const { server } = useHome();
  const unsent = useSyncStatus()?.unsent;
  const now = useNow((moment) => soonestOf(pipelines, moment));

  const soonest = soonestOf(pipelines, now);
  const [awaited, setAwaited] = useState(soonest);
  const [passed, setPassed] = useState<number>();
  if (soonest !== awaited) {
    setAwaited(soonest);
    if (awaited !== undefined && awaited <= now) setPassed(awaited);
  }
  useEffect(() => {
    if (passed === undefined) return;
    const timer = setTimeout(() => void onDue(), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [passed, onDue]);

  return (
    <>
      <div className="mt-6 empty:hidden">
        <NothingFires pipelines={pipelines} />
      </div>
      <RowHeads />
      <ul className="mt-6 divide-y divide-line border-y border-line md:mt-0">
        {pipelines.map((item) => (
          <PipelineRow
            key={item.id}
            item={item}
            words={scheduleWords(item.schedule, now)}
            now={now}
            unsent={unsent?.includes(item.id) === true}
            fires={server !== "none"}
            menu={<RowMenu item={item} actions={actions} />}
          />
        ))}
      </ul>
    </>
  );
}

/** When the first of them is due. */
function soonestOf(pipelines: readonly PipelineListItem[], now: number): number | undefined {
  const due = pipelines
    .map(({ schedule }) => scheduleWords(schedule, now).next)
    .filter((next) => next !== undefined)
    .map((next) => Date.parse(next));
  return due.length === 0 ? undefined : Math.min(...due);
}
