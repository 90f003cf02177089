"use client";

import type { Issue } from "convex-pipelines";
import { memo } from "react";
import { limits, requiredOptions } from "@/lib/asked";
import { isAt, type Path } from "@/lib/issues";
import { isKnownKind, shownControls, type Control } from "@/lib/step-forms";
import { optionOf, textOf, type StepValues } from "@/lib/values";
import { CheckField, SelectField, TextField } from "./fields";
import type { StepActions } from "./use-step-actions";

/** The options of a step, and its note. */
export const StepFields = memo(function StepFields({
  step,
  index,
  issues,
  actions,
}: {
  step: StepValues;
  index: number;
  issues: readonly Issue[];
  actions: StepActions;
}) {
  const required = requiredOptions(step);
  const controls = shownControls(step, required);
  const checks = controls.filter(([, { control }]) => control === "check");
  const fields = controls.filter(([, { control }]) => control !== "check");
  const at = (path: Path) => ({ path, issues: issues.filter((issue) => isAt(issue, path)) });
  const limit = (field: string) => limits().characters.get(`${step.kind}.${field}`);
  const option = ([name, control]: (typeof controls)[number]) => (
    <OptionField
      key={name}
      {...at(["steps", index, "options", name])}
      control={control}
      value={optionOf(step, name)}
      required={required.has(name)}
      limit={limit(name)}
      onChange={(value) => actions.setOption(step.id, name, value)}
    />
  );

  return (
    <>
      {!isKnownKind(step.kind) && (
        <p className="hint">This version of the app does not know this kind of step. It is kept as it is.</p>
      )}
      {fields.length > 0 && <div className="grid gap-x-5 gap-y-4 pt-1 sm:grid-cols-2">{fields.map(option)}</div>}
      {checks.length > 0 && <div className="flex flex-wrap gap-x-6">{checks.map(option)}</div>}
      <TextField
        label="Note"
        optional
        {...at(["steps", index, "label"])}
        value={step.label ?? ""}
        placeholder="What this step is for"
        limit={limit("label")}
        onChange={(label) => actions.edit(step.id, "label", (step) => ({ ...step, label }))}
      />
    </>
  );
});

function OptionField({
  control,
  value,
  required,
  onChange,
  limit,
  ...place
}: {
  control: Control;
  value: unknown;
  required: boolean;
  path: Path;
  issues: readonly Issue[];
  limit: number | undefined;
  onChange: (value: unknown) => void;
}) {
  if (control.control === "check") {
    return <CheckField {...place} label={control.label} checked={value === true} onChange={onChange} />;
  }
  const text = textOf(value);
  if (control.control === "choice") {
    return (
      <SelectField {...place} label={control.label} value={text} onChange={onChange}>
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
      {...place}
      label={unit === undefined ? control.label : `${control.label}, in ${unit}`}
      value={text}
      limit={limit}
      optional={!required}
      {...(control.control === "number" && { inputMode: "numeric" })}
      {...(control.control === "text" && { placeholder: control.placeholder })}
      onChange={onChange}
    />
  );
}
