import { requiredOptions } from "./asked";
import type { DraftStep } from "./draft";
import { shownControls, type Control } from "./step-forms";

/** What a collapsed step says of itself: `5 points, bullets`, and its note. */
export function summaryOf(step: DraftStep): string {
  const parts = shownControls(step, requiredOptions(step)).map(([option, control]) =>
    partOf(control, step.options[option]),
  );
  const options = parts.filter((part) => part !== "").join(", ");
  const settings = options.charAt(0).toUpperCase() + options.slice(1);
  return [settings, step.label].filter((text) => text.trim() !== "").join(" · ");
}

function partOf(control: Control, value: unknown): string {
  if (control.control === "check") return value === true ? lower(control.label) : "";
  if (typeof value !== "string" || value.trim() === "") return "";
  const words = control.control === "choice" ? lower(control.choices[value] ?? value) : value.trim();
  return control.summary.replace("{}", () => words);
}

function lower(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}
