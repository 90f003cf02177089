"use client";

import { createInputSchema, isPipelineError, updateInputSchema, type Issue, type Pipeline } from "convex-pipelines";
import { useRouter } from "next/navigation";
import { useEffect, useMemo, useRef, useState } from "react";
import { announceChange } from "@/lib/changes";
import { handOver } from "@/lib/created";
import { draftOf, emptyDraft, inputOf, isChanged, patchOf, type Draft } from "@/lib/draft";
import { isAt, placeOf, sentenceOf } from "@/lib/issues";
import { controlsOf } from "@/lib/step-forms";
import { longTime, viewerZone } from "@/lib/times";
import { ConfirmDialog } from "./confirm-dialog";
import { TextArea, TextField } from "./fields";
import { GuardedLink, useLeaveGuard } from "./leave-guard";
import { messageOf, useHome, useStatus } from "./repository-provider";
import { SchedulePanel } from "./schedule-panel";
import { StepList } from "./step-list";
import { KnownWebhook, NewWebhook } from "./webhook-panel";

type Outcome =
  | { kind: "none" }
  | { kind: "saving" }
  | { kind: "saved" }
  | { kind: "issues"; count: number }
  /** Somebody else saved it first. */
  | { kind: "stale" }
  /** Somebody else deleted it. */
  | { kind: "gone" }
  | { kind: "failed"; message: string };

