/**
 * A pipeline as it stands in the form: every control's value as it was typed.
 *
 * Nothing is checked here. `inputOf` and `patchOf` give the model what the person wrote, and the model says what it thinks.
 */
import type { Pipeline } from "convex-pipelines";
import { controlsOf, stepForms, type StepKind } from "./step-forms";

export interface DraftStep {
  id: string;
  kind: StepKind;
  label: string;
  /** What the controls hold: a check's boolean, everything else as text; options without a control as they were stored. */
  options: Record<string, unknown>;
}

export interface DraftSchedule {
  cron: string;
  timezone: string;
  description: string;
  enabled: boolean;
}

export interface Draft {
  name: string;
  description: string;
  defaultSource: string;
  steps: DraftStep[];
  scheduled: boolean;
  schedule: DraftSchedule;
}

type Fields = Record<string, unknown>;

export function emptyDraft(): Draft {
  return {
    name: "",
    description: "",
    defaultSource: "",
    steps: [],
    scheduled: false,
    schedule: { cron: "0 7 * * 1-5", timezone: "", description: "", enabled: true },
  };
}

export function draftOf(pipeline: Pipeline): Draft {
  const empty = emptyDraft();
  return {
    name: pipeline.name,
    description: pipeline.description ?? "",
    defaultSource: pipeline.defaultSource ?? "",
    steps: pipeline.steps.map((step) => ({
      id: step.id,
      kind: step.kind,
      label: step.label ?? "",
      options: asTyped(step.kind, step.options),
    })),
    scheduled: pipeline.schedule !== undefined,
    schedule: {
      cron: pipeline.schedule?.cron ?? empty.schedule.cron,
      timezone: pipeline.schedule === undefined ? "" : (pipeline.schedule.timezone ?? "UTC"),
      description: pipeline.schedule?.description ?? "",
      enabled: pipeline.schedule?.enabled ?? true,
    },
  };
}

export function newStep(kind: StepKind): DraftStep {
  return { id: crypto.randomUUID(), kind, label: "", options: asTyped(kind, stepForms[kind].start) };
}

/** What the form says, for `createInputSchema`. */
export function inputOf(draft: Draft): Fields {
  const { schedule } = draft;
  return {
    name: draft.name,
    description: draft.description,
    steps: draft.steps.map(stepInput),
    ...(draft.scheduled && {
      schedule: {
        cron: schedule.cron,
        ...(schedule.timezone !== "UTC" && { timezone: schedule.timezone }),
        description: schedule.description,
        ...(!schedule.enabled && { enabled: false }),
      },
    }),
    ...(draft.defaultSource !== "" && { defaultSource: draft.defaultSource }),
  };
}

/** The fields that differ from `saved`, for `updateInputSchema`: what was not touched is neither sent nor judged. */
export function patchOf(draft: Draft, saved: Draft): Fields {
  const next = inputOf(draft);
  const before = inputOf(saved);
  const patch: Fields = {};
  for (const field of ["name", "description", "steps", "schedule", "defaultSource"]) {
    if (JSON.stringify(next[field]) !== JSON.stringify(before[field])) patch[field] = next[field] ?? null;
  }
  return patch;
}

export function isChanged(draft: Draft, saved: Draft): boolean {
  return Object.keys(patchOf(draft, saved)).length > 0;
}

function stepInput(step: DraftStep): Fields {
  const options: Fields = { ...step.options };
  for (const [option, control] of controlsOf(step.kind)) {
    const value = options[option];
    if (control.control === "number") options[option] = numberOf(value);
    else if (control.control === "choice" && value === "") options[option] = undefined;
  }
  return { id: step.id, kind: step.kind, label: step.label, options };
}

/** A number where one was typed, nothing where nothing was, and otherwise the text, for the model to refuse. */
function numberOf(typed: unknown): unknown {
  if (typeof typed !== "string") return typed;
  const text = typed.trim();
  if (text === "") return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : typed;
}

function asTyped(kind: StepKind, options: object): Fields {
  const typed: Fields = { ...options };
  for (const [option, control] of controlsOf(kind)) {
    const value = typed[option];
    if (control.control === "check") typed[option] = value;
    else typed[option] = typeof value === "number" ? String(value) : (value ?? "");
  }
  return typed;
}
