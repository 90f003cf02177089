"use client";

import type { PipelineRun } from "convex-pipelines";
import { useRuns, type ShownRuns } from "convex-pipelines/react";
import { useId, useState } from "react";
import { durationOf, isStuck, statusOf, tookOf, triggerOf } from "@/lib/runs";
import { shortTime, viewerZone } from "@/lib/times";
import { Failure } from "./failure";
import { useHome } from "./repository-provider";
import { RunStrip } from "./run-strip";

/** How many a page shows. */
const SHOWN = 30;
/** What a run may bring, in UTF-16 units. */
const MOST_UNITS = 65_536;

/** The runs of a saved pipeline, and the button that starts one. */
export function RunsPanel({ id }: { id: string }) {
  const labels = useId();
  const { repository, server } = useHome();
  const { runs, error, refresh, start } = useRuns(id, { limit: SHOWN });
  if (repository === null) return null;
  return (
    <section className="panel mt-8" aria-labelledby={`${labels}-title`}>
      <h2 id={`${labels}-title`} className="heading">
        Runs
      </h2>
      {start === undefined || server === "none" ? (
        <p className="mt-2 text-sm">
          This pipeline does not run here: it is kept in this browser only. It needs a server that stores pipelines.
        </p>
      ) : (
        <div className="lg:grid lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)] lg:gap-x-10">
          <RunNow start={start} />
          <div>
            {error !== undefined && (
              <div className="mt-3">
                <Failure error={error} what="The runs could not be loaded." onRetry={() => void refresh()} />
              </div>
            )}
            {runs !== undefined && isStuck(runs, Date.now()) && (
              <p className="mt-3 text-sm text-notice">Runs are waiting: no worker has started one for over an hour.</p>
            )}
            {runs?.length === 0 && <p className="hint mt-4">No runs yet.</p>}
            {runs !== undefined && runs.length > 0 && (
              <>
                <RunStrip runs={runs} />
                <ul className="mt-4 divide-y divide-line">
                  {runs.map((run) => (
                    <RunRow key={run.runId} run={run} />
                  ))}
                </ul>
              </>
            )}
          </div>
        </div>
      )}
    </section>
  );
}

function RunNow({ start }: { start: NonNullable<ShownRuns["start"]> }) {
  const field = useId();
  const [text, setText] = useState("");
  const [failure, setFailure] = useState<{ error: unknown }>();
  const [started, setStarted] = useState(false);
  const [starting, setStarting] = useState(false);

  const run = async () => {
    setStarting(true);
    setStarted(false);
    try {
      await start(text.trim() === "" ? {} : { payload: text });
      setStarted(true);
      setFailure(undefined);
      setText("");
    } catch (error) {
      setFailure({ error });
    } finally {
      setStarting(false);
    }
  };

  return (
    <div className="mt-3">
      <label htmlFor={field} className="label">
        Text <span className="font-normal text-soft">(optional)</span>
      </label>
      <textarea
        id={field}
        rows={3}
        maxLength={MOST_UNITS}
        className="input"
        value={text}
        onChange={(event) => setText(event.target.value)}
        aria-describedby={`${field}-hint`}
      />
      <p id={`${field}-hint`} className="hint mt-1">
        The text to process. If you leave this empty, the default source is used.
      </p>
      <div className="mt-3 flex flex-wrap items-center gap-3">
        <button type="button" className="button" disabled={starting} onClick={() => void run()}>
          Run now
        </button>
        <p aria-live="polite" className="hint">
          {started && "The run is queued."}
        </p>
      </div>
      {failure !== undefined && (
        <div className="mt-3">
          <Failure
            error={failure.error}
            what="The run was not started. Your text is still here."
            onRetry={() => void run()}
          />
        </div>
      )}
    </div>
  );
}

function RunRow({ run }: { run: PipelineRun }) {
  const zone = viewerZone();
  const took = tookOf(run);
  const facts = [
    triggerOf(run),
    ...(run.dueAt === undefined ? [] : [`due ${shortTime(run.dueAt, zone)}`]),
    ...(run.startedAt === undefined ? [] : [`started ${shortTime(run.startedAt, zone)}`]),
    ...(took === undefined ? [] : [`took ${durationOf(took)}`]),
    ...(run.skipped === undefined
      ? []
      : [`${String(run.skipped)} scheduled ${run.skipped === 1 ? "run" : "runs"} skipped while it waited`]),
  ];
  const told = run.status === "failed" ? run.error : run.outcome;
  return (
    <li className="py-3 text-sm">
      <p>
        <span className={`font-medium ${run.status === "failed" ? "text-danger" : ""}`}>{statusOf(run)}</span>
        <span className="text-soft"> · {facts.join(" · ")}</span>
      </p>
      {told !== undefined && told !== "" && <Told text={told} failed={run.status === "failed"} />}
    </li>
  );
}

/** The first line, and the rest for whoever wants it. */
function Told({ text, failed }: { text: string; failed: boolean }) {
  const [first = "", ...rest] = text.split("\n");
  const look = failed ? "text-danger" : "";
  if (rest.join("").trim() === "") return <p className={`mt-1 break-words ${look}`}>{first}</p>;
  return (
    <details className="mt-1">
      <summary className={`cursor-pointer break-words ${look}`}>{first}</summary>
      <p className="mt-2 max-h-80 overflow-auto rounded-md border border-line p-3 break-words whitespace-pre-wrap">
        {rest.join("\n").trim()}
      </p>
    </details>
  );
}
