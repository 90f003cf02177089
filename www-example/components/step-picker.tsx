"use client";

import { stepForms, stepKinds, type StepKind } from "@/lib/step-forms";
import { StepIcon } from "./step-icon";

/** The kinds of step to choose from. */
export function StepPicker({
  legend,
  id,
  invalid,
  onPick,
}: {
  legend: string;
  id?: string;
  invalid?: boolean;
  onPick: (kind: StepKind) => void;
}) {
  return (
    <fieldset
      id={id}
      tabIndex={-1}
      data-invalid={invalid ? true : undefined}
      aria-describedby={invalid ? `${id}-issues` : undefined}
    >
      <legend className="label">{legend}</legend>
      <div className="grid grid-cols-2 gap-2 sm:grid-cols-3">
        {stepKinds.map((kind) => (
          <button
            key={kind}
            type="button"
            onClick={() => onPick(kind)}
            className="flex flex-col rounded-md border border-edge bg-raised px-3 py-2.5 text-left text-sm transition-colors hover:border-accent"
          >
            <span className="flex items-center gap-2 font-medium">
              <StepIcon kind={kind} />
              {stepForms[kind].title}
            </span>
            <span className="mt-0.5 text-soft">{stepForms[kind].about}</span>
          </button>
        ))}
      </div>
    </fieldset>
  );
}
