"use client";

import { useId, type ReactNode } from "react";
import { sentenceOf } from "@/lib/issues";
import type { Issue } from "convex-pipelines";

interface FieldProps {
  label: string;
  issues?: readonly Issue[];
  hint?: ReactNode;
  optional?: boolean;
  /** What helps to mend the issues: shown under them. */
  repair?: ReactNode;
}

interface ControlProps {
  id: string;
  "aria-invalid"?: true;
  "aria-describedby"?: string;
}

/** A label over a control, and under it what the model thinks of its value, read out when it changes. */
export function Field({
  label,
  issues = [],
  hint,
  optional,
  repair,
  children,
}: FieldProps & { children: (control: ControlProps) => ReactNode }) {
  const id = useId();
  const invalid = issues.length > 0;
  const described = [hint !== undefined && `${id}-hint`, invalid && `${id}-issues`].filter(Boolean).join(" ");
  return (
    <div>
      <label htmlFor={id} className="label">
        {label}
        {optional && <span className="font-normal text-soft"> (optional)</span>}
      </label>
      {children({
        id,
        ...(invalid && { "aria-invalid": true }),
        ...(described !== "" && { "aria-describedby": described }),
      })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="hint mt-1.5">
          {hint}
        </p>
      )}
      <IssueLines id={`${id}-issues`} label={label} issues={issues} />
      {invalid && repair}
    </div>
  );
}

export function IssueLines({ id, label, issues }: { id: string; label: string; issues: readonly Issue[] }) {
  return (
    <div id={id} aria-live="polite" className={issues.length > 0 ? "mt-1.5" : undefined}>
      {issues.map((issue) => (
        <p key={issue.code} className="issue">
          {sentenceOf(issue, label)}
        </p>
      ))}
    </div>
  );
}

interface TextFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  placeholder?: string | undefined;
  mono?: boolean;
  /** Which keyboard a phone shows; the value stays text until the model has read it. */
  inputMode?: "text" | "numeric" | "url";
}

export function TextField({ value, onChange, placeholder, mono, inputMode, ...field }: TextFieldProps) {
  return (
    <Field {...field}>
      {(control) => (
        <input
          {...control}
          type="text"
          className={mono ? "input font-mono" : "input"}
          value={value}
          placeholder={placeholder}
          inputMode={inputMode}
          autoComplete="off"
          spellCheck={mono ? false : undefined}
          autoCapitalize={mono ? "off" : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export function TextArea({ value, onChange, ...field }: TextFieldProps) {
  return (
    <Field {...field}>
      {(control) => (
        <textarea
          {...control}
          className="input"
          rows={3}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export function SelectField({
  value,
  onChange,
  children,
  ...field
}: FieldProps & { value: string; onChange: (value: string) => void; children: ReactNode }) {
  return (
    <Field {...field}>
      {(control) => (
        <select {...control} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
          {children}
        </select>
      )}
    </Field>
  );
}

export function CheckField({
  label,
  checked,
  onChange,
  issues = [],
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  issues?: readonly Issue[];
}) {
  const id = useId();
  return (
    <div>
      <label className="inline-flex min-h-10 items-center gap-2.5 text-sm">
        <input
          type="checkbox"
          className="size-4.5 accent-accent"
          checked={checked}
          aria-describedby={issues.length > 0 ? id : undefined}
          aria-invalid={issues.length > 0 ? true : undefined}
          onChange={(event) => onChange(event.target.checked)}
        />
        {label}
      </label>
      <IssueLines id={id} label={label} issues={issues} />
    </div>
  );
}
