import { requiredOptions } from "./asked";
import { shownControls, type Control } from "./step-forms";
import { optionOf, textOf, type StepValues } from "./values";

/** What a collapsed step says of itself: `5 points, bullets`, and its note. */
export function summaryOf(step: StepValues): string {
  const parts = shownControls(step, requiredOptions(step)).map(([option, control]) =>
    partOf(control, optionOf(step, option)),
  );
  const options = parts.filter((part) => part !== "").join(", ");
  const settings = options.charAt(0).toUpperCase() + options.slice(1);
  return [settings, step.label ?? ""].filter((text) => text.trim() !== "").join(" · ");
}

function partOf(control: Control, value: unknown): string {
  if (control.control === "check") return value === true ? lower(control.label) : "";
  const text = textOf(value);
  if (text.trim() === "") return "";
  const words = control.control === "choice" ? lower(control.choices[text] ?? text) : text.trim();
  return control.summary.replace("{}", () => words);
}

function lower(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}
