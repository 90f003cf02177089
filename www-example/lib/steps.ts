/** What can be done to the list of steps. Each takes the list as it is at that moment, and leaves it alone. */
import type { StepKind } from "./step-forms";
import { copyOf, newStep, type StepValues } from "./values";

export type Steps = readonly StepValues[];

/** A step that was taken out, and where it stood. */
export interface RemovedStep {
  step: StepValues;
  index: number;
}

export function placeIn(steps: Steps, id: string): number {
  return steps.findIndex((step) => step.id === id);
}

/** Moves a step to the place `to`; what is not there stays where it is. */
export function moved(steps: Steps, id: string, to: number): StepValues[] {
  const from = placeIn(steps, id);
  const step = steps[from];
  if (step === undefined || to < 0 || to >= steps.length) return [...steps];
  return steps.toSpliced(from, 1).toSpliced(to, 0, step);
}

export function edited(steps: Steps, id: string, edit: (step: StepValues) => StepValues): StepValues[] {
  return steps.map((step) => (step.id === id ? edit(step) : step));
}

export function inserted(steps: Steps, index: number, kind: StepKind): StepValues[] {
  return steps.toSpliced(index, 0, newStep(kind));
}

export function duplicated(steps: Steps, id: string): StepValues[] {
  return steps.flatMap((step) => (step.id === id ? [step, copyOf(step)] : [step]));
}

export function without(steps: Steps, id: string): StepValues[] {
  return steps.filter((step) => step.id !== id);
}

/** Puts a step back, unless it is there already: another version of the pipeline may have been loaded meanwhile. */
export function restored(steps: Steps, { step, index }: RemovedStep): StepValues[] {
  return placeIn(steps, step.id) === -1 ? steps.toSpliced(index, 0, step) : [...steps];
}
