"use client";

import { createInputSchema, isPipelineError, updateInputSchema, type Issue, type Pipeline } from "convex-pipelines";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { announceChange } from "@/lib/changes";
import { handOver } from "@/lib/created";
import { handOverDeleted } from "@/lib/deleted";
import { draftOf, emptyDraft, inputOf, isChanged, patchOf, type Draft } from "@/lib/draft";
import { hasField, isAt, textAt, type IssuesOf } from "@/lib/issues";
import { useLeaveGuard } from "./leave-guard";
import { useHome, useStatus } from "./repository-provider";

const TYPED_IS_HERE = "What you typed is still here.";

export type Outcome =
  | { kind: "none" }
  | { kind: "saving" }
  | { kind: "saved" }
  | { kind: "issues"; count: number }
  /** Somebody else saved it first. */
  | { kind: "stale" }
  /** Somebody else deleted it. */
  | { kind: "gone" }
  /** `what` did not happen, and what became of what was typed. */
  | { kind: "failed"; what: string; error: unknown; retry: () => void };

/** A change that the server did not apply, to be made otherwise. */
export interface WaitingChange {
  operation: string;
  mine: Pipeline;
}

export interface PipelineForm {
  /** As it was last read or written here; absent until it is made. */
  saved: Pipeline | undefined;
  draft: Draft;
  changed: boolean;
  /** What was saved has not reached the server. */
  unsent: boolean;
  outcome: Outcome;
  issuesOf: IssuesOf;
  /** Issues that no field shows. */
  elsewhere: readonly Issue[];
  change: (next: Draft, key: string) => void;
  save: (how?: "normal" | "over" | "as new") => Promise<void>;
  remove: () => Promise<void>;
  /** Replaces the webhook secret by another, which nobody tells again; what is typed stays. */
  rotateSecret: () => Promise<string | undefined>;
  /** Gives up what was typed here for what somebody else saved. */
  loadTheirs: () => Promise<void>;
}

/**
 * What is typed, what the model thinks of it, and what became of saving it. `onRefused` lets the page lead to what the
 * model will not take. With a `waiting` change the form begins with that, and saving settles it.
 */
export function usePipelineForm(
  pipeline: Pipeline | undefined,
  created: Pipeline | undefined,
  onRefused: () => void,
  waiting?: WaitingChange,
): PipelineForm {
  const { repository, shared } = useHome();
  const router = useRouter();
  const [saved, setSaved] = useState<Pipeline | undefined>(pipeline);
  const [draft, setDraft] = useState<Draft>(() => {
    const shown = waiting?.mine ?? pipeline;
    return shown === undefined ? emptyDraft() : draftOf(shown);
  });
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [submitted, setSubmitted] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>({ kind: created === undefined ? "none" : "saved" });
  const [handedOver, setHandedOver] = useState(false);
  const status = useStatus();

  const baseline = useMemo(() => (saved === undefined ? emptyDraft() : draftOf(saved)), [saved]);
  const changed = isChanged(draft, baseline);
  useLeaveGuard(changed && !handedOver);

  // A newer version from elsewhere: taken in silence while nothing is typed here, said otherwise.
  const [seen, setSeen] = useState(pipeline);
  if (pipeline !== seen) {
    setSeen(pipeline);
    if (pipeline !== undefined && pipeline.updatedAt === saved?.updatedAt && !changed) {
      setSaved(pipeline); // it has run since, or this device's copy was not whole
      setDraft(draftOf(pipeline));
    }
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
  // What the server refuses is said like what the model refuses here, until that value is another.
  const [refusal, setRefusal] = useState<{ issues: readonly Issue[]; fields: object }>({ issues: [], fields: {} });
  const issues: readonly Issue[] = useMemo(() => {
    if (!checked.success) return checked.error.issues;
    const fields = inputOf(draft);
    return refusal.issues.filter(({ path }) => textAt(fields, path) === textAt(refusal.fields, path));
  }, [checked, draft, refusal]);

  // While typing, the fields that were typed in; after an attempt to save, all.
  const issuesOf: IssuesOf = (path, key) =>
    submitted || touched.has(key) ? issues.filter((issue) => isAt(issue, path)) : [];
  const elsewhere = submitted ? issues.filter((issue) => !hasField(issue.path, draft)) : [];

  const change = (next: Draft, key: string) => {
    setDraft(next);
    setTouched((before) => (before.has(key) ? before : new Set(before).add(key)));
    setOutcome((before) => (before.kind === "stale" || before.kind === "gone" ? before : { kind: "none" }));
  };

  const save = async (how: "normal" | "over" | "as new" = "normal") => {
    if (repository === null || outcome.kind === "saving") return;
    setSubmitted(true);
    const input = how === "as new" ? createInputSchema.safeParse(inputOf(draft)) : checked;
    if (!input.success) {
      setOutcome({ kind: "issues", count: input.error.issues.length });
      onRefused();
      return;
    }
    setOutcome({ kind: "saving" });
    try {
      const result =
        waiting !== undefined
          ? await shared?.resolve(waiting.operation, updateInputSchema.parse(input.data))
          : saved === undefined || how === "as new"
            ? await repository.create(createInputSchema.parse(inputOf(draft)))
            : await repository.update(
                saved.id,
                updateInputSchema.parse(patchOf(draft, baseline)),
                how === "over" ? {} : { expectedUpdatedAt: saved.updatedAt },
              );
      announceChange();
      if (result == null) {
        setHandedOver(true);
        router.replace("/changes");
        return;
      }
      if (waiting !== undefined || saved?.id !== result.id) {
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
      setRefusal({ issues: [], fields: {} });
      setOutcome({ kind: "saved" });
    } catch (error) {
      if (isPipelineError(error) && error.code === "conflict") setOutcome({ kind: "stale" });
      else if (isPipelineError(error) && error.code === "not_found") setOutcome({ kind: "gone" });
      else if (isPipelineError(error) && error.code === "invalid" && error.issues.length > 0) {
        setRefusal({ issues: error.issues, fields: inputOf(draft) });
        setOutcome({ kind: "issues", count: error.issues.length });
        onRefused();
      } else {
        const what = `This was not saved. ${TYPED_IS_HERE}`;
        setOutcome({ kind: "failed", what, error, retry: () => void save(how) });
      }
    }
  };

  const remove = async () => {
    if (repository === null || saved === undefined) return;
    try {
      await repository.delete(saved.id);
      announceChange();
      handOverDeleted(saved);
      setHandedOver(true);
      router.push("/");
    } catch (error) {
      setOutcome({ kind: "failed", what: "This was not deleted.", error, retry: () => void remove() });
    }
  };

  const rotateSecret = async () => {
    if (repository === null || saved === undefined) return undefined;
    const before = outcome;
    setOutcome({ kind: "saving" }); // a newer version that arrives meanwhile is this one
    try {
      const options = { expectedUpdatedAt: saved.updatedAt };
      const result = await repository.update(saved.id, { rotateSecret: true }, options);
      setSaved(result);
      setOutcome(before);
      announceChange();
      return result.webhookSecret;
    } catch (error) {
      setOutcome(isPipelineError(error) && error.code === "conflict" ? { kind: "stale" } : before);
      throw error;
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
      const what = `The other version could not be loaded. ${TYPED_IS_HERE}`;
      setOutcome({ kind: "failed", what, error, retry: () => void loadTheirs() });
    }
  };

  return {
    saved,
    draft,
    changed,
    unsent: saved !== undefined && status.unsent.has(saved.id),
    outcome,
    issuesOf,
    elsewhere,
    change,
    save,
    remove,
    rotateSecret,
    loadTheirs,
  };
}
