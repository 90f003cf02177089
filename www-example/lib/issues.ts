/** Puts the model's issues on the fields of a form. */
import type { Issue } from "convex-pipelines";
import type { Draft } from "./draft";
import { controlsOf } from "./step-forms";

export type Path = Issue["path"];

/** What is to be said at a field: `key` is what marks it as touched, which need not be its path. */
export type IssuesOf = (path: Path, key: string) => readonly Issue[];

/** Codes whose message is a sentence of its own; the others go on after the field's name ("is required"). */
const sentences = new Set(["cron", "timezone"]);

export function sentenceOf(issue: Issue, label: string): string {
  return sentences.has(issue.code) ? capital(issue.message) : `${label} ${issue.message}`;
}

export function isAt(issue: Issue, path: Path): boolean {
  return issue.path.length === path.length && issue.path.every((segment, index) => segment === path[index]);
}

/** What stands at a path of what was given, as text: two that differ there differ in this. */
export function textAt(given: object, path: Path): string {
  let value: unknown = given;
  for (const segment of path) {
    if (typeof value !== "object" || value === null) return "";
    value = (value as Partial<Record<string | number, unknown>>)[segment];
  }
  return value === undefined ? "" : JSON.stringify(value);
}

/** `steps[0].options.style`, for an issue that has no field of its own. */
export function placeOf(path: Path): string {
  return path.reduce<string>(
    (place, segment) =>
      typeof segment === "number" ? `${place}[${segment}]` : place === "" ? segment : `${place}.${segment}`,
    "",
  );
}

/** Whether the form shows issues at this path beside a control. */
export function hasField([field, second, third, fourth, ...rest]: Path, draft: Draft): boolean {
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

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
