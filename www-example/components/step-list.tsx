"use client";

import { DndContext, PointerSensor, closestCenter, useSensor, useSensors } from "@dnd-kit/core";
import { SortableContext, verticalListSortingStrategy } from "@dnd-kit/sortable";
import type { Issue } from "convex-pipelines";
import { FileText, Flag, Undo2 } from "lucide-react";
import {
  Fragment,
  memo,
  useContext,
  useEffect,
  useId,
  useMemo,
  useRef,
  type KeyboardEvent,
  type ReactNode,
} from "react";
import { limits } from "@/lib/asked";
import { byStep, isAt } from "@/lib/issues";
import { titleOf } from "@/lib/step-forms";
import { placeIn } from "@/lib/steps";
import type { StepValues } from "@/lib/values";
import { FormId, IssueLines, fieldId } from "./fields";
import type { Change } from "./use-editing";
import { StepCard } from "./step-card";
import { StepPicker } from "./step-picker";
import type { Folding } from "./use-folding";
import { useStepActions } from "./use-step-actions";

interface StepListProps {
  steps: readonly StepValues[];
  /** Where the text comes from, in words. */
  source: string;
  issues: readonly Issue[];
  folding: Folding;
  change: Change;
}

// A few pixels before a drag begins: a tap on the grip is not one.
const pointer = { activationConstraint: { distance: 4 } };
const noInstructions = { screenReaderInstructions: { draggable: "" } };
const noIssues: readonly Issue[] = [];

/** The steps in their order: by pointer with the grip, by keyboard with the buttons of each. */
export const StepList = memo(function StepList({ steps, source, issues, folding, change }: StepListProps) {
  const id = useId();
  const root = useRef<HTMLElement>(null);
  const typed = useRef(false);
  const { actions, removed, undo, choosing } = useStepActions(steps, change, folding, root);
  const sensors = useSensors(useSensor(PointerSensor, pointer));
  const order = JSON.stringify(steps.map((step) => step.id));
  const ids = useMemo(() => JSON.parse(order) as string[], [order]);
  const issuesByStep = useMemo(() => byStep(issues), [issues]);
  const own = issues.filter((issue) => isAt(issue, ["steps"]));
  const picker = fieldId(useContext(FormId), ["steps"]);
  const full = steps.length >= limits().steps;
  const allFolded = steps.every((step) => folding.folded.has(step.id));

  useEffect(() => {
    typed.current = false;
  }, [removed]);
  const onKeyDown = (event: KeyboardEvent) => {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
    // In a field that was typed in since, it takes back what was typed.
    const isTyping = event.target instanceof HTMLInputElement && event.target.type === "text" && typed.current;
    if (!isUndo || isTyping || removed === undefined || full) return;
    event.preventDefault();
    undo();
  };
  const undoLine = removed !== undefined && (
    <li className="mt-3 flex items-center gap-3 rounded-md bg-tint px-4 py-1.5 text-sm">
      <span className="min-w-0 flex-1 truncate">{titleOf(removed.step.kind)} removed</span>
      <button
        type="button"
        data-undo
        className="button min-h-9"
        aria-keyshortcuts="Control+Z"
        disabled={full}
        onClick={undo}
      >
        <Undo2 aria-hidden="true" className="size-4" />
        Undo
      </button>
    </li>
  );
  const undoAt = Math.min(removed?.index ?? 0, steps.length);

  return (
    <section ref={root} aria-labelledby={`${id}-title`} onKeyDown={onKeyDown} onInput={() => (typed.current = true)}>
      <div className="flex min-h-9 items-center justify-between gap-3">
        <h2 id={`${id}-title`} className="heading">
          Steps
        </h2>
        {steps.length > 1 && (
          <button
            type="button"
            className="button min-h-9 border-transparent bg-transparent px-2 text-soft"
            onClick={() => folding.set(allFolded ? [] : steps.map((step) => step.id))}
          >
            {allFolded ? "Expand all" : "Collapse all"}
          </button>
        )}
      </div>
      {steps.length === 0 && (
        <p className="hint mt-1">What happens to a text, one after the other. Add the first below.</p>
      )}
      {steps.length > 0 && (
        <FlowEnd icon={<FileText aria-hidden="true" className="size-4.5 shrink-0" />}>
          <span className="truncate">Source: {source}</span>
        </FlowEnd>
      )}
      <DndContext
        id={id}
        sensors={sensors}
        collisionDetection={closestCenter}
        accessibility={noInstructions}
        onDragEnd={({ active, over }) => {
          if (over !== null) actions.move(String(active.id), placeIn(steps, String(over.id)));
        }}
      >
        <SortableContext items={ids} strategy={verticalListSortingStrategy}>
          <ol>
            {steps.map((step, index) => (
              <Fragment key={step.id}>
                {index === undoAt && undoLine}
                <StepCard
                  step={step}
                  index={index}
                  last={index === steps.length - 1}
                  folded={folding.folded.has(step.id)}
                  full={full}
                  choosing={choosing === index}
                  issues={issuesByStep.get(index) ?? noIssues}
                  actions={actions}
                />
              </Fragment>
            ))}
            {undoAt === steps.length && undoLine}
          </ol>
        </SortableContext>
      </DndContext>
      {steps.length > 0 && (
        <>
          <div aria-hidden="true" className="flow h-6" />
          <FlowEnd icon={<Flag aria-hidden="true" className="size-4.5 shrink-0" />}>Result</FlowEnd>
        </>
      )}
      <div className="mt-5">
        {full ? (
          <p className="hint">A pipeline has at most {limits().steps} steps.</p>
        ) : (
          <StepPicker
            id={picker}
            legend="Add a step"
            invalid={own.length > 0}
            onPick={(kind) => actions.insert(steps.length, kind)}
          />
        )}
        <IssueLines field={picker} label="Steps" issues={own} />
      </div>
    </section>
  );
});

/** Where the steps begin, and where they end. */
function FlowEnd({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <p className="mx-auto flex w-fit max-w-full items-center gap-2 rounded-full border border-line bg-raised px-4 py-1.5 text-sm text-soft">
      {icon}
      {children}
    </p>
  );
}
