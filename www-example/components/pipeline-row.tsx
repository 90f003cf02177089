"use client";

import type { PipelineListItem } from "convex-pipelines";
import type { ReactNode } from "react";
import type { ScheduleWords } from "@/lib/schedule-words";
import { zoneOf } from "@/lib/schedule-words";
import { cityOf, isSameClock, isTimeZone, nearTime, viewerZone } from "@/lib/times";
import { GuardedLink } from "./leave-guard";
import { RunOutcome } from "./run-outcome";

const columns = "md:grid-cols-[minmax(0,4fr)_minmax(0,4fr)_minmax(0,4fr)_minmax(0,3fr)_2.5rem] md:gap-x-6";

/** The words over the columns, where there are columns. */
export function RowHeads() {
  return (
    <div aria-hidden="true" className={`${columns} mt-8 hidden pb-2 text-sm text-soft md:grid`}>
      <span>Name</span>
      <span>Schedule</span>
      <span>Next run</span>
      <span>Last run</span>
    </div>
  );
}

interface RowProps {
  item: PipelineListItem;
  words: ScheduleWords;
  /** Absent until the viewer's clock and zone are known. */
  now: number | undefined;
  unsent?: boolean;
  /** Something here carries schedules out. */
  fires: boolean;
  menu?: ReactNode;
}

/** A pipeline in the list. */
export function PipelineRow({ item, words, now, unsent = false, fires, menu }: RowProps) {
  const { id, name, description, schedule, lastRunAt, lastRunStatus } = item;
  return (
    <li className="group relative py-4">
      <div className={`${columns} grid grid-cols-[minmax(0,1fr)_2.5rem] items-start gap-y-1`}>
        <div className="min-w-0">
          <GuardedLink
            href={`/pipelines/${id}`}
            className="font-medium break-words after:absolute after:inset-0 group-hover:text-accent"
          >
            <span className="line-clamp-3">{name}</span>
          </GuardedLink>
          {description !== undefined && <p className="hint truncate">{description}</p>}
          {unsent && <p className="text-sm text-notice">Not yet on the server</p>}
        </div>
        <Cell label="Schedule">
          {words.sentence}
          {words.reason !== undefined && <span className="block text-notice">Cannot be read here: {words.reason}</span>}
        </Cell>
        <Cell label="Next run">
          {words.next === undefined ? (
            "None"
          ) : fires ? (
            <Moment at={words.next} zone={zoneOf(schedule)} now={now} />
          ) : (
            <span className="text-notice">Does not run here</span>
          )}
        </Cell>
        <Cell label="Last run">
          {lastRunStatus !== undefined && (
            <span className="block">
              <RunOutcome status={lastRunStatus} />
            </span>
          )}
          {lastRunAt === undefined ? "Never" : <Moment at={lastRunAt} now={now} />}
        </Cell>
        {/* Over the link that covers the row. */}
        <div className="relative z-1 col-start-2 row-start-1 -mt-2 md:col-start-5">{menu}</div>
      </div>
    </li>
  );
}

/** An instant in a zone that is said, and by the viewer's clock where that shows another time. */
function Moment({ at, zone: said, now }: { at: string; zone?: string; now: number | undefined }) {
  if (now === undefined) return "…";
  const viewer = viewerZone();
  const zone = said ?? viewer;
  const known = isTimeZone(zone) ? zone : "UTC";
  return (
    <time dateTime={at}>
      {nearTime(at, known, now)} <span className="text-soft">{cityOf(known)}</span>
      {!isSameClock(at, known, viewer) && (
        <span className="block text-soft">
          {nearTime(at, viewer, now)} {cityOf(viewer)} (your time)
        </span>
      )}
    </time>
  );
}

function Cell({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="col-span-2 grid grid-cols-[5rem_1fr] text-sm text-soft md:col-span-1 md:block md:text-ink">
      <span className="md:sr-only">{label}: </span>
      <div className="min-w-0 break-words">{children}</div>
    </div>
  );
}
