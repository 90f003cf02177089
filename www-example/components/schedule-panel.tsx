"use client";

import type { Issue } from "convex-pipelines";
import { memo, useId } from "react";
import { limits } from "@/lib/asked";
import { withSchedule, type DraftSchedule } from "@/lib/draft";
import { haveSame, isAt } from "@/lib/issues";
import { CheckField, TextField } from "./fields";
import type { Change } from "./pipeline-form";
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
  scheduled: boolean;
  schedule: DraftSchedule;
  issues: readonly Issue[];
  change: Change;
}

export const SchedulePanel = memo(function SchedulePanel({ scheduled, schedule, issues, change }: SchedulePanelProps) {
  const id = useId();
  const set = (field: keyof DraftSchedule, value: string | boolean) =>
    change((draft) => ({ ...draft, schedule: { ...draft.schedule, [field]: value } }), `schedule.${field}`);
  const at = (field: keyof DraftSchedule) => {
    const path = ["schedule", field];
    return { path, issues: issues.filter((issue) => isAt(issue, path)) };
  };

  return (
    <section className="panel" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} className="heading">
        Schedule
      </h2>
      <CheckField
        label="Run on a schedule"
        path={["schedule"]}
        checked={scheduled}
        onChange={(scheduled) => change((draft) => withSchedule(draft, scheduled), "schedule")}
      />
      {scheduled && (
        <div className="mt-3 space-y-4">
          <TextField
            label="When"
            mono
            {...at("cron")}
            value={schedule.cron}
            hint="Minute, hour, day of the month, month, weekday, as in crontab"
            onChange={(cron) => set("cron", cron)}
          />
          <SchedulePreview cron={schedule.cron} zone={schedule.timezone} enabled={schedule.enabled} />
          <div role="group" aria-label="Common schedules" className="flex flex-wrap gap-2">
            {presets.map(([name, cron]) => (
              <button
                key={cron}
                type="button"
                aria-pressed={schedule.cron === cron}
                className="rounded-full border border-edge px-3 py-1.5 text-sm hover:border-accent aria-pressed:border-accent aria-pressed:bg-tint"
                onClick={() => set("cron", cron)}
              >
                {name}
              </button>
            ))}
          </div>
          <ZoneField {...at("timezone")} value={schedule.timezone} onChange={(zone) => set("timezone", zone)} />
          <CheckField label="Paused" checked={!schedule.enabled} onChange={(paused) => set("enabled", !paused)} />
          <TextField
            label="Note"
            optional
            {...at("description")}
            value={schedule.description}
            placeholder="What this schedule is for"
            limit={limits().characters.get("schedule.description")}
            onChange={(description) => set("description", description)}
          />
        </div>
      )}
    </section>
  );
}, haveSame);
