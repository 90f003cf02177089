"use client";

import type { Issue } from "convex-pipelines";
import { memo, useId, useRef } from "react";
import { limits } from "@/lib/asked";
import { haveSame, isAt } from "@/lib/issues";
import { firstSchedule, type Values } from "@/lib/values";
import { CheckField, TextField } from "./fields";
import type { Change } from "./use-editing";
import { SchedulePreview } from "./schedule-preview";
import { ZoneField } from "./zone-field";

const presets = [
  ["Hourly", "0 * * * *"],
  ["Daily at 07:00", "0 7 * * *"],
  ["Weekdays at 07:00", "0 7 * * 1-5"],
  ["Weekly, Monday 07:00", "0 7 * * 1"],
  ["Monthly, the 1st 07:00", "0 7 1 * *"],
] as const;

interface SchedulePanelProps {
  schedule: Values["schedule"];
  issues: readonly Issue[];
  change: Change;
}

export const SchedulePanel = memo(function SchedulePanel({ schedule, issues, change }: SchedulePanelProps) {
  const id = useId();
  // Who takes the tick away and puts it back finds what was there.
  const last = useRef(schedule);
  const tick = (scheduled: boolean) => {
    if (!scheduled) last.current = schedule;
    change("schedule", scheduled ? (last.current ?? firstSchedule()) : undefined);
  };
  const at = (field: string) => {
    const path = ["schedule", field];
    return { path, issues: issues.filter((issue) => isAt(issue, path)) };
  };

  return (
    <section className="panel" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} className="heading">
        Schedule
      </h2>
      <CheckField label="Run on a schedule" path={["schedule"]} checked={schedule != null} onChange={tick} />
      {schedule != null && (
        <div className="mt-3 space-y-4">
          <TextField
            label="When"
            mono
            {...at("cron")}
            value={schedule.cron}
            hint="Minute, hour, day of the month, month, weekday, as in crontab"
            onChange={(cron) => change("schedule.cron", cron)}
          />
          <SchedulePreview cron={schedule.cron} zone={schedule.timezone ?? ""} enabled={schedule.enabled !== false} />
          <div role="group" aria-label="Common schedules" className="flex flex-wrap gap-2">
            {presets.map(([name, cron]) => (
              <button
                key={cron}
                type="button"
                aria-pressed={schedule.cron === cron}
                className="rounded-full border border-edge px-3 py-1.5 text-sm hover:border-accent aria-pressed:border-accent aria-pressed:bg-tint"
                onClick={() => change("schedule.cron", cron)}
              >
                {name}
              </button>
            ))}
          </div>
          <ZoneField
            {...at("timezone")}
            value={schedule.timezone ?? ""}
            onChange={(zone) => change("schedule.timezone", zone)}
          />
          <CheckField
            label="Paused"
            checked={schedule.enabled === false}
            onChange={(paused) => change("schedule.enabled", !paused)}
          />
          <TextField
            label="Note"
            optional
            {...at("description")}
            value={schedule.description ?? ""}
            placeholder="What this schedule is for"
            limit={limits().characters.get("schedule.description")}
            onChange={(description) => change("schedule.description", description)}
          />
        </div>
      )}
    </section>
  );
}, haveSame);
