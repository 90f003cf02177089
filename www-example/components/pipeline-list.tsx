"use client";

import {
  describeSchedule,
  isPipelineError,
  nextRuns,
  type PipelineListItem,
  type PipelineSchedule,
} from "convex-pipelines";
import { useDeferredValue, useMemo, useState, type ReactNode } from "react";
import { placeOf, sentenceOf } from "@/lib/issues";
import { shortTime, viewerZone } from "@/lib/times";
import { GuardedLink } from "./leave-guard";
import { useLoaded, useStatus } from "./repository-provider";

const PAGE = 50;

export function PipelineList() {
  const [pipelines] = useLoaded((repository) => repository.list(), "list");
  const { unsent } = useStatus();
  const [search, setSearch] = useState("");
  const [page, setPage] = useState(0);
  const wanted = useDeferredValue(search.trim().toLowerCase());
  const all = pipelines.state === "ready" ? pipelines.value : [];
  const found = useMemo(
    () =>
      all.filter((each) => wanted === "" || `${each.name}\n${each.description ?? ""}`.toLowerCase().includes(wanted)),
    [all, wanted],
  );

  if (pipelines.state === "loading") return <p className="hint">Loading…</p>;
  if (pipelines.state === "failed") {
    return (
      <p role="alert" className="issue">
        {pipelines.message}
      </p>
    );
  }
  if (all.length === 0) return <NoPipelines />;

  const pages = Math.ceil(found.length / PAGE);
  const current = Math.min(page, Math.max(pages - 1, 0));
  return (
    <>
      <div className="flex flex-wrap items-end justify-between gap-4">
        <label className="w-full sm:w-80">
          <span className="label">Search</span>
          <input
            type="search"
            className="input"
            value={search}
            onChange={(event) => {
              setSearch(event.target.value);
              setPage(0);
            }}
          />
        </label>
        <p role="status" className="hint">
          {wanted === "" ? counted(all.length) : `${found.length} of ${counted(all.length)}`}
        </p>
      </div>
      {found.length === 0 ? (
        <p className="mt-10">No pipelines match.</p>
      ) : (
        <>
          <div aria-hidden="true" className={`${columns} mt-8 hidden pb-2 text-sm text-soft md:grid`}>
            <span>Name</span>
            <span>Schedule</span>
            <span>Next run</span>
            <span>Last run</span>
          </div>
          <ul className="mt-6 divide-y divide-line border-y border-line md:mt-0">
            {found.slice(current * PAGE, (current + 1) * PAGE).map((item) => (
              <Row key={item.id} item={item} unsent={unsent.has(item.id)} />
            ))}
          </ul>
        </>
      )}
      {pages > 1 && (
        <nav aria-label="Pages" className="mt-6 flex items-center gap-3">
          <button type="button" className="button" disabled={current === 0} onClick={() => setPage(current - 1)}>
            Previous
          </button>
          <span className="hint">
            Page {current + 1} of {pages}
          </span>
          <button
            type="button"
            className="button"
            disabled={current === pages - 1}
            onClick={() => setPage(current + 1)}
          >
            Next
          </button>
        </nav>
      )}
    </>
  );
}

const columns = "md:grid-cols-[minmax(0,5fr)_minmax(0,5fr)_minmax(0,3fr)_minmax(0,3fr)] md:gap-x-6";

function Row({ item, unsent }: { item: PipelineListItem; unsent: boolean }) {
  const zone = viewerZone();
  const { sentence, next, reason } = useMemo(() => scheduleOf(item.schedule), [item.schedule]);
  return (
    <li className="group relative py-4">
      <div className={`${columns} grid gap-y-1`}>
        <div className="min-w-0">
          <GuardedLink
            href={`/pipelines/${item.id}`}
            className="font-medium break-words after:absolute after:inset-0 group-hover:text-accent"
          >
            {item.name}
          </GuardedLink>
          {item.description !== undefined && <p className="hint truncate">{item.description}</p>}
          {unsent && <p className="text-sm text-notice">Not yet on the server</p>}
        </div>
        <Cell label="Schedule">
          {sentence}
          {reason !== undefined && <span className="block text-notice">Cannot be read here: {reason}</span>}
        </Cell>
        <Cell label="Next run">
          {next === undefined ? "None" : <time dateTime={next}>{shortTime(next, zone)}</time>}
        </Cell>
        <Cell label="Last run">
          {item.lastRunAt === undefined ? (
            "Never"
          ) : (
            <time dateTime={item.lastRunAt}>{shortTime(item.lastRunAt, zone)}</time>
          )}
          {item.lastRunStatus !== undefined && `, ${item.lastRunStatus}`}
        </Cell>
      </div>
    </li>
  );
}

function Cell({ label, children }: { label: string; children: ReactNode }) {
  return (
    <p className="grid grid-cols-[5rem_1fr] text-sm text-soft md:block md:text-ink">
      <span className="md:sr-only">{label}: </span>
      <span>{children}</span>
    </p>
  );
}

function NoPipelines() {
  return (
    <div className="max-w-prose py-10">
      <h2 className="text-xl font-semibold tracking-tight">No pipelines yet</h2>
      <p className="mt-3 text-soft">
        A pipeline takes a text through steps, such as clean, summarise and translate. It runs on a schedule or on
        request.
      </p>
      <GuardedLink href="/pipelines/new" className="button button-primary mt-6">
        Create your first pipeline
      </GuardedLink>
    </div>
  );
}

interface ScheduleWords {
  sentence: string;
  next?: string | undefined;
  /** Why there is neither a sentence nor a next run. */
  reason?: string;
}

/** The words and the next run; a stored schedule that this version cannot read is shown as it is. */
function scheduleOf(schedule: PipelineSchedule | undefined): ScheduleWords {
  if (schedule === undefined) return { sentence: "On request" };
  try {
    if (schedule.enabled === false) return { sentence: `Paused: ${describeSchedule({ ...schedule, enabled: true })}` };
    return { sentence: describeSchedule(schedule), next: nextRuns(schedule, { count: 1 })[0] };
  } catch (thrown) {
    const { cron, timezone }: Partial<Record<string, unknown>> = { ...schedule };
    const sentence = [cron, timezone].filter((part) => typeof part === "string").join(", ");
    const issues = isPipelineError(thrown) ? thrown.issues : [];
    return { sentence, reason: issues.map((issue) => sentenceOf(issue, placeOf(issue.path) || "it")).join("; ") };
  }
}

function counted(count: number): string {
  return count === 1 ? "1 pipeline" : `${count} pipelines`;
}
