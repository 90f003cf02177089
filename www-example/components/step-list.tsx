"use client";

import { DndContext, PointerSensor, closestCenter, useSensor, useSensors } from "@dnd-kit/core";
import { SortableContext, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { newStep, type DraftStep } from "@/lib/draft";
import type { IssuesOf } from "@/lib/issues";
import { stepForms, stepKinds, titleOf } from "@/lib/step-forms";
import { IssueLines } from "./fields";
import { StepCard } from "./step-card";

interface StepListProps {
  steps: DraftStep[];
  /** `touched` names what a person changed, by the step's id: places shift, ids stay. */
  onChange: (steps: DraftStep[], touched: string) => void;
  issuesOf: IssuesOf;
}

/** The steps in their order: by pointer with the grip, by keyboard with the arrow buttons. */
export function StepList({ steps, onChange, issuesOf }: StepListProps) {
  const [said, setSaid] = useState("");
  const list = useRef<HTMLOListElement>(null);
  const adding = useRef<HTMLFieldSetElement>(null);
  // A few pixels before a drag begins: a tap on the grip is not one.
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 4 } }));

  const move = (from: number, to: number) => {
    const moved = steps[from];
    if (moved === undefined || from === to) return;
    onChange(steps.toSpliced(from, 1).toSpliced(to, 0, moved), "steps");
    setSaid(`${titleOf(moved.kind)} is now step ${to + 1} of ${steps.length}`);
  };

  const moveByButton = (from: number, to: number, button: "up" | "down") => {
    flushSync(() => move(from, to));
    const card = list.current?.children[to];
    const wanted = card?.querySelector<HTMLButtonElement>(`[data-move=${button}]:not(:disabled)`);
    (wanted ?? card?.querySelector<HTMLButtonElement>("[data-move]:not(:disabled)"))?.focus();
  };

  const remove = (index: number) => {
    const removed = steps[index];
    if (removed === undefined) return;
    flushSync(() => {
      onChange(steps.toSpliced(index, 1), "steps");
      setSaid(`${titleOf(removed.kind)} removed, ${steps.length - 1} left`);
    });
    const next = list.current?.children[Math.min(index, steps.length - 2)];
    (next?.querySelector<HTMLElement>("[data-remove]") ?? adding.current?.querySelector("button"))?.focus();
  };

  const add = (kind: (typeof stepKinds)[number]) => {
    flushSync(() => {
      onChange([...steps, newStep(kind)], "steps");
      setSaid(`${stepForms[kind].title} added as step ${steps.length + 1}`);
    });
    list.current?.lastElementChild?.querySelector<HTMLElement>("[data-options] :is(input, select)")?.focus();
  };

  const id = useId();
  const own = issuesOf(["steps"], "steps");

  return (
    <section aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} className="heading">
        Steps
      </h2>
      <p aria-live="polite" className="sr-only">
        {said}
      </p>
      {steps.length === 0 && (
        <p className="hint mt-1">What happens to a text, one after the other. Add the first below.</p>
      )}
      <DndContext
        id={id}
        sensors={sensors}
        collisionDetection={closestCenter}
        accessibility={{ screenReaderInstructions: { draggable: "" } }}
        onDragEnd={({ active, over }) => {
          if (over === null) return;
          const place = (step: string | number) => steps.findIndex((each) => each.id === step);
          move(place(active.id), place(over.id));
        }}
      >
        <SortableContext items={steps.map((step) => step.id)} strategy={verticalListSortingStrategy}>
          <ol ref={list} className="mt-4 space-y-3">
            {steps.map((step, index) => (
              <StepCard
                key={step.id}
                step={step}
                index={index}
                last={index === steps.length - 1}
                onChange={(changed, touched) => onChange(steps.with(index, changed), touched)}
                onMove={(to, button) => moveByButton(index, to, button)}
                onRemove={() => remove(index)}
                issuesOf={issuesOf}
              />
            ))}
          </ol>
        </SortableContext>
      </DndContext>
      <fieldset
        ref={adding}
        className="mt-4"
        tabIndex={-1}
        data-invalid={own.length > 0 ? true : undefined}
        aria-describedby={own.length > 0 ? `${id}-issues` : undefined}
      >
        <legend className="label">Add a step</legend>
        <div className="grid grid-cols-2 gap-2 sm:grid-cols-3">
          {stepKinds.map((kind) => (
            <button
              key={kind}
              type="button"
              onClick={() => add(kind)}
              className="flex flex-col rounded-md border border-line bg-raised px-3 py-2.5 text-left text-sm transition-colors hover:border-accent"
            >
              <span className="font-medium">{stepForms[kind].title}</span>
              <span className="mt-0.5 text-soft">{stepForms[kind].about}</span>
            </button>
          ))}
        </div>
        <IssueLines id={`${id}-issues`} label="Steps" issues={own} />
      </fieldset>
    </section>
  );
}
