/** Puts the model's issues on the fields of a form. */
import type { Issue } from "convex-pipelines";

export type Path = Issue["path"];

/** Codes whose message is a sentence of its own; the others go on after the field's name ("is required"). */
const sentences = new Set(["cron", "timezone"]);

export function sentenceOf(issue: Issue, label: string): string {
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

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
