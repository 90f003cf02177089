"use client";

import { DndContext, PointerSensor, closestCenter, useSensor, useSensors } from "@dnd-kit/core";
import { SortableContext, useSortable, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import type { Issue } from "convex-pipelines";
import { useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { newStep, type DraftStep } from "@/lib/draft";
import { controlsOf, stepForms, stepKinds, type Control } from "@/lib/step-forms";
import { CheckField, IssueLines, SelectField, TextField } from "./fields";
import { ArrowDown, ArrowUp, Cross, Grip } from "./icons";

interface StepListProps {
  steps: DraftStep[];
  /** `touched` names what a person changed, by the step's id: places shift, ids stay. */
  onChange: (steps: DraftStep[], touched: string) => void;
  issuesOf: (path: Issue["path"], key: string) => readonly Issue[];
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
    setSaid(`${stepForms[moved.kind].title} is now step ${to + 1} of ${steps.length}`);
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
      setSaid(`${stepForms[removed.kind].title} removed, ${steps.length - 1} left`);
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

interface StepCardProps {
  step: DraftStep;
  index: number;
  last: boolean;
  onChange: (step: DraftStep, touched: string) => void;
  onMove: (to: number, button: "up" | "down") => void;
  onRemove: () => void;
  issuesOf: StepListProps["issuesOf"];
}

function StepCard({ step, index, last, onChange, onMove, onRemove, issuesOf }: StepCardProps) {
  const { setNodeRef, setActivatorNodeRef, listeners, transform, transition, isDragging } = useSortable({
    id: step.id,
  });
  const { title } = stepForms[step.kind];
  const name = `step ${index + 1}, ${title}`;
  const key = (field: string) => `${step.id}.${field}`;
  const controls = controlsOf(step.kind);
  const checks = controls.filter(([, { control }]) => control === "check");
  const fields = controls.filter(([, { control }]) => control !== "check");
  const option = ([name, control]: (typeof controls)[number]) => (
    <OptionField
      key={name}
      control={control}
      value={step.options[name]}
      issues={issuesOf(["steps", index, "options", name], key(name))}
      onChange={(value) => onChange({ ...step, options: { ...step.options, [name]: value } }, key(name))}
    />
  );

  return (
    <li
      ref={setNodeRef}
      style={{ transform: CSS.Translate.toString(transform), transition }}
      className={`panel relative ${isDragging ? "z-10 border-accent shadow-lg" : ""}`}
      aria-label={name}
    >
      <div className="-mt-1.5 -mr-2 flex items-center gap-1">
        <span
          ref={setActivatorNodeRef}
          {...listeners}
          data-grip
          className="-ml-2.5 inline-flex size-10 cursor-grab touch-none items-center justify-center text-edge active:cursor-grabbing"
        >
          <Grip />
        </span>
        <h3 className="min-w-0 flex-1 truncate text-sm font-semibold">
          <span className="text-soft">{index + 1}.</span> {title}
        </h3>
        <button
          type="button"
          data-move="up"
          className="icon-button"
          disabled={index === 0}
          aria-label={`Move ${name} up`}
          onClick={() => onMove(index - 1, "up")}
        >
          <ArrowUp />
        </button>
        <button
          type="button"
          data-move="down"
          className="icon-button"
          disabled={last}
          aria-label={`Move ${name} down`}
          onClick={() => onMove(index + 1, "down")}
        >
          <ArrowDown />
        </button>
        <button type="button" data-remove className="icon-button" aria-label={`Remove ${name}`} onClick={onRemove}>
          <Cross />
        </button>
      </div>
      <div data-options className="mt-1 space-y-3">
        {fields.length > 0 && <div className="grid gap-x-5 gap-y-4 pt-1 sm:grid-cols-2">{fields.map(option)}</div>}
        {checks.length > 0 && <div className="flex flex-wrap gap-x-6">{checks.map(option)}</div>}
        <TextField
          label="Note"
          optional
          value={step.label}
          placeholder="What this step is for"
          issues={issuesOf(["steps", index, "label"], key("label"))}
          onChange={(label) => onChange({ ...step, label }, key("label"))}
        />
      </div>
    </li>
  );
}

function OptionField({
  control,
  value,
  issues,
  onChange,
}: {
  control: Control;
  value: unknown;
  issues: readonly Issue[];
  onChange: (value: unknown) => void;
}) {
  if (control.control === "check") {
    return <CheckField label={control.label} checked={value === true} issues={issues} onChange={onChange} />;
  }
  const text = typeof value === "string" ? value : "";
  if (control.control === "choice") {
    return (
      <SelectField label={control.label} value={text} issues={issues} onChange={onChange}>
        {control.unset !== undefined && <option value="">{control.unset}</option>}
        {Object.entries(control.choices).map(([choice, words]) => (
          <option key={choice} value={choice}>
            {words}
          </option>
        ))}
      </SelectField>
    );
  }
  const unit = control.control === "number" ? control.unit : undefined;
  return (
    <TextField
      label={unit === undefined ? control.label : `${control.label}, in ${unit}`}
      value={text}
      issues={issues}
      {...(control.optional && { optional: true })}
      {...(control.control === "number" && { inputMode: "numeric" })}
      {...(control.control === "text" && { placeholder: control.placeholder })}
      onChange={onChange}
    />
  );
}
