/**
 * A pipeline as it stands in the form: every control's value as it was typed.
 *
 * Nothing is checked here. `inputOf` and `patchOf` give the model what the person wrote, and the model says what it thinks.
 */
import type { Pipeline } from "convex-pipelines";
import { requiredOptions } from "./asked";
import { controlsOf, shownControls, stepForms, type StepKind } from "./step-forms";
import { viewerZone } from "./times";

export interface DraftStep {
  id: string;
  /** A {@link StepKind}, or a kind of a newer version. */
  kind: string;
  label: string;
  /** What the controls hold: a check's boolean, everything else as text; options without a control as they were stored. */
  options: Fields;
  /** Fields of a newer version, as they were stored. */
  rest?: Fields;
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
  const { name, description, defaultSource, steps, schedule } = pipeline as unknown as Fields;
  const stored = isFields(schedule) ? schedule : undefined;
  return {
    name: textOf(name),
    description: textOf(description),
    defaultSource: textOf(defaultSource),
    steps: Array.isArray(steps) ? steps.filter(isFields).map(draftStep) : [],
    scheduled: stored !== undefined,
    schedule: {
      cron: stored === undefined ? empty.schedule.cron : textOf(stored.cron),
      timezone: stored === undefined ? "" : textOf(stored.timezone ?? "UTC"),
      description: textOf(stored?.description),
      enabled: stored?.enabled !== false,
    },
  };
}

function draftStep({ id, kind, label, options, ...rest }: Fields): DraftStep {
  const step = { id: textOf(id), kind: textOf(kind), label: textOf(label) };
  return { ...step, options: asTyped(step.kind, isFields(options) ? options : {}), rest };
}

/** A stored field that is no text is of a newer version, and has no control here. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Random bytes, because `crypto.randomUUID` is missing on a page that came over plain http from another machine. */
function newStepId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function newStep(kind: StepKind): DraftStep {
  return { id: newStepId(), kind, label: "", options: asTyped(kind, stepForms[kind].start) };
}

/** The same step once more: what its fields hold is theirs, so the values may be shared. */
export function copyOf(step: DraftStep): DraftStep {
  return { ...step, id: newStepId() };
}

/** A first schedule is in the time zone of whoever makes it. */
export function withSchedule(draft: Draft, scheduled: boolean): Draft {
  const { schedule } = draft;
  return { ...draft, scheduled, schedule: { ...schedule, timezone: schedule.timezone || viewerZone() } };
}

/** What the form says, for `createInputSchema`. */
export function inputOf(draft: Draft): Fields {
  const { schedule } = draft;
  return {
    name: draft.name,
    description: draft.description,
    steps: draft.steps.map((step) => readStep(step).input),
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
  for (const field of ["name", "description", "schedule", "defaultSource"]) {
    if (JSON.stringify(next[field]) !== JSON.stringify(before[field])) patch[field] = next[field] ?? null;
  }
  if (stepsText(draft) !== stepsText(saved)) patch.steps = next.steps;
  return patch;
}

function stepsText({ steps }: Draft): string {
  return steps.map((step) => readStep(step).text).join();
}

export function isChanged(draft: Draft, saved: Draft): boolean {
  return Object.keys(patchOf(draft, saved)).length > 0;
}

/** What each step says: of many, a key press changes one. */
const readSteps = new WeakMap<DraftStep, { input: Fields; text: string }>();

function readStep(step: DraftStep): { input: Fields; text: string } {
  let read = readSteps.get(step);
  if (read === undefined) {
    const input = stepInput(step);
    read = { input, text: JSON.stringify(input) };
    readSteps.set(step, read);
  }
  return read;
}

function stepInput(step: DraftStep): Fields {
  const options: Fields = { ...step.options };
  const shown = new Set(shownControls(step, requiredOptions(step)).map(([option]) => option));
  for (const [option, control] of controlsOf(step.kind)) {
    const value = options[option];
    // What a person cannot see is not sent; choosing what it belongs to brings it back.
    if (!shown.has(option)) options[option] = undefined;
    else if (control.control === "number") options[option] = numberOf(value);
    else if (control.control === "choice" && value === "") options[option] = undefined;
  }
  return { ...step.rest, id: step.id, kind: step.kind, label: step.label, options };
}

/** A number where one was typed, nothing where nothing was, and otherwise the text, for the model to refuse. */
function numberOf(typed: unknown): unknown {
  if (typeof typed !== "string") return typed;
  const text = typed.trim();
  if (text === "") return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : typed;
}

function asTyped(kind: string, options: object): Fields {
  const typed: Fields = { ...options };
  for (const [option, control] of controlsOf(kind)) {
    const value = typed[option];
    if (control.control === "check") typed[option] = value;
    else typed[option] = typeof value === "number" ? String(value) : (value ?? "");
  }
  return typed;
}
