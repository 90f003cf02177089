"use client";

import { usePipelineActions, type PipelineActions } from "convex-pipelines/react";
import { useEffect, useRef, useState } from "react";
import { placeOf, sentenceOf } from "@/lib/issues";
import { scheduleWords } from "@/lib/schedule-words";
import type { ImportEntry } from "@/lib/transfer";
import { Failure } from "../failure";

type Choice = "add" | "replace" | "skip";

const choices: Record<"new" | "different", [Choice, string][]> = {
  new: [
    ["add", "Add"],
    ["skip", "Skip"],
  ],
  different: [
    ["skip", "Skip"],
    ["add", "Add as a copy"],
    ["replace", "Replace the existing one"],
  ],
};

/** What an import would do, entry by entry, before it does anything; nothing is replaced that is not chosen to be. */
export function ImportPreview({ entries, onClose }: { entries: ImportEntry[]; onClose: (words: string) => void }) {
  const actions = usePipelineActions();
  const heading = useRef<HTMLHeadingElement>(null);
  const [chosen, setChosen] = useState<Choice[]>(() => entries.map(({ kind }) => (kind === "new" ? "add" : "skip")));
  /** How many entries are done, in their order. */
  const done = useRef(0);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<{ error: unknown }>();
  useEffect(() => heading.current?.focus(), []);

  const count = (choice: Choice) => chosen.filter((each) => each === choice).length;
  const summary = `${count("add")} will be added, ${count("replace")} replaced, ${count("skip")} skipped.`;

  const run = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      for (; done.current < entries.length; done.current++) {
        const [entry, choice] = [entries[done.current], chosen[done.current]];
        if (entry !== undefined && choice !== undefined) await carryOut(actions, entry, choice);
      }
      onClose(`Import finished: ${count("add")} added, ${count("replace")} replaced, ${count("skip")} skipped.`);
    } catch (error) {
      setFailure({ error });
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="mt-5 border-t border-line pt-4">
      <h3 ref={heading} tabIndex={-1} className="font-medium outline-none">
        {entries.length === 0 ? "The file holds no pipelines" : "What this import will do"}
      </h3>
      <ul className="mt-2 divide-y divide-line">
        {entries.map((entry, index) => (
          <li key={index} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 text-sm">
            <div className="min-w-0 flex-1 basis-60">
              <p className="font-medium break-words">{entry.name}</p>
              <EntryWords entry={entry} />
            </div>
            {(entry.kind === "new" || entry.kind === "different") && (
              <select
                className="input w-auto"
                aria-label={`Import ${entry.name}`}
                value={chosen[index]}
                disabled={busy || failure !== undefined}
                onChange={(event) => setChosen(chosen.with(index, event.target.value as Choice))}
              >
                {choices[entry.kind].map(([choice, words]) => (
                  <option key={choice} value={choice}>
                    {words}
                  </option>
                ))}
              </select>
            )}
          </li>
        ))}
      </ul>
      {failure !== undefined && (
        <Failure
          error={failure.error}
          what={`The import stopped: ${done.current} of ${entries.length} entries are done, and the rest is unchanged.`}
          onRetry={() => void run()}
        />
      )}
      <p role="status" className="mt-2 text-sm">
        {entries.length > 0 && summary}
      </p>
      <div className="mt-3 flex flex-wrap gap-3">
        <button
          type="button"
          className="button button-primary"
          disabled={busy || failure !== undefined || count("add") + count("replace") === 0}
          onClick={() => void run()}
        >
          Import
        </button>
        <button type="button" className="button" disabled={busy} onClick={() => onClose("Import cancelled.")}>
          Cancel
        </button>
      </div>
    </div>
  );
}

function EntryWords({ entry }: { entry: ImportEntry }) {
  switch (entry.kind) {
    case "new":
      return <p className="text-soft">New. {scheduleWords(entry.input.schedule, Date.now()).sentence}</p>;
    case "same":
      return <p className="text-soft">Already here, with the same settings. It will be skipped.</p>;
    case "different":
      return <p className="text-notice">Already here, with different settings.</p>;
    case "invalid":
      return (
        <ul className="text-danger">
          <li>Cannot be imported:</li>
          {entry.issues.map((issue) => (
            <li key={placeOf(issue.path) + issue.code}>{sentenceOf(issue, placeOf(issue.path) || "It")}</li>
          ))}
        </ul>
      );
  }
}

async function carryOut({ create, update }: PipelineActions, entry: ImportEntry, choice: Choice): Promise<void> {
  if (choice === "skip" || entry.kind === "same" || entry.kind === "invalid") return;
  if (choice === "add") {
    await create(entry.input);
    return;
  }
  if (entry.kind !== "different") return;
  const { description = null, schedule = null, defaultSource = null, name, steps } = entry.input;
  const { id, updatedAt } = entry.existing;
  // Not what somebody has changed since the preview.
  const options = { expectedUpdatedAt: updatedAt };
  await update(id, { name, steps, description, schedule, defaultSource }, options);
}
