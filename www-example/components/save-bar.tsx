"use client";

import type { Issue } from "convex-pipelines";
import { useContext, useEffect, useRef } from "react";
import { placeOf } from "@/lib/issues";
import { useSpoken } from "./announcer";
import { FormId, fieldId } from "./fields";
import { Failure } from "./failure";
import { useDevice, useHome, whyVolatile } from "./repository-provider";
import type { Editing, Outcome } from "./use-editing";

/** The foot of the form: what became of saving, and what can be done next. */
export function SaveBar({
  editing,
  sentenceAt,
  onProblem,
  onDelete,
}: {
  editing: Editing;
  /** What is wrong, with the words over its field. */
  sentenceAt: (issue: Issue) => string;
  onProblem: (issue: Issue) => void;
  onDelete: () => void;
}) {
  const { repository } = useHome();
  const { saved, changed, unsent, outcome, problems, save, loadTheirs } = editing;
  const bar = useRef<HTMLDivElement>(null);
  const formId = useContext(FormId);
  useEffect(() => keepClear(bar.current), []);
  useSpoken("saving", problems.length > 0 ? countOf(problems.length) : "");

  return (
    <div ref={bar} className="full-bleed sticky bottom-0 z-10 mt-10 py-3">
      {problems.length > 0 && (
        <ul aria-label="Problems" className="mb-2 max-h-28 overflow-y-auto text-sm">
          {problems.map((issue) => (
            <li key={`${placeOf(issue.path)} ${issue.code}`}>
              <a
                href={`#${fieldId(formId, issue.path)}`}
                className="inline-block py-0.5 text-danger underline decoration-1 underline-offset-3"
                onClick={(event) => {
                  event.preventDefault();
                  onProblem(issue);
                }}
              >
                {sentenceAt(issue)}
              </a>
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap items-center justify-end gap-x-4 gap-y-2">
        {/* Not live while one types: what is wrong then is told by the announcer. */}
        <div
          role="status"
          aria-label="Saving"
          aria-live={outcome.kind === "none" ? "off" : "polite"}
          className="min-w-0 flex-1 basis-40 text-sm"
        >
          <OutcomeLine
            outcome={outcome}
            problems={problems.length}
            changed={changed}
            isNew={saved === undefined}
            unsent={unsent}
          />
        </div>
        {outcome.kind === "stale" && (
          <>
            <button type="button" className="button" onClick={() => void loadTheirs()}>
              Load the other version
            </button>
            <button type="button" className="button" onClick={() => void save("over")}>
              Overwrite with my version
            </button>
          </>
        )}
        {outcome.kind === "gone" && (
          <button type="button" className="button" onClick={() => void save("as new")}>
            Save as a new pipeline
          </button>
        )}
        {saved !== undefined && outcome.kind !== "gone" && (
          <button type="button" className="button button-danger" onClick={onDelete}>
            Delete
          </button>
        )}
        <button
          type="submit"
          className="button button-primary"
          aria-keyshortcuts="Control+S Control+Enter"
          disabled={repository === null || outcome.kind === "gone" || outcome.kind === "stale"}
        >
          {saved === undefined ? "Create pipeline" : "Save"}
          <span aria-hidden="true" className="font-mono text-xs max-sm:hidden pointer-coarse:hidden">
            Ctrl+S
          </span>
        </button>
      </div>
    </div>
  );
}

function countOf(problems: number): string {
  return problems === 1 ? "Fix 1 problem" : `Fix ${problems} problems`;
}

/** Lets nothing that has focus lie under the bar, whatever height it has: the page scrolls as if it ended above it. */
function keepClear(bar: HTMLElement | null): (() => void) | undefined {
  if (bar === null) return undefined;
  const root = document.documentElement;
  const observer = new ResizeObserver(() => {
    root.style.scrollPaddingBottom = `${bar.offsetHeight + 8}px`;
    root.style.setProperty("--save-bar", `${bar.offsetHeight}px`);
    const focused = document.activeElement;
    if (focused !== null && focused !== document.body && !bar.contains(focused))
      focused.scrollIntoView({ block: "nearest" });
  });
  observer.observe(bar);
  return () => {
    observer.disconnect();
    root.style.scrollPaddingBottom = "";
  };
}

function OutcomeLine({
  outcome,
  problems,
  changed,
  isNew,
  unsent,
}: {
  outcome: Outcome;
  problems: number;
  changed: boolean;
  isNew: boolean;
  unsent: boolean;
}) {
  const { server } = useHome();
  const volatile = whyVolatile(useDevice());
  switch (outcome.kind) {
    case "saving":
      return <span className="text-soft">Saving…</span>;
    case "stale":
      return <span className="text-notice">This pipeline was changed elsewhere since you opened it.</span>;
    case "gone":
      return <span className="text-notice">This pipeline was deleted elsewhere.</span>;
    case "failed":
      return <Failure error={outcome.error} what={outcome.what} onRetry={outcome.retry} />;
    case "saved":
    case "none":
      if (problems > 0) return <span className="text-danger">{countOf(problems)}</span>;
      if (changed) return <span className="text-soft">{isNew ? "Not saved yet" : "Unsaved changes"}</span>;
      if (volatile !== undefined && (unsent || (server === "none" && outcome.kind === "saved")))
        return <span className="text-notice">Kept until this page is closed{unsent && ", not yet on the server"}</span>;
      if (unsent) return <span className="text-notice">Saved on this device, not yet on the server</span>;
      return outcome.kind === "saved" ? <span className="text-accent">Saved</span> : null;
  }
}
