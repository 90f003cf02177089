"use client";

import {
  createInputSchema,
  isPipelineError,
  updateInputSchema,
  type Issue,
  type Pipeline,
  type PipelineUpdateInput,
} from "convex-pipelines";
import {
  usePipelineActions,
  usePipelineForm,
  useSyncStatus,
  type FieldPath,
  type FieldValue,
} from "convex-pipelines/react";
import { useRouter } from "next/navigation";
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { handOver } from "@/lib/created";
import { handOverDeleted } from "@/lib/deleted";
import { hasField, touchOf } from "@/lib/issues";
import { valuesOf, type Values } from "@/lib/values";
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

/** Puts into a field what a person made of it. `touched` is what `touchOf` calls that, where it is not the field's path. */
export type Change = <Path extends FieldPath<Values>>(
  path: Path,
  value: FieldValue<Values, Path> | ((now: FieldValue<Values, Path>) => FieldValue<Values, Path>),
  touched?: string,
) => void;

export interface Editing {
  /** As it was last read or written here; absent until it is made. */
  saved: Pipeline | undefined;
  values: Values;
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
 * The form of a pipeline, and what became of saving it. `onRefused` lets the page lead to what the model will not take. With
 * a `waiting` change the form begins with that, and saving settles it.
 */
export function useEditing(
  pipeline: Pipeline | undefined,
  created: Pipeline | undefined,
  isGone: boolean,
  onRefused: (issues: readonly Issue[]) => void,
  waiting?: WaitingChange,
): Editing {
  const { repository, shared } = useHome();
  const actions = usePipelineActions();
  const router = useRouter();
  const [saved, setSaved] = useState<Pipeline | undefined>(pipeline);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [outcome, setOutcome] = useState<Outcome>({ kind: created === undefined ? "none" : "saved" });
  const [handedOver, setHandedOver] = useState(false);
  const sync = useSyncStatus();

  const [initial] = useState(() => valuesOf(waiting?.mine ?? pipeline));
  // What was deleted elsewhere can only be made anew.
  const isNew = saved === undefined || outcome.kind === "gone";
  const form = usePipelineForm<PipelineUpdateInput>(initial, isNew ? createInputSchema : updateInputSchema);
  const { values, isChanged: changed, isSubmitted, set, reset } = form;
  useLeaveGuard(changed && !handedOver);
  const now = useRef(values);
  useLayoutEffect(() => {
    now.current = values;
  });
  useLayoutEffect(() => {
    if (waiting !== undefined) reset(valuesOf(pipeline), valuesOf(undefined)); // what waits is what was typed since
  }, []);

  const take = (pipeline: Pipeline, since?: Values) => {
    setSaved(pipeline);
    reset(valuesOf(pipeline), since);
    setTouched(new Set());
  };

  // A newer version from elsewhere: taken in silence while nothing is typed here, said otherwise.
  const seen = useRef(pipeline);
  useLayoutEffect(() => {
    if (pipeline === seen.current) return;
    seen.current = pipeline;
    if (pipeline === undefined || saved === undefined) return;
    const isNewer = pipeline.updatedAt > saved.updatedAt && outcome.kind !== "saving";
    if (isNewer && changed) setOutcome({ kind: "stale" });
    else if (isNewer) {
      take(pipeline);
      setOutcome({ kind: "none" });
    } else if (pipeline.updatedAt === saved.updatedAt && !changed) take(pipeline); // it has run, or the copy was not whole
  });

  const [wasGone, setWasGone] = useState(false);
  if (isGone !== wasGone) {
    setWasGone(isGone);
    if (isGone && outcome.kind !== "saving") setOutcome({ kind: "gone" });
  }

  const issues = useMemo(
    () => (isSubmitted ? form.issues : form.issues.filter((issue) => touched.has(touchOf(issue.path, values)))),
    [form.issues, isSubmitted, touched, values],
  );
  const problems = isSubmitted ? form.issues : none;
  const elsewhere = problems.filter((issue) => !hasField(issue.path, values));

  // The same function for good: what is not changed is not drawn again for it.
  const change = useCallback<Change>(
    (path, value, touched = path) => {
      set(path, value);
      setTouched((before) => (before.has(touched) ? before : new Set(before).add(touched)));
      setOutcome((before) => (before.kind === "saved" || before.kind === "failed" ? { kind: "none" } : before));
    },
    [set],
  );

  const send = (input: PipelineUpdateInput, how: "normal" | "over" | "as new") => {
    if (waiting !== undefined) return shared?.resolve(waiting.operation, input);
    if (saved === undefined || how === "as new") return actions.create(createInputSchema.parse(input));
    return actions.update(saved.id, input, how === "over" ? {} : { expectedUpdatedAt: saved.updatedAt });
  };

  const save = async (how: "normal" | "over" | "as new" = "normal") => {
    if (repository === null || outcome.kind === "saving") return;
    const submitted = now.current; // a retry calls this as it was when the first attempt failed
    const saving = async (input: PipelineUpdateInput) => {
      setOutcome({ kind: "saving" });
      const result = await send(input, how);
      if (result == null) {
        setHandedOver(true);
        router.replace("/changes");
      } else if (waiting !== undefined || saved?.id !== result.id) {
        handOver(result);
        setHandedOver(true);
        router.replace(`/pipelines/${result.id}`);
      } else {
        // What was typed meanwhile stays; otherwise the form shows what the model made of it (trimmed texts, say).
        take(result, submitted);
        setOutcome({ kind: "saved" });
      }
    };
    const refused = (issues: readonly Issue[]) => {
      setOutcome((before) => (before.kind === "failed" || before.kind === "saving" ? { kind: "none" } : before));
      onRefused(issues);
    };
    try {
      await form.submit(saving, refused);
    } catch (error) {
      if (isPipelineError(error) && error.code === "conflict") setOutcome({ kind: "stale" });
      else if (isPipelineError(error) && error.code === "not_found") setOutcome({ kind: "gone" });
      else {
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
      if (theirs !== null) take(theirs);
      setOutcome({ kind: theirs === null ? "gone" : "none" });
    } catch (error) {
      const what = `The other version could not be loaded. ${TYPED_IS_HERE}`;
      setOutcome({ kind: "failed", what, error, retry: () => void loadTheirs() });
    }
  };

  return {
    saved,
    values,
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
