"use client";

import { useSortable } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import type { Issue } from "convex-pipelines";
import { memo, useId } from "react";
import { haveSame } from "@/lib/issues";
import { nameOf } from "@/lib/step-forms";
import { summaryOf } from "@/lib/step-summary";
import type { StepValues } from "@/lib/values";
import { StepFields } from "./step-fields";
import { StepGap } from "./step-gap";
import { StepHead } from "./step-head";
import type { StepActions } from "./use-step-actions";

interface StepCardProps {
  step: StepValues;
  index: number;
  last: boolean;
  folded: boolean;
  /** No step can be added. */
  full: boolean;
  /** Kinds are offered for the place above it. */
  choosing: boolean;
  issues: readonly Issue[];
  actions: StepActions;
}

/** One step of the list, and the place above it. `useStepActions` finds its buttons by their `data-` attributes. */
export const StepCard = memo(function StepCard({
  step,
  index,
  last,
  folded,
  full,
  choosing,
  issues,
  actions,
}: StepCardProps) {
  const { setNodeRef, setActivatorNodeRef, listeners, transform, transition, isDragging } = useSortable({
    id: step.id,
  });
  const id = useId();

  return (
    <li
      ref={setNodeRef}
      data-step={step.id}
      style={{ transform: CSS.Translate.toString(transform), transition }}
      className={isDragging ? "relative z-10" : "relative"}
      aria-label={nameOf(index, step.kind)}
    >
      <StepGap index={index} full={full} choosing={choosing} actions={actions} />
      <div className={`panel ${isDragging ? "border-accent shadow-lg" : ""}`}>
        <StepHead
          id={step.id}
          kind={step.kind}
          index={index}
          last={last}
          folded={folded}
          full={full}
          card={id}
          actions={actions}
          grip={setActivatorNodeRef}
          gripListeners={listeners}
        />
        {folded && (
          <p id={`${id}-summary`} className="hint mt-1 ml-4.5 truncate pl-6.5">
            {issues.length > 0 && <span className="text-danger">{problemsOf(issues)} · </span>}
            {summaryOf(step)}
          </p>
        )}
        <div id={`${id}-options`} data-options hidden={folded} className="mt-2 space-y-3">
          {!folded && <StepFields step={step} index={index} issues={issues} actions={actions} />}
        </div>
      </div>
    </li>
  );
}, haveSame);

function problemsOf(issues: readonly Issue[]): string {
  return issues.length === 1 ? "1 problem" : `${issues.length} problems`;
}
