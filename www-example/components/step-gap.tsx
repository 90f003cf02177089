"use client";

import { Plus } from "lucide-react";
import { useId, useRef } from "react";
import { StepPicker } from "./step-picker";
import type { StepActions } from "./use-step-actions";

/** The way from one step to the next, where another can be put between them. */
export function StepGap({
  index,
  full,
  choosing,
  actions,
}: {
  index: number;
  full: boolean;
  choosing: boolean;
  actions: StepActions;
}) {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const name = `Insert a step before step ${index + 1}`;
  if (full) return <div aria-hidden="true" className="flow h-6" />;
  return (
    <div
      className="flow flex flex-col items-center py-1"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !choosing) return;
        actions.choose(null);
        opener.current?.focus();
      }}
    >
      <button
        ref={opener}
        type="button"
        className="inline-flex size-7 items-center justify-center rounded-full border border-edge bg-paper text-soft transition-colors hover:border-accent hover:text-accent"
        aria-label={name}
        aria-expanded={choosing}
        aria-controls={id}
        onClick={() => actions.choose(choosing ? null : index)}
      >
        <Plus aria-hidden="true" className={`size-4 transition-transform ${choosing ? "rotate-45" : ""}`} />
      </button>
      <div id={id} data-choosing={choosing ? true : undefined} hidden={!choosing} className="w-full">
        {choosing && (
          <div className="panel my-2 bg-tint">
            <StepPicker legend={name} onPick={(kind) => actions.insert(index, kind)} />
          </div>
        )}
      </div>
    </div>
  );
}
