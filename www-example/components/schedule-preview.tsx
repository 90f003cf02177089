"use client";

import { useSchedulePreview } from "convex-pipelines/react";
import { useContext, useDeferredValue, useEffect, useMemo, useRef } from "react";
import { notedRuns } from "@/lib/preview";
import type { ServerStore } from "@/lib/repository";
import { cityOf, longTime, shortTime, viewerZone } from "@/lib/times";
import { useSpoken } from "./announcer";
import { FormId, fieldId } from "./fields";
import { useHome } from "./repository-provider";

/** What the schedule means: in words, in warnings, in its next five runs. */
export function SchedulePreview({ cron: typed, zone, enabled }: { cron: string; zone: string; enabled: boolean }) {
  const form = useContext(FormId);
  const { server } = useHome();
  // The field stays quick while the preview follows.
  const cron = useDeferredValue(typed);
  const viewer = viewerZone();
  const preview = useSchedulePreview({ cron, timezone: zone });
  const { sentence = "", nextRuns } = preview;
  const runs = useMemo(() => notedRuns(nextRuns ?? [], cron, zone, viewer), [nextRuns, cron, zone, viewer]);
  const bothZones = runs.some(({ at }) => longTime(at, zone) !== longTime(at, viewer));

  const warnings = preview.warnings.map(({ message }) => `Note: ${message}`);
  useSpoken("schedule", [sentence, ...warnings].join("\n"));
  const shown = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const typing = document.activeElement;
    // In view while one types: what it means, and before that the field itself.
    if (typing?.id !== fieldId(form, ["schedule", "cron"])) return;
    shown.current?.scrollIntoView({ block: "nearest" });
    typing.scrollIntoView({ block: "nearest" });
  }, [form, sentence]);
  if (preview.issues.some(({ path: [field] }) => field === "cron")) return null;

  return (
    <div ref={shown}>
      <div className="space-y-1.5">
        {sentence !== "" && <p className="text-sm font-medium text-balance">{sentence}</p>}
        {warnings.map((warning) => (
          <p key={warning} className="text-sm text-notice">
            {warning}
          </p>
        ))}
      </div>
      {runs.length > 0 && (
        <table className="mt-4 w-full text-left text-sm">
          <caption className="hint mb-1.5 text-left">{captionOf(enabled, server)}</caption>
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

function captionOf(enabled: boolean, server: ServerStore | null): string {
  if (!enabled) return "Paused: it would run at";
  return server === "none" ? "On a server it would run at" : "Next runs";
}
