import { useLayoutEffect, useMemo, useState, useSyncExternalStore } from "react";
import { isPipelineError } from "../error.js";
import { fromForm, type FormSchema, type FormValues } from "../forms.js";
import { createInputSchema, type Schema } from "../schemas.js";
import type { Issue, PipelineCreateInput, PipelineUpdateInput } from "../types.js";
import { changesOf, meansSame, valueAt, withField, type FieldPath, type FieldValue } from "./fields.js";

/** What {@link usePipelineForm} may fill in: `createInputSchema` or `updateInputSchema`. */
export type PipelineFormSchema<T extends PipelineCreateInput | PipelineUpdateInput> = Schema<T>;

/** What {@link usePipelineForm} gives. `set`, `submit` and `reset` are the same functions from render to render. */
export interface PipelineForm<T> {
  /** What the fields hold; numbers and flags may be text. */
  readonly values: FormValues<T>;
  /** They mean something else than what the form was filled with. */
  readonly isChanged: boolean;
  /**
   * Everything that the model finds wrong with them, or else what the last submission was refused for, of fields that have
   * not changed since.
   */
  readonly issues: readonly Issue[];
  /** A submission is under way. */
  readonly isSubmitting: boolean;
  /** A submission was tried since the form was filled anew: now every field may say what is wrong with it. */
  readonly isSubmitted: boolean;
  /**
   * Puts a value, or what a function makes of the present one, into a field, which is named by its path:
   * `steps.0.options.bulletCount`.
   */
  readonly set: <Path extends FieldPath<FormValues<T>>>(
    path: Path,
    value: FieldValue<FormValues<T>, Path> | ((now: FieldValue<FormValues<T>, Path>) => FieldValue<FormValues<T>, Path>),
  ) => void;
  /** The first issue of a field, not of those within it. */
  readonly issueAt: (path: FieldPath<FormValues<T>>) => Issue | undefined;
  /**
   * Hands what the form means to `handler` and resolves with its result; `undefined` where there are issues, which
   * `onRefused` is told, and while an earlier submission is under way. An `invalid` that `handler` throws becomes `issues`;
   * anything else is thrown on.
   */
  readonly submit: <Result>(
    handler: (input: T) => Result | Promise<Result>,
    onRefused?: (issues: readonly Issue[]) => void,
  ) => Promise<Result | undefined>;
  /**
   * Fills the form anew, with what it was first filled with by default. With `since`, values that it had, the fields keep
   * what was typed after those.
   */
  readonly reset: (values?: Partial<FormValues<T>>, since?: FormValues<T>) => void;
}

/** A form that makes a pipeline. `initial` is what its fields hold first. */
export function usePipelineForm(initial?: Partial<FormValues<PipelineCreateInput>>): PipelineForm<PipelineCreateInput>;
/**
 * A form over another schema of an input, which may be another one at each render. With `updateInputSchema` only the fields
 * that mean something else than what the form was filled with are judged and handed over, and an emptied field clears.
 */
export function usePipelineForm<T extends PipelineCreateInput | PipelineUpdateInput>(
  initial: Partial<FormValues<T>>,
  schema: PipelineFormSchema<T>,
): PipelineForm<T>;
export function usePipelineForm<T extends PipelineCreateInput | PipelineUpdateInput>(
  initial: Partial<FormValues<T>> = { name: "", steps: [] } as unknown as FormValues<T>,
  schema: PipelineFormSchema<T> = createInputSchema as unknown as Schema<T>,
): PipelineForm<T> {
  const read = useMemo(() => readerOf(schema), [schema]);
  const [form] = useState(() => new Form<T>(initial as FormValues<T>, read));
  useLayoutEffect(() => {
    form.read = read;
  }, [form, read]);
  const { values, filled, refusal, isSubmitting, isSubmitted } = useSyncExternalStore(form.subscribe, form.state, form.state);
  const issues = useMemo(() => issuesOf(read, values, filled, refusal), [read, values, filled, refusal]);
  const isChanged = useMemo(() => !meansSame(values, filled), [values, filled]);
  const { set, submit, reset } = form;
  const issueAt: PipelineForm<T>["issueAt"] = (path) => issues.find((issue) => issue.path.join(".") === path);
  return { values, isChanged, issues, isSubmitting, isSubmitted, set, issueAt, submit, reset };
}

type Read<T> = (values: FormValues<T>, filled: FormValues<T>) => ReturnType<FormSchema<T>["safeParse"]>;

function readerOf<T extends PipelineCreateInput | PipelineUpdateInput>(schema: Schema<T>): Read<T> {
  const form = fromForm(schema);
  return form["~call"] === "form.updateInput" ?
      (values, filled) => form.safeParse(changesOf(values, filled))
    : (values) => form.safeParse(values);
}

/** What a submission was refused for, and what the fields held then. */
interface Refusal<T> {
  issues: readonly Issue[];
  values: FormValues<T>;
}

function issuesOf<T>(read: Read<T>, values: FormValues<T>, filled: FormValues<T>, refusal: Refusal<T> | undefined): readonly Issue[] {
  const result = read(values, filled);
  if (!result.success) return result.error.issues;
  return refusal?.issues.filter(({ path }) => meansSame(valueAt(values, path), valueAt(refusal.values, path))) ?? [];
}

interface FormState<T> extends Pick<PipelineForm<T>, "values" | "isSubmitting" | "isSubmitted"> {
  /** What the form was filled with last. */
  filled: FormValues<T>;
  refusal?: Refusal<T> | undefined;
}

/** The state of a form between renders: what was typed last counts, rendered or not. */
class Form<T> {
  /** As of the last render. */
  read: Read<T>;
  readonly #initial: FormValues<T>;
  readonly #listeners = new Set<() => void>();
  #state: FormState<T>;

  constructor(initial: FormValues<T>, read: Read<T>) {
    this.#initial = initial;
    this.read = read;
    this.#state = { values: initial, filled: initial, isSubmitting: false, isSubmitted: false };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly state = (): FormState<T> => this.#state;

  readonly set: PipelineForm<T>["set"] = (path, value) => {
    this.#change({ values: withField(this.#state.values, String(path).split("."), value) as FormValues<T> });
  };

  readonly reset: PipelineForm<T>["reset"] = (values, since) => {
    const filled = (values ?? this.#initial) as FormValues<T>;
    const isTyped = since !== undefined && since !== this.#state.values;
    this.#change({ filled, isSubmitted: false, refusal: undefined, ...(!isTyped && { values: filled }) });
  };

  readonly submit: PipelineForm<T>["submit"] = async (handler, onRefused) => {
    const { values, filled, isSubmitting } = this.#state;
    if (isSubmitting) return undefined; // pressed twice
    const result = this.read(values, filled);
    this.#change({ isSubmitted: true, isSubmitting: result.success, refusal: undefined });
    if (!result.success) {
      onRefused?.(result.error.issues);
      return undefined;
    }
    try {
      return await handler(result.data);
    } catch (thrown) {
      if (!isPipelineError(thrown) || thrown.code !== "invalid" || thrown.issues.length === 0) throw thrown;
      this.#change({ refusal: { issues: thrown.issues, values } });
      onRefused?.(thrown.issues);
      return undefined;
    } finally {
      this.#change({ isSubmitting: false });
    }
  };

  #change(change: Partial<FormState<T>>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of [...this.#listeners]) listener();
  }
}
