/** Puts the model's issues on the fields of a form. */
import type { Issue } from "convex-pipelines";
import { requiredOptions } from "./asked";
import { controlsOf, shownControls, titleOf } from "./step-forms";
import type { Values } from "./values";

export type Path = Issue["path"];

/** Codes whose message is a sentence of its own; the others go on after the field's name ("is required"). */
const sentences = new Set(["cron", "timezone"]);

export function sentenceOf(issue: Issue, label: string): string {
  if (issue.code === "too_few" && isAt(issue, ["steps"])) return "Add at least one step";
  return sentences.has(issue.code) ? capital(issue.message) : `${label} ${issue.message}`;
}

export function isAt(issue: Issue, path: Path): boolean {
  return issue.path.length === path.length && issue.path.every((segment, index) => segment === path[index]);
}

/** `steps[0].options.style`, for an issue that has no field of its own. */
export function placeOf(path: Path): string {
  return path.reduce<string>(
    (place, segment) =>
      typeof segment === "number" ? `${place}[${segment}]` : place === "" ? segment : `${place}.${segment}`,
    "",
  );
}

/** What marks the field at this path as touched: places of steps shift, their ids stay. */
export function touchOf([field, index, ...rest]: Path, { steps }: Values): string {
  const step = field === "steps" && typeof index === "number" ? steps?.[index] : undefined;
  if (step !== undefined) return `${step.id}.${String(rest.at(-1))}`;
  return (index === undefined ? [field] : [field, index, ...rest]).join(".");
}

/** The issues of each step, by its place. */
export function byStep(issues: readonly Issue[]): ReadonlyMap<number, readonly Issue[]> {
  const steps = new Map<number, Issue[]>();
  for (const issue of issues) {
    const [field, index] = issue.path;
    if (field !== "steps" || typeof index !== "number") continue;
    const known = steps.get(index);
    if (known === undefined) steps.set(index, [issue]);
    else known.push(issue);
  }
  return steps;
}

/** Whether two lists say the same of the same places. */
export function areSame(some: readonly Issue[], others: readonly Issue[]): boolean {
  const isSame = (issue: Issue, other: Issue | undefined) =>
    other?.code === issue.code && other.message === issue.message && isAt(other, issue.path);
  return some === others || (some.length === others.length && some.every((issue, at) => isSame(issue, others[at])));
}

/** For `memo`: issues are listed anew at each key press, and mostly say the same. */
export function haveSame<Props extends { issues: readonly Issue[] }>(before: Props, next: Props): boolean {
  return (Object.keys(next) as (keyof Props)[]).every((property) =>
    property === "issues" ? areSame(before.issues, next.issues) : before[property] === next[property],
  );
}

/** The words over the field at this path: `Step 3, Translate: Target language`. */
export function labelOf(path: Path, { steps }: Values): string {
  const [field, second, third, fourth] = path;
  const step = field === "steps" && typeof second === "number" ? steps?.[second] : undefined;
  if (step !== undefined && typeof second === "number") {
    const control = controlsOf(step.kind).find(([option]) => third === "options" && option === fourth)?.[1];
    return `Step ${second + 1}, ${titleOf(step.kind)}: ${control?.label ?? (third === "label" ? "Note" : placeOf(path.slice(2)))}`;
  }
  return labels[placeOf(path)] ?? placeOf(path);
}

/** A problem with the words over its field, to stand away from it. */
export function problemOf(issue: Issue, values: Values): string {
  const label = labelOf(issue.path, values) || "This pipeline";
  return sentences.has(issue.code) ? `${label}: ${issue.message}` : sentenceOf(issue, label);
}

const labels: Partial<Record<string, string>> = {
  name: "Name",
  description: "Description",
  defaultSource: "Default source",
  steps: "Steps",
  "schedule.cron": "When",
  "schedule.timezone": "Time zone",
  "schedule.description": "Note",
};

/** Whether the form shows issues at this path beside a control. */
export function hasField([field, second, third, fourth, ...rest]: Path, { steps, schedule }: Values): boolean {
  if (rest.length > 0) return false;
  switch (field) {
    case "steps": {
      if (second === undefined) return true;
      const step = typeof second === "number" ? steps?.[second] : undefined;
      if (step === undefined) return false;
      if (third === "options") return shownControls(step, requiredOptions(step)).some(([option]) => option === fourth);
      return third === "label" && fourth === undefined;
    }
    case "schedule":
      return (
        schedule != null &&
        third === undefined &&
        (second === "cron" || second === "timezone" || second === "description")
      );
    default:
      return second === undefined && (field === "name" || field === "description" || field === "defaultSource");
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
