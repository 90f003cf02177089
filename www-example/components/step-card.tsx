"use client";

import { useSortable } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import type { Issue } from "convex-pipelines";
import type { DraftStep } from "@/lib/draft";
import type { IssuesOf } from "@/lib/issues";
import { controlsOf, isKnownKind, titleOf, type Control } from "@/lib/step-forms";
import { CheckField, SelectField, TextField } from "./fields";
import { ArrowDown, ArrowUp, Cross, Grip } from "./icons";

interface StepCardProps {
  step: DraftStep;
  index: number;
  last: boolean;
  onChange: (step: DraftStep, touched: string) => void;
  onMove: (to: number, button: "up" | "down") => void;
  onRemove: () => void;
  issuesOf: IssuesOf;
}

/** One step of the list: its place, its options, its note. `StepList` finds its buttons by their `data-` attributes. */
export function StepCard({ step, index, last, onChange, onMove, onRemove, issuesOf }: StepCardProps) {
  const { setNodeRef, setActivatorNodeRef, listeners, transform, transition, isDragging } = useSortable({
    id: step.id,
  });
  const title = titleOf(step.kind);
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
        {!isKnownKind(step.kind) && (
          <p className="hint">This version of the app does not know this kind of step. It is kept as it is.</p>
        )}
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
