"use client";

import type { DraggableSyntheticListeners } from "@dnd-kit/core";
import { ArrowDown, ArrowUp, ChevronDown, Copy, GripVertical, X } from "lucide-react";
import { memo } from "react";
import { nameOf, titleOf } from "@/lib/step-forms";
import { StepIcon } from "./step-icon";
import type { StepActions } from "./use-step-actions";

interface StepHeadProps {
  id: string;
  kind: string;
  index: number;
  last: boolean;
  folded: boolean;
  /** No step can be added. */
  full: boolean;
  /** What the ids of the card's parts begin with. */
  card: string;
  actions: StepActions;
  grip: (element: HTMLElement | null) => void;
  gripListeners: DraggableSyntheticListeners;
}

/** What a step is and what can be done with it: none of that changes with what is typed in it. */
export const StepHead = memo(function StepHead({
  id,
  kind,
  index,
  last,
  folded,
  full,
  card,
  actions,
  grip,
  gripListeners,
}: StepHeadProps) {
  const title = titleOf(kind);
  const name = nameOf(index, kind);
  return (
    <div className="-my-1.5 -mr-2 flex items-center">
      <span
        ref={grip}
        {...gripListeners}
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
          aria-controls={`${card}-options`}
          aria-describedby={folded ? `${card}-summary` : undefined}
          onClick={() => actions.toggle(id)}
        >
          <StepIcon kind={kind} />
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
        onClick={() => actions.move(id, index - 1, "up")}
      >
        <ArrowUp aria-hidden="true" className="size-5" />
      </button>
      <button
        type="button"
        data-move="down"
        className="icon-button"
        disabled={last}
        aria-label={`Move ${name} down`}
        onClick={() => actions.move(id, index + 1, "down")}
      >
        <ArrowDown aria-hidden="true" className="size-5" />
      </button>
      <button
        type="button"
        className="icon-button"
        disabled={full}
        aria-label={`Duplicate ${name}`}
        onClick={() => actions.duplicate(id)}
      >
        <Copy aria-hidden="true" className="size-4.5" />
      </button>
      <button
        type="button"
        data-remove
        className="icon-button"
        aria-label={`Remove ${name}`}
        onClick={() => actions.remove(id)}
      >
        <X aria-hidden="true" className="size-5" />
      </button>
    </div>
  );
});
