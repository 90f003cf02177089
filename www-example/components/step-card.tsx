"use client";

import { useSortable } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import type { Issue } from "convex-pipelines";
import { ArrowDown, ArrowUp, ChevronDown, Copy, GripVertical, X } from "lucide-react";
import { memo, useId } from "react";
import type { DraftStep } from "@/lib/draft";
import { areSame } from "@/lib/issues";
import { titleOf } from "@/lib/step-forms";
import { summaryOf } from "@/lib/step-summary";
import { StepFields } from "./step-fields";
import { StepIcon } from "./step-icon";
import { StepGap } from "./step-gap";
import type { StepActions } from "./use-step-actions";

interface StepCardProps {
  step: DraftStep;
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
export const StepCard = memo(
  function StepCard({ step, index, last, folded, full, choosing, issues, actions }: StepCardProps) {
    const { setNodeRef, setActivatorNodeRef, listeners, transform, transition, isDragging } = useSortable({
      id: step.id,
    });
    const id = useId();
    const title = titleOf(step.kind);
    const name = `step ${index + 1}, ${title}`;

    return (
      <li
        ref={setNodeRef}
        data-step={step.id}
        style={{ transform: CSS.Translate.toString(transform), transition }}
        className={isDragging ? "relative z-10" : "relative"}
        aria-label={name}
      >
        <StepGap index={index} full={full} choosing={choosing} actions={actions} />
        <div className={`panel ${isDragging ? "border-accent shadow-lg" : ""}`}>
          <div className="-my-1.5 -mr-2 flex items-center">
            <span
              ref={setActivatorNodeRef}
              {...listeners}
              data-grip
              className="-ml-2.5 inline-flex h-10 w-7 shrink-0 cursor-grab touch-none items-center justify-center text-edge active:cursor-grabbing"
            >
              <GripVertical aria-hidden="true" className="size-5" />
            </span>
            <h3 className="min-w-0 flex-1 text-sm font-semibold">
              <button
                type="button"
                data-toggle
                className="flex min-h-10 w-full items-center gap-2 text-left"
                aria-expanded={!folded}
                aria-controls={`${id}-options`}
                aria-describedby={folded ? `${id}-summary` : undefined}
                onClick={() => actions.toggle(step.id)}
              >
                <StepIcon kind={step.kind} />
                <span className="truncate">
                  <span className="text-soft">{index + 1}.</span> {title}
                </span>
                <ChevronDown
                  aria-hidden="true"
                  className={`size-4 shrink-0 text-soft transition-transform ${folded ? "-rotate-90" : ""}`}
                />
              </button>
            </h3>
            <button
              type="button"
              data-move="up"
              className="icon-button"
              disabled={index === 0}
              aria-label={`Move ${name} up`}
              onClick={() => actions.move(step.id, index - 1, "up")}
            >
              <ArrowUp aria-hidden="true" className="size-5" />
            </button>
            <button
              type="button"
              data-move="down"
              className="icon-button"
              disabled={last}
              aria-label={`Move ${name} down`}
              onClick={() => actions.move(step.id, index + 1, "down")}
            >
              <ArrowDown aria-hidden="true" className="size-5" />
            </button>
            <button
              type="button"
              className="icon-button"
              disabled={full}
              aria-label={`Duplicate ${name}`}
              onClick={() => actions.duplicate(step.id)}
            >
              <Copy aria-hidden="true" className="size-4.5" />
            </button>
            <button
              type="button"
              data-remove
              className="icon-button"
              aria-label={`Remove ${name}`}
              onClick={() => actions.remove(step.id)}
            >
              <X aria-hidden="true" className="size-5" />
            </button>
          </div>
          {folded && (
            <p id={`${id}-summary`} className="hint mt-1 ml-4.5 truncate pl-6.5">
              {issues.length > 0 && <span className="text-danger">{problemsOf(issues)} · </span>}
              {summaryOf(step)}
            </p>
          )}
          <div id={`${id}-options`} data-options hidden={folded} className="mt-2 space-y-3">
            {!folded && <StepFields step={step} index={index} issues={issues} edit={actions.edit} />}
          </div>
        </div>
      </li>
    );
  },
  ({ issues, ...before }, { issues: nextIssues, ...next }) =>
    areSame(issues, nextIssues) &&
    (Object.keys(next) as (keyof typeof next)[]).every((property) => before[property] === next[property]),
);

function problemsOf(issues: readonly Issue[]): string {
  return issues.length === 1 ? "1 problem" : `${issues.length} problems`;
}
