/**
 * A pipeline as the fields of its form hold it.
 *
 * Nothing is checked here: what the fields mean, and what is wrong with it, is the model's to say.
 */
import type { FormValues, Pipeline, PipelineUpdateInput } from "convex-pipelines";
import { requiredOptions } from "./asked";
import { shownControls, stepForms, type StepKind } from "./step-forms";
import { viewerZone } from "./times";

export type Values = FormValues<PipelineUpdateInput>;
/** Its kind, or one of its options, may be of a newer version. */
export type StepValues = NonNullable<Values["steps"]>[number];
export type ScheduleValues = Required<NonNullable<Values["schedule"]>>;

export type Fields = Record<string, unknown>;

/** What was stored, where a field can show it: the rest stays as it is while the form leaves it alone. */
export function valuesOf(pipeline: Pipeline | undefined): Values {
  const { name, description, defaultSource, steps, schedule } = (pipeline ?? {}) as Fields;
  return {
    name: textOf(name),
    description: textOf(description),
    defaultSource: textOf(defaultSource),
    steps: Array.isArray(steps) ? steps.filter(isFields).map(stepValues) : [],
    ...(isFields(schedule) && { schedule: scheduleValues(schedule) }),
  };
}

function stepValues({ id, kind, label, options, ...rest }: Fields): StepValues {
  const step = { ...rest, id: textOf(id), kind: textOf(kind), label: textOf(label) };
  return { ...step, options: isFields(options) ? options : {} } as StepValues;
}

function scheduleValues({ cron, timezone, description, enabled }: Fields): ScheduleValues {
  return {
    cron: textOf(cron),
    timezone: textOf(timezone ?? "UTC"),
    description: textOf(description),
    enabled: enabled !== false,
  };
}

/** What a text field shows; what is neither text nor number is of a newer version, and has no control here. */
export function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A first schedule is in the time zone of whoever makes it. */
export function firstSchedule(): ScheduleValues {
  return { cron: "0 7 * * 1-5", timezone: viewerZone(), description: "", enabled: true };
}

/** Random bytes, because `crypto.randomUUID` is missing on a page that came over plain http from another machine. */
function newStepId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function newStep(kind: StepKind): StepValues {
  return { id: newStepId(), kind, label: "", options: stepForms[kind].start } as StepValues;
}

/** The same step once more: what its fields hold is never changed in place, so the values may be shared. */
export function copyOf(step: StepValues): StepValues {
  return { ...step, id: newStepId() };
}

export function optionOf({ options }: StepValues, name: string): unknown {
  return (options as Fields | undefined)?.[name];
}

/**
 * The step with another value in one of its options. What no control shows any more is not sent: it is put `aside`, from
 * where it comes back together with its control.
 */
export function withOption(step: StepValues, name: string, value: unknown, aside: Fields): StepValues {
  const next = { ...step, options: { ...step.options, [name]: value } } as StepValues;
  const options: Fields = { ...next.options };
  const shown = new Set(shownControls(next, requiredOptions(next)).map(([option]) => option));
  for (const [option] of shownControls(step, requiredOptions(step))) {
    if (shown.has(option)) continue;
    aside[option] = options[option];
    options[option] = undefined;
  }
  for (const option of shown) options[option] ??= aside[option];
  return { ...next, options } as StepValues;
}
