"use client";

import { isPipelineError, type PipelineRun } from "convex-pipelines";
import { useId, useState } from "react";
import { durationOf, isStuck, statusOf, tookOf, triggerOf } from "@/lib/runs";
import { shortTime, viewerZone } from "@/lib/times";
import { messageOf, useHome } from "./repository-provider";
import { RunStrip } from "./run-strip";
import { useRuns } from "./use-runs";

/** What a run may bring, in UTF-16 units. */
const MOST_UNITS = 65_536;

/** The runs of a saved pipeline, and the button that starts one. */
export function RunsPanel({ id }: { id: string }) {
  const labels = useId();
  const { repository, server } = useHome();
  const { source, runs, failure, look } = useRuns(id);
  if (repository === null) return null;
  return (
    <section className="panel mt-8" aria-labelledby={`${labels}-title`}>
      <h2 id={`${labels}-title`} className="heading">
        Runs
      </h2>
      {source === undefined || server === "none" ? (
        <p className="mt-2 text-sm">
          Nothing runs this pipeline: it is kept in this browser alone, and neither its schedule nor a webhook can reach
          it here. On a server that keeps pipelines it would run.
        </p>
      ) : (
        <>
          <RunNow id={id} onStarted={look} />
          {failure !== undefined && (
            <p role="alert" className="issue mt-3">
              {failure}
            </p>
          )}
          {runs !== undefined && isStuck(runs, Date.now()) && (
            <p className="mt-3 text-sm text-notice">
              No worker has taken a run for an hour, so nothing will happen until one does.
            </p>
          )}
          {runs?.length === 0 && <p className="hint mt-4">It has not run yet.</p>}
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
        </>
      )}
    </section>
  );
}

function RunNow({ id, onStarted }: { id: string; onStarted: () => void }) {
  const { repository } = useHome();
  const field = useId();
  const [text, setText] = useState("");
  const [said, setSaid] = useState<{ failed: boolean; words: string }>();
  const [starting, setStarting] = useState(false);

  const start = async () => {
    setStarting(true);
    try {
      await repository?.runs?.start({ id, trigger: "manual", ...(text.trim() !== "" && { payload: text }) });
      setSaid({ failed: false, words: "Started." });
      setText("");
      onStarted();
    } catch (error) {
      const isUnknown = isPipelineError(error) && error.code === "not_found";
      const words = isUnknown
        ? "The server does not have this pipeline yet. It runs once it is saved there."
        : messageOf(error);
      setSaid({ failed: true, words });
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
        What to work on. Without one the default source is read.
      </p>
      <div className="mt-3 flex flex-wrap items-center gap-3">
        <button type="button" className="button" disabled={starting} onClick={() => void start()}>
          Run now
        </button>
        <p aria-live="polite" className={said?.failed === true ? "issue" : "hint"}>
          {said?.words}
        </p>
      </div>
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
      : [`${String(run.skipped)} ${run.skipped === 1 ? "time" : "times"} passed while it waited`]),
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
