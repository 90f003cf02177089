"use client";

import { Failure } from "./failure";
import type { Outcome, PipelineForm } from "./pipeline-form";
import { useHome } from "./repository-provider";

/** The foot of the form: what became of saving, and what can be done next. */
export function SaveBar({ form, onDelete }: { form: PipelineForm; onDelete: () => void }) {
  const { repository } = useHome();
  const { saved, changed, unsent, outcome, save, loadTheirs } = form;

  return (
    <div className="full-bleed sticky bottom-0 z-10 mt-10 py-3">
      <div className="flex flex-wrap items-center justify-end gap-x-4 gap-y-2">
        <div role="status" aria-label="Saving" className="min-w-0 flex-1 basis-40 text-sm">
          <OutcomeLine outcome={outcome} changed={changed} isNew={saved === undefined} unsent={unsent} />
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

function OutcomeLine({
  outcome,
  changed,
  isNew,
  unsent,
}: {
  outcome: Outcome;
  changed: boolean;
  isNew: boolean;
  unsent: boolean;
}) {
  switch (outcome.kind) {
    case "saving":
      return <span className="text-soft">Saving…</span>;
    case "issues":
      return (
        <span className="text-danger">{outcome.count === 1 ? "Fix 1 problem" : `Fix ${outcome.count} problems`}</span>
      );
    case "stale":
      return <span className="text-notice">This pipeline was changed elsewhere since you opened it.</span>;
    case "gone":
      return <span className="text-notice">This pipeline was deleted elsewhere.</span>;
    case "failed":
      return <Failure error={outcome.error} what={outcome.what} onRetry={outcome.retry} />;
    case "saved":
    case "none":
      if (changed) return <span className="text-soft">{isNew ? "Not saved yet" : "Unsaved changes"}</span>;
      if (unsent) return <span className="text-notice">Saved on this device, not yet on the server</span>;
      return outcome.kind === "saved" ? <span className="text-accent">Saved</span> : null;
  }
}