/** The form of a pipeline: a new one where `pipeline` is absent. `created` is what was just made, with its secret. */
export function PipelineEditor({ pipeline, created }: { pipeline?: Pipeline; created?: Pipeline | undefined }) {
  const { repository, server } = useHome();
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const [saved, setSaved] = useState<Pipeline | undefined>(pipeline);
  const [draft, setDraft] = useState<Draft>(() => (pipeline === undefined ? emptyDraft() : draftOf(pipeline)));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [submitted, setSubmitted] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>({ kind: created === undefined ? "none" : "saved" });
  const [secret, setSecret] = useState(created?.webhookSecret);
  const [handedOver, setHandedOver] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const status = useStatus();
  const unsent = saved !== undefined && status.unsent.has(saved.id);

  const baseline = useMemo(() => (saved === undefined ? emptyDraft() : draftOf(saved)), [saved]);
  const changed = isChanged(draft, baseline);
  useLeaveGuard(changed && !handedOver);

  // A newer version from elsewhere: taken in silence while nothing is typed here, said otherwise.
  const [seen, setSeen] = useState(pipeline);
  if (pipeline !== seen) {
    setSeen(pipeline);
    if (
      pipeline !== undefined &&
      saved !== undefined &&
      pipeline.updatedAt > saved.updatedAt &&
      outcome.kind !== "saving"
    ) {
      if (changed) setOutcome({ kind: "stale" });
      else {
        setSaved(pipeline);
        setDraft(draftOf(pipeline));
        setOutcome({ kind: "none" });
      }
    }
  }

  const checked = useMemo(
    () =>
      saved === undefined
        ? createInputSchema.safeParse(inputOf(draft))
        : updateInputSchema.safeParse(patchOf(draft, baseline)),
    [saved, draft, baseline],
  );
  const issues: readonly Issue[] = checked.success ? [] : checked.error.issues;

  // While typing, the fields that were typed in; after an attempt to save, all.
  const issuesOf = (path: Issue["path"], key: string) =>
    submitted || touched.has(key) ? issues.filter((issue) => isAt(issue, path)) : [];
  const elsewhere = submitted ? issues.filter((issue) => !hasField(issue.path, draft)) : [];

  const change = (next: Draft, key: string) => {
    setDraft(next);
    setTouched((before) => (before.has(key) ? before : new Set(before).add(key)));
    setOutcome((before) => (before.kind === "stale" || before.kind === "gone" ? before : { kind: "none" }));
  };
  const set = (field: "name" | "description" | "defaultSource") => (value: string) =>
    change({ ...draft, [field]: value }, field);

  const save = async (how: "normal" | "over" | "as new" = "normal") => {
    if (repository === null || outcome.kind === "saving") return;
    setSubmitted(true);
    const input = how === "as new" ? createInputSchema.safeParse(inputOf(draft)) : checked;
    if (!input.success) {
      setOutcome({ kind: "issues", count: input.error.issues.length });
      requestAnimationFrame(() =>
        form.current?.querySelector<HTMLElement>("[aria-invalid=true], [data-invalid=true]")?.focus(),
      );
      return;
    }
    setOutcome({ kind: "saving" });
    try {
      const result =
        saved === undefined || how === "as new"
          ? await repository.create(createInputSchema.parse(inputOf(draft)))
          : await repository.update(
              saved.id,
              updateInputSchema.parse(patchOf(draft, baseline)),
              how === "over" ? {} : { expectedUpdatedAt: saved.updatedAt },
            );
      announceChange();
      if (saved?.id !== result.id) {
        handOver(result);
        setHandedOver(true);
        router.replace(`/pipelines/${result.id}`);
        return;
      }
      setSaved(result);
      // What was typed meanwhile stays; otherwise the form shows what the model made of it (trimmed texts, say).
      setDraft((now) => (now === draft ? draftOf(result) : now));
      setTouched(new Set());
      setSubmitted(false);
      setOutcome({ kind: "saved" });
    } catch (error) {
      setOutcome(outcomeOf(error));
    }
  };

  const remove = async () => {
    setDeleting(false);
    if (repository === null || saved === undefined) return;
    try {
      await repository.delete(saved.id);
      announceChange();
      router.push("/");
    } catch (error) {
      setOutcome({ kind: "failed", message: messageOf(error) });
    }
  };

  const loadTheirs = async () => {
    if (repository === null || saved === undefined) return;
    try {
      const theirs = await repository.get(saved.id);
      if (theirs === null) setOutcome({ kind: "gone" });
      else {
        setSaved(theirs);
        setDraft(draftOf(theirs));
        setTouched(new Set());
        setSubmitted(false);
        setOutcome({ kind: "none" });
      }
    } catch (error) {
      setOutcome({ kind: "failed", message: messageOf(error) });
    }
  };

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        form.current?.requestSubmit();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  const name = saved?.name ?? "New pipeline";
  const fields = (
    <div className="space-y-6">
      <TextField label="Name" value={draft.name} issues={issuesOf(["name"], "name")} onChange={set("name")} />
      <TextArea
        label="Description"
        optional
        value={draft.description}
        issues={issuesOf(["description"], "description")}
        onChange={set("description")}
      />
      <TextField
        label="Default source"
        optional
        inputMode="url"
        placeholder="https://"
        hint="Where the text comes from when a run brings none"
        value={draft.defaultSource}
        issues={issuesOf(["defaultSource"], "defaultSource")}
        onChange={set("defaultSource")}
      />
      <StepList steps={draft.steps} issuesOf={issuesOf} onChange={(steps, key) => change({ ...draft, steps }, key)} />
    </div>
  );
  const schedule = (
    <SchedulePanel
      scheduled={draft.scheduled}
      schedule={draft.schedule}
      issuesOf={issuesOf}
      onScheduled={(scheduled) =>
        change(
          { ...draft, scheduled, schedule: { ...draft.schedule, timezone: draft.schedule.timezone || viewerZone() } },
          "schedule",
        )
      }
      onChange={(next, key) => change({ ...draft, schedule: next }, key)}
    />
  );

  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <p className="text-sm">
        <GuardedLink href="/" className="link">
          All pipelines
        </GuardedLink>
      </p>
      <h1 ref={title} tabIndex={-1} className="mt-2 text-2xl font-semibold tracking-tight break-words">
        {name}
      </h1>
      {saved?.lastRunAt !== undefined && (
        <p className="hint mt-1">Last run {longTime(saved.lastRunAt, viewerZone())}</p>
      )}
      <div className="mt-6">
        {secret !== undefined && server !== "none" && (
          <NewWebhook
            secret={secret}
            waiting={unsent}
            onDone={() => {
              setSecret(undefined);
              title.current?.focus();
            }}
          />
        )}
        {elsewhere.length > 0 && (
          <ul className="panel mb-6 border-danger/60">
            {elsewhere.map((issue) => (
              <li key={`${placeOf(issue.path)} ${issue.code}`} className="issue">
                {sentenceOf(issue, placeOf(issue.path) || "This pipeline")}
              </li>
            ))}
          </ul>
        )}
        <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_24rem]">
          {fields}
          <div className="space-y-6">
            {schedule}
            {saved !== undefined && server !== "none" && secret === undefined && <KnownWebhook pipeline={saved} />}
          </div>
        </div>
      </div>
      <div className="full-bleed sticky bottom-0 z-10 mt-10 py-3">
        <div className="flex flex-wrap items-center justify-end gap-x-4 gap-y-2">
          <div role="status" aria-label="Saving" className="min-w-0 flex-1 basis-40 text-sm">
            <OutcomeLine outcome={outcome} changed={changed} isNew={saved === undefined} unsent={unsent} />
          </div>
          {outcome.kind === "stale" && (
            <>
              <button type="button" className="button" onClick={() => void loadTheirs()}>
                Load theirs
              </button>
              <button type="button" className="button" onClick={() => void save("over")}>
                Save mine over it
              </button>
            </>
          )}
          {outcome.kind === "gone" && (
            <button type="button" className="button" onClick={() => void save("as new")}>
              Save as a new one
            </button>
          )}
          {saved !== undefined && outcome.kind !== "gone" && (
            <button type="button" className="button button-danger" onClick={() => setDeleting(true)}>
              Delete
            </button>
          )}
          <button
            type="submit"
            className="button button-primary"
            aria-keyshortcuts="Control+S"
            disabled={repository === null || outcome.kind === "gone" || outcome.kind === "stale"}
          >
            {saved === undefined ? "Create pipeline" : "Save"}
          </button>
        </div>
      </div>
      <ConfirmDialog
        open={deleting}
        title={`Delete ${name}?`}
        confirm="Delete"
        onCancel={() => setDeleting(false)}
        onConfirm={() => void remove()}
      >
        Its schedule and its webhook stop with it. This cannot be taken back.
      </ConfirmDialog>
    </form>
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
        <span className="text-danger">
          {outcome.count === 1 ? "One thing to mend" : `${outcome.count} things to mend`}
        </span>
      );
    case "stale":
      return <span className="text-notice">This pipeline was changed elsewhere since you opened it.</span>;
    case "gone":
      return <span className="text-notice">This pipeline was deleted elsewhere.</span>;
    case "failed":
      return <span className="text-danger">{outcome.message}</span>;
    case "saved":
    case "none":
      if (changed) return <span className="text-soft">{isNew ? "Not saved yet" : "Unsaved changes"}</span>;
      if (unsent) return <span className="text-notice">Saved on this device, not yet on the server</span>;
      return outcome.kind === "saved" ? <span className="text-accent">Saved</span> : null;
  }
}

/** Whether the form shows issues at this path beside a control. */
function hasField([field, second, third, fourth, ...rest]: Issue["path"], draft: Draft): boolean {
  if (rest.length > 0) return false;
  switch (field) {
    case "steps": {
      if (second === undefined) return true;
      const step = typeof second === "number" ? draft.steps[second] : undefined;
      if (step === undefined) return false;
      if (third === "options") return controlsOf(step.kind).some(([option]) => option === fourth);
      return third === "label" && fourth === undefined;
    }
    case "schedule":
      return (
        draft.scheduled &&
        third === undefined &&
        (second === "cron" || second === "timezone" || second === "description")
      );
    default:
      return second === undefined && (field === "name" || field === "description" || field === "defaultSource");
  }
}

function outcomeOf(error: unknown): Outcome {
  if (isPipelineError(error)) {
    if (error.code === "conflict") return { kind: "stale" };
    if (error.code === "not_found") return { kind: "gone" };
    if (error.code === "invalid")
      return {
        kind: "failed",
        message: error.issues.map((issue) => sentenceOf(issue, placeOf(issue.path))).join("; "),
      };
  }
  return { kind: "failed", message: messageOf(error) };
}
