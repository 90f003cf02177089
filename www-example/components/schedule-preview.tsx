"use client";

import { checkCron, describeSchedule } from "convex-pipelines";
import { useContext, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { previewRuns } from "@/lib/preview";
import { cityOf, isTimeZone, longTime, shortTime, viewerZone } from "@/lib/times";
import { useSpoken } from "./announcer";
import { FormId, fieldId } from "./fields";

/** What the schedule means: in words, in warnings, in its next five runs. */
export function SchedulePreview({ cron: typed, zone, enabled }: { cron: string; zone: string; enabled: boolean }) {
  const form = useContext(FormId);
  // The field stays quick while the preview follows.
  const cron = useDeferredValue(typed);
  const now = useMinute();
  const viewer = viewerZone();
  const checked = useMemo(() => checkCron(cron), [cron]);
  const valid = checked.ok && isTimeZone(zone);
  const sentence = useMemo(() => (valid ? describeSchedule({ cron, timezone: zone }) : null), [valid, cron, zone]);
  const runs = useMemo(() => (valid ? previewRuns(cron, zone, viewer, 5, now) : []), [valid, cron, zone, viewer, now]);
  const bothZones = runs.some(({ at }) => longTime(at, zone) !== longTime(at, viewer));

  const warnings = checked.ok ? checked.warnings.map(({ message }) => `Note: ${message}`) : [];
  useSpoken("schedule", [sentence ?? "", ...warnings].join("\n"));
  const shown = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const typing = document.activeElement;
    // In view while one types: what it means, and before that the field itself.
    if (typing?.id !== fieldId(form, ["schedule", "cron"])) return;
    shown.current?.scrollIntoView({ block: "nearest" });
    typing.scrollIntoView({ block: "nearest" });
  }, [form, sentence]);
  if (!checked.ok) return null;

  return (
    <div ref={shown}>
      <div className="space-y-1.5">
        {sentence !== null && <p className="text-sm font-medium text-balance">{sentence}</p>}
        {warnings.map((warning) => (
          <p key={warning} className="text-sm text-notice">
            {warning}
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
