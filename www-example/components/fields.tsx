"use client";

import type { Issue } from "convex-pipelines";
import { createContext, useContext, useId, type ReactNode } from "react";
import { placeOf, sentenceOf, type Path } from "@/lib/issues";
import { useSpoken } from "./announcer";

/** What makes the ids of a form's fields its own: a page that was left stays in the document. */
export const FormId = createContext("");

export function fieldId(form: string, path: Path): string {
  return `${form}-${placeOf(path)}`;
}

interface FieldProps {
  label: string;
  /** Where the model's issues with it are; a list of problems leads there. */
  path: Path;
  issues?: readonly Issue[];
  hint?: ReactNode;
  optional?: boolean;
}

interface ControlProps {
  id: string;
  "aria-invalid"?: true;
  "aria-required"?: true;
  "aria-describedby"?: string;
}

/** A label over a control, and under it what the model thinks of its value. */
export function Field({
  label,
  path,
  issues = [],
  hint,
  optional,
  count,
  repair,
  children,
}: FieldProps & {
  /** How many characters are left, near a limit. */
  count?: ReactNode;
  /** What helps to mend the issues: shown under them. */
  repair?: ReactNode;
  children: (control: ControlProps) => ReactNode;
}) {
  const id = fieldId(useContext(FormId), path);
  const invalid = issues.length > 0;
  const described = [hint !== undefined && `${id}-hint`, count != null && `${id}-count`, invalid && `${id}-issues`];
  const description = described.filter(Boolean).join(" ");
  return (
    <div>
      <div className="mb-1.5 flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="block text-sm font-medium">
          {label}
          {optional && <span className="font-normal text-soft"> (optional)</span>}
        </label>
        {count != null && (
          <span id={`${id}-count`} className="hint shrink-0">
            {count}
          </span>
        )}
      </div>
      {children({
        id,
        ...(invalid && { "aria-invalid": true }),
        ...(!optional && { "aria-required": true }),
        ...(description !== "" && { "aria-describedby": description }),
      })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="hint mt-1.5">
          {hint}
        </p>
      )}
      <IssueLines field={id} label={label} issues={issues} />
      {invalid && repair}
    </div>
  );
}

/** What is wrong with the field of that id, in lines. It is read out while the focus is there: a form that is refused
 * would read out all of them. */
export function IssueLines({ field, label, issues }: { field: string; label: string; issues: readonly Issue[] }) {
  const sentences = issues.map((issue) => sentenceOf(issue, label));
  useSpoken(field, sentences.join("\n"), () => document.activeElement?.id === field);
  return (
    <div id={`${field}-issues`} className={issues.length > 0 ? "mt-1.5" : undefined}>
      {sentences.map((sentence) => (
        <p key={sentence} className="issue">
          {sentence}
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
  /** The most characters that the model takes. */
  limit?: number | undefined;
}

export function TextField({ value, onChange, placeholder, mono, inputMode, limit, ...field }: TextFieldProps) {
  return (
    <Field {...field} count={leftOf(value, limit)} repair={<Repair {...field} onRepair={onChange} />}>
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

export function TextArea({
  value,
  onChange,
  limit,
  ...field
}: FieldProps & Pick<TextFieldProps, "value" | "onChange" | "limit">) {
  return (
    <Field {...field} count={leftOf(value, limit)}>
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
}: FieldProps & {
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}) {
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
  path,
  issues = [],
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  path?: Path;
  issues?: readonly Issue[];
}) {
  const [form, own] = [useContext(FormId), useId()];
  const id = path === undefined ? own : fieldId(form, path);
  return (
    <div>
      <label className="inline-flex min-h-10 items-center gap-2.5 text-sm">
        <input
          id={id}
          type="checkbox"
          className="size-4.5 accent-accent"
          checked={checked}
          aria-describedby={issues.length > 0 ? `${id}-issues` : undefined}
          aria-invalid={issues.length > 0 ? true : undefined}
          onChange={(event) => onChange(event.target.checked)}
        />
        {label}
      </label>
      <IssueLines field={id} label={label} issues={issues} />
    </div>
  );
}

/** What the model would write instead, one press away. */
export function Repair({
  path,
  issues = [],
  onRepair,
}: {
  path: Path;
  issues?: readonly Issue[];
  onRepair: (text: string) => void;
}) {
  const id = fieldId(useContext(FormId), path);
  const suggestion = issues.find(({ params }) => params?.suggestion !== undefined)?.params?.suggestion;
  if (typeof suggestion !== "string") return null;
  return (
    <button
      type="button"
      className="button mt-2 min-h-9 max-w-full"
      onClick={() => {
        onRepair(suggestion);
        // The button goes with the problem.
        document.getElementById(id)?.focus();
      }}
    >
      <span className="truncate">
        Use <code className="font-mono">{suggestion}</code>
      </span>
    </button>
  );
}

/** `12 characters left`, once a tenth of the limit or a hundred are. */
function leftOf(value: string, limit: number | undefined): string | undefined {
  if (limit === undefined) return undefined;
  const left = limit - value.trim().length;
  if (left > Math.min(limit / 10, 100)) return undefined;
  const size = Math.abs(left);
  return `${size} ${size === 1 ? "character" : "characters"} ${left < 0 ? "too many" : "left"}`;
}
