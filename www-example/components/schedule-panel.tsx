"use client";

import { checkCron, describeSchedule } from "convex-pipelines";
import { useDeferredValue, useEffect, useId, useMemo, useState } from "react";
import type { DraftSchedule } from "@/lib/draft";
import type { IssuesOf } from "@/lib/issues";
import { previewRuns } from "@/lib/preview";
import { cityOf, isTimeZone, longTime, shortTime, timeZones, viewerZone } from "@/lib/times";
import { CheckField, SelectField, TextField } from "./fields";

const presets = [
  ["Hourly", "0 * * * *"],
  ["Daily", "0 7 * * *"],
  ["Weekdays", "0 7 * * 1-5"],
  ["Weekly", "0 7 * * 1"],
  ["Monthly", "0 7 1 * *"],
] as const;

interface SchedulePanelProps {
  scheduled: boolean;
  schedule: DraftSchedule;
  onScheduled: (scheduled: boolean) => void;
  onChange: (schedule: DraftSchedule, touched: string) => void;
  issuesOf: IssuesOf;
}

export function SchedulePanel({ scheduled, schedule, onScheduled, onChange, issuesOf }: SchedulePanelProps) {
  const id = useId();
  const set = (field: keyof DraftSchedule, value: string | boolean) =>
    onChange({ ...schedule, [field]: value }, `schedule.${field}`);
  const cronIssues = issuesOf(["schedule", "cron"], "schedule.cron");
  const suggestion = cronIssues.find((issue) => issue.code === "cron")?.params?.suggestion;

  return (
    <section className="panel" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} className="heading">
        Schedule
      </h2>
      <CheckField label="Run on a schedule" checked={scheduled} onChange={onScheduled} />
      {scheduled && (
        <div className="mt-3 space-y-4">
          <TextField
            label="When"
            mono
            value={schedule.cron}
            issues={cronIssues}
            hint="Minute, hour, day of the month, month, weekday, as in crontab"
            repair={
              typeof suggestion === "string" && (
                <button type="button" className="button mt-2 min-h-9" onClick={() => set("cron", suggestion)}>
                  Use <code className="font-mono">{suggestion}</code>
                </button>
              )
            }
            onChange={(cron) => set("cron", cron)}
          />
          <div role="group" aria-label="Common schedules" className="flex flex-wrap gap-2">
            {presets.map(([name, cron]) => (
              <button
                key={cron}
                type="button"
                className="rounded-full border border-line px-3 py-1.5 text-sm hover:border-accent"
                onClick={() => set("cron", cron)}
              >
                {name}
              </button>
            ))}
          </div>
          <SelectField
            label="Time zone"
            value={schedule.timezone}
            issues={issuesOf(["schedule", "timezone"], "schedule.timezone")}
            onChange={(zone) => set("timezone", zone)}
          >
            {timeZones(schedule.timezone).map((zone) => (
              <option key={zone} value={zone}>
                {zone.replaceAll("_", " ")}
              </option>
            ))}
          </SelectField>
          <CheckField label="Paused" checked={!schedule.enabled} onChange={(paused) => set("enabled", !paused)} />
          <Preview cron={schedule.cron} zone={schedule.timezone} enabled={schedule.enabled} />
          <TextField
            label="Note"
            optional
            value={schedule.description}
            placeholder="Why then"
            issues={issuesOf(["schedule", "description"], "schedule.description")}
            onChange={(description) => set("description", description)}
          />
        </div>
      )}
    </section>
  );
}

/** What the schedule means: in words, in warnings, in its next five runs. */
function Preview({ cron: typed, zone, enabled }: { cron: string; zone: string; enabled: boolean }) {
  // The field stays quick while the preview follows.
  const cron = useDeferredValue(typed);
  const now = useMinute();
  const viewer = viewerZone();
  const checked = useMemo(() => checkCron(cron), [cron]);
  const valid = checked.ok && isTimeZone(zone);
  const sentence = useMemo(() => (valid ? describeSchedule({ cron, timezone: zone }) : null), [valid, cron, zone]);
  const runs = useMemo(() => (valid ? previewRuns(cron, zone, viewer, 5, now) : []), [valid, cron, zone, viewer, now]);
  const bothZones = runs.some(({ at }) => longTime(at, zone) !== longTime(at, viewer));

  return (
    <div className={checked.ok ? "border-t border-line pt-4" : undefined}>
      <div aria-live="polite" className="space-y-1.5">
        {sentence !== null && <p className="text-sm font-medium text-balance">{sentence}</p>}
        {checked.ok &&
          checked.warnings.map((warning) => (
            <p key={warning.code} className="text-sm text-notice">
              Note: {warning.message}
            </p>
          ))}
      </div>
      {runs.length > 0 && (
        <table className="mt-4 w-full text-left text-sm">
          <caption className="hint mb-1.5 text-left">{enabled ? "Next runs" : "Paused: it would run at"}</caption>
          <thead>
            <tr className="text-soft">
              <th scope="col" className="pr-3 pb-1 align-bottom font-normal">
                {cityOf(zone)}
              </th>
              {bothZones && (
                <th scope="col" className="pb-1 align-bottom font-normal">
                  Yours, {cityOf(viewer)}
                </th>
              )}
            </tr>
          </thead>
          {runs.map(({ at, note }) => (
            <tbody key={at} className="border-t border-line">
              {note !== undefined && (
                <tr>
                  <td colSpan={2} className="pt-1.5 text-notice">
                    {note}
                  </td>
                </tr>
              )}
              <tr>
                <td className="py-1.5 pr-3">
                  <time dateTime={at}>{shortTime(at, zone)}</time>
                </td>
                {bothZones && <td className="py-1.5 text-soft">{shortTime(at, viewer)}</td>}
              </tr>
            </tbody>
          ))}
        </table>
      )}
    </div>
  );
}

/** The current minute, so that the next runs stay next. */
function useMinute(): number {
  const minute = () => Math.floor(Date.now() / 60_000) * 60_000;
  const [now, setNow] = useState(minute);
  useEffect(() => {
    const timer = setInterval(() => setNow(minute()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
