"use client";

import { createInputSchema, isPipelineError, updateInputSchema, type Issue, type Pipeline } from "convex-pipelines";
import { usePipelineActions, useSyncStatus } from "convex-pipelines/react";
import { useRouter } from "next/navigation";
import { useCallback, useMemo, useState } from "react";
import { flushSync } from "react-dom";
import { handOver } from "@/lib/created";
import { handOverDeleted } from "@/lib/deleted";
import { draftOf, emptyDraft, inputOf, isChanged, patchOf, type Draft } from "@/lib/draft";
import { hasField, textAt, touchOf } from "@/lib/issues";
import { useLeaveGuard } from "./leave-guard";
import { useHome } from "./repository-provider";

const TYPED_IS_HERE = "What you typed is still here.";

export type Outcome =
  | { kind: "none" }
  | { kind: "saving" }
  | { kind: "saved" }
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

export type Change = (edit: (draft: Draft) => Draft, touched: string) => void;

export interface PipelineForm {
  /** As it was last read or written here; absent until it is made. */
  saved: Pipeline | undefined;
  draft: Draft;
  changed: boolean;
  /** What was saved has not reached the server. */
  unsent: boolean;
  outcome: Outcome;
  /** What is to be said now: of the fields that were typed in, and after an attempt to save of all. */
  issues: readonly Issue[];
  /** What stands in the way of saving, once that was tried. */
  problems: readonly Issue[];
  /** Those that no field shows. */
  elsewhere: readonly Issue[];
  /** `touched` names what a person changed, as `touchOf` does. */
  change: Change;
  save: (how?: "normal" | "over" | "as new") => Promise<void>;
  remove: () => Promise<void>;
  /** Replaces the webhook secret by another, which nobody tells again; what is typed stays. */
  rotateSecret: () => Promise<string | undefined>;
  /** Gives up what was typed here for what somebody else saved. */
  loadTheirs: () => Promise<void>;
}

const none: readonly Issue[] = [];

/**
 * What is typed, what the model thinks of it, and what became of saving it. `onRefused` lets the page lead to what the
 * model will not take. With a `waiting` change the form begins with that, and saving settles it.
 */
export function usePipelineForm(
  pipeline: Pipeline | undefined,
  created: Pipeline | undefined,
  isGone: boolean,
  onRefused: (issues: readonly Issue[]) => void,
  waiting?: WaitingChange,
): PipelineForm {
  const { repository, shared } = useHome();
  const actions = usePipelineActions();
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
  const sync = useSyncStatus();

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

  const [wasGone, setWasGone] = useState(false);
  if (isGone !== wasGone) {
    setWasGone(isGone);
    if (isGone && outcome.kind !== "saving") setOutcome({ kind: "gone" });
  }

  // What was deleted elsewhere can only be made anew.
  const isNew = saved === undefined || outcome.kind === "gone";
  const checked = useMemo(
    () => (isNew ? createInputSchema.safeParse(inputOf(draft)) : updateInputSchema.safeParse(patchOf(draft, baseline))),
    [isNew, draft, baseline],
  );
  // What the server refuses is said like what the model refuses here, until that value is another.
  const [refusal, setRefusal] = useState<{ issues: readonly Issue[]; fields: object }>({ issues: [], fields: {} });
  const all = useMemo<readonly Issue[]>(() => {
    if (!checked.success) return checked.error.issues;
    if (refusal.issues.length === 0) return none;
    const fields = inputOf(draft);
    return refusal.issues.filter(({ path }) => textAt(fields, path) === textAt(refusal.fields, path));
  }, [checked, draft, refusal]);
  const issues = useMemo(
    () => (submitted ? all : all.filter((issue) => touched.has(touchOf(issue.path, draft)))),
    [all, submitted, touched, draft],
  );
  const problems = submitted ? all : none;
  const elsewhere = problems.filter((issue) => !hasField(issue.path, draft));

  // The same function for good: what is not changed is not drawn again for it.
  const change = useCallback<Change>((edit, key) => {
    setDraft(edit);
    setTouched((before) => (before.has(key) ? before : new Set(before).add(key)));
    setOutcome((before) =>
      before.kind === "stale" || before.kind === "gone" || before.kind === "none" ? before : { kind: "none" },
    );
  }, []);

  const save = async (how: "normal" | "over" | "as new" = "normal") => {
    if (repository === null || outcome.kind === "saving") return;
    setSubmitted(true);
    if (!checked.success) {
      setOutcome((before) => (before.kind === "failed" ? { kind: "none" } : before));
      onRefused(checked.error.issues);
      return;
    }
    setOutcome({ kind: "saving" });
    try {
      const result =
        waiting !== undefined
          ? await shared?.resolve(waiting.operation, updateInputSchema.parse(checked.data))
          : saved === undefined || how === "as new"
            ? await actions.create(createInputSchema.parse(inputOf(draft)))
            : await actions.update(
                saved.id,
                updateInputSchema.parse(patchOf(draft, baseline)),
                how === "over" ? {} : { expectedUpdatedAt: saved.updatedAt },
              );
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
        // On the page before that leads there.
        flushSync(() => {
          setRefusal({ issues: error.issues, fields: inputOf(draft) });
          setOutcome({ kind: "none" });
        });
        onRefused(error.issues);
      } else {
        const what = `This was not saved. ${TYPED_IS_HERE}`;
        setOutcome({ kind: "failed", what, error, retry: () => void save(how) });
      }
    }
  };

  const remove = async () => {
    if (saved === undefined) return;
    try {
      await actions.remove(saved.id);
      handOverDeleted(saved);
      setHandedOver(true);
      router.push("/");
    } catch (error) {
      setOutcome({ kind: "failed", what: "This was not deleted.", error, retry: () => void remove() });
    }
  };

  const rotateSecret = async () => {
    if (saved === undefined) return undefined;
    const before = outcome;
    setOutcome({ kind: "saving" }); // a newer version that arrives meanwhile is this one
    try {
      const options = { expectedUpdatedAt: saved.updatedAt };
      const result = await actions.update(saved.id, { rotateSecret: true }, options);
      setSaved(result);
      setOutcome(before);
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
    unsent: saved !== undefined && sync?.unsent.includes(saved.id) === true,
    outcome,
    issues,
    problems,
    elsewhere,
    change,
    save,
    remove,
    rotateSecret,
    loadTheirs,
  };
}
