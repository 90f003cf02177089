import { useState, useSyncExternalStore } from "react";
import { isPipelineError } from "../error.js";
import { fromForm, type FormSchema, type FormValues } from "../forms.js";
import { createInputSchema, type Schema } from "../schemas.js";
import type { Issue, PipelineCreateInput, PipelineUpdateInput } from "../types.js";
import { withField, type FieldPath, type FieldValue } from "./fields.js";

/** What {@link usePipelineForm} may fill in: `createInputSchema` or `updateInputSchema`. */
export type PipelineFormSchema<T extends PipelineCreateInput | PipelineUpdateInput> = Schema<T>;

/** What {@link usePipelineForm} gives. `set`, `submit` and `reset` are the same functions from render to render. */
export interface PipelineForm<T> {
  /** What the fields hold; numbers and flags may be text. */
  readonly values: FormValues<T>;
  /** Everything that the model finds wrong with them, and what the last submission was refused for until a field changes. */
  readonly issues: readonly Issue[];
  /** A submission is under way. */
  readonly isSubmitting: boolean;
  /** A submission was tried since the form was filled anew: now every field may say what is wrong with it. */
  readonly isSubmitted: boolean;
  /** Puts a value into a field, which is named by its path: `steps.0.options.bulletCount`. */
  readonly set: <Path extends FieldPath<FormValues<T>>>(path: Path, value: FieldValue<FormValues<T>, Path>) => void;
  /** The first issue of a field, not of those within it. */
  readonly issueAt: (path: FieldPath<FormValues<T>>) => Issue | undefined;
  /**
   * Hands what the form means to `handler` and resolves with its result; `undefined` where there are issues, and while an
   * earlier submission is under way. An `invalid` that `handler` throws becomes `issues`; anything else is thrown on.
   */
  readonly submit: <Result>(handler: (input: T) => Result | Promise<Result>) => Promise<Result | undefined>;
  /** Fills the form anew, with what it was first filled with by default. */
  readonly reset: (values?: Partial<FormValues<T>>) => void;
}

/** A form that makes a pipeline. `initial` is what its fields hold first. */
export function usePipelineForm(initial?: Partial<FormValues<PipelineCreateInput>>): PipelineForm<PipelineCreateInput>;
/** A form over another schema of an input: with `updateInputSchema` an emptied field clears. */
export function usePipelineForm<T extends PipelineCreateInput | PipelineUpdateInput>(
  initial: Partial<FormValues<T>>,
  schema: PipelineFormSchema<T>,
): PipelineForm<T>;
export function usePipelineForm<T extends PipelineCreateInput | PipelineUpdateInput>(
  initial: Partial<FormValues<T>> = { name: "", steps: [] } as unknown as FormValues<T>,
  schema: PipelineFormSchema<T> = createInputSchema as unknown as Schema<T>,
): PipelineForm<T> {
  const [form] = useState(() => new Form<T>(fromForm(schema), initial as FormValues<T>));
  return useSyncExternalStore(form.subscribe, form.shown, form.shown);
}

/** The state of a form between renders: what was typed last counts, rendered or not. */
class Form<T> {
  readonly #schema: FormSchema<T>;
  readonly #initial: FormValues<T>;
  readonly #listeners = new Set<() => void>();
  #shown: PipelineForm<T>;

  constructor(schema: FormSchema<T>, initial: FormValues<T>) {
    this.#schema = schema;
    this.#initial = initial;
    this.#shown = this.#with({ values: initial, isSubmitting: false, isSubmitted: false });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly shown = (): PipelineForm<T> => this.#shown;

  readonly #set: PipelineForm<T>["set"] = (path, value) => {
    this.#change({ values: withField(this.#shown.values, String(path).split("."), value) as FormValues<T> });
  };

  readonly #reset: PipelineForm<T>["reset"] = (values) => {
    this.#change({ values: (values ?? this.#initial) as FormValues<T>, isSubmitted: false });
  };

  readonly #submit: PipelineForm<T>["submit"] = async (handler) => {
    if (this.#shown.isSubmitting) return undefined; // pressed twice
    const { values } = this.#shown;
    const read = this.#schema.safeParse(values);
    this.#change({ isSubmitted: true, isSubmitting: read.success, refused: undefined });
    if (!read.success) return undefined;
    try {
      return await handler(read.data);
    } catch (thrown) {
      if (!isPipelineError(thrown) || thrown.code !== "invalid" || thrown.issues.length === 0) throw thrown;
      // What is typed meanwhile is not what was refused.
      if (this.#shown.values === values) this.#change({ refused: thrown.issues });
      return undefined;
    } finally {
      this.#change({ isSubmitting: false });
    }
  };

  #change(change: Partial<FormState<T>>): void {
    const { values, isSubmitting, isSubmitted, issues } = this.#shown;
    const refused = change.values === undefined ? issues : undefined;
    this.#shown = this.#with({ values, isSubmitting, isSubmitted, refused, ...change });
    for (const listener of [...this.#listeners]) listener();
  }

  #with({ values, isSubmitting, isSubmitted, refused }: FormState<T>): PipelineForm<T> {
    const issues = refused ?? this.#issuesOf(values);
    return {
      values,
      issues,
      isSubmitting,
      isSubmitted,
      set: this.#set,
      issueAt: (path) => issues.find((issue) => issue.path.join(".") === path),
      submit: this.#submit,
      reset: this.#reset,
    };
  }

  #issuesOf(values: FormValues<T>): readonly Issue[] {
    const read = this.#schema.safeParse(values);
    return read.success ? [] : read.error.issues;
  }
}

interface FormState<T> extends Pick<PipelineForm<T>, "values" | "isSubmitting" | "isSubmitted"> {
  /** Issues that are known; read from the values where absent. */
  refused?: readonly Issue[] | undefined;
}
