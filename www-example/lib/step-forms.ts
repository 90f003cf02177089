/**
 * How each kind of step is shown in a form: words and controls only. What is valid is the package's business.
 *
 * The table is typed against the package's `PipelineStep`: a kind, an option or a choice that is added there and missing
 * here does not compile.
 */
import type { PipelineStep } from "convex-pipelines";

export type StepKind = PipelineStep["kind"];
export type OptionsOf<Kind extends StepKind> = Extract<PipelineStep, { kind: Kind }>["options"];

export interface CheckControl {
  control: "check";
  label: string;
}

export interface NumberControl {
  control: "number";
  label: string;
  unit?: string;
  /** What a collapsed step says of the value, in the place of `{}`. */
  summary: string;
}

export interface TextControl {
  control: "text";
  label: string;
  placeholder?: string;
  summary: string;
  /** Where the model does not ask for it, it does nothing. */
  onlyWhereRequired?: boolean;
}

export interface ChoiceControl<Value extends string = string> {
  control: "choice";
  label: string;
  choices: Record<Value, string>;
  summary: string;
  /** The words for leaving it unset, where it may be. */
  unset?: string;
}

export type Control = CheckControl | NumberControl | TextControl | ChoiceControl;

type ControlFor<Value> = [Value] extends [boolean]
  ? CheckControl
  : [Value] extends [number]
    ? NumberControl
    : [Value] extends [string]
      ? string extends Value
        ? TextControl
        : ChoiceControl<Value>
      : never;

interface StepForm<Kind extends StepKind> {
  title: string;
  about: string;
  /** What a new step of this kind begins with. */
  start: Partial<OptionsOf<Kind>>;
  options: { [Option in keyof OptionsOf<Kind>]-?: ControlFor<NonNullable<OptionsOf<Kind>[Option]>> };
}

export const stepForms: { [Kind in StepKind]: StepForm<Kind> } = {
  clean: {
    title: "Clean",
    about: "Clean up the text for the steps that follow",
    start: { normaliseWhitespace: true },
    options: {
      preserveQuotes: { control: "check", label: "Keep quotation marks" },
      normaliseWhitespace: { control: "check", label: "Normalise white space" },
      stripBullets: { control: "check", label: "Strip bullets" },
    },
  },
  summarise: {
    title: "Summarise",
    about: "Reduce the text to its main points",
    start: { bulletCount: 5 },
    options: {
      bulletCount: { control: "number", label: "Points", summary: "{} points" },
      style: {
        control: "choice",
        label: "Style",
        choices: { bullets: "Bullets", paragraph: "Paragraph" },
        unset: "No preference",
        summary: "{}",
      },
      includeKeywords: { control: "check", label: "Include keywords" },
    },
  },
  translate: {
    title: "Translate",
    about: "Translate the text into another language",
    start: { targetLanguage: "" },
    options: {
      targetLanguage: { control: "text", label: "Target language", placeholder: "German", summary: "into {}" },
      keepOriginal: { control: "check", label: "Keep the original" },
    },
  },
  tone: {
    title: "Tone",
    about: "Change the tone of the text",
    start: { tone: "neutral" },
    options: {
      tone: {
        control: "choice",
        label: "Tone",
        choices: { neutral: "Neutral", friendly: "Friendly", formal: "Formal", dramatic: "Dramatic" },
        summary: "{}",
      },
      audienceHint: {
        control: "text",
        label: "Audience",
        placeholder: "People new to the subject",
        summary: "for {}",
      },
    },
  },
  chunk: {
    title: "Chunk",
    about: "Split the text into shorter pieces",
    start: { strategy: "paragraph", maxCharacters: 2000 },
    options: {
      strategy: {
        control: "choice",
        label: "Cut at",
        choices: { paragraph: "Paragraphs", sentence: "Sentences" },
        summary: "cut at {}",
      },
      maxCharacters: { control: "number", label: "Longest piece", unit: "characters", summary: "up to {} characters" },
      joinShortSegments: { control: "check", label: "Join short pieces" },
    },
  },
  queue: {
    title: "Queue",
    about: "Send the result to a provider",
    start: { provider: "", voicePreference: "default" },
    options: {
      provider: { control: "text", label: "Provider", summary: "to {}" },
      voicePreference: {
        control: "choice",
        label: "Voice",
        choices: { default: "The provider's default", history: "Previously used", custom: "Custom voice" },
        summary: "{}",
      },
      voiceId: { control: "text", label: "Voice id", summary: "{}", onlyWhereRequired: true },
      segmentDelayMs: { control: "number", label: "Pause between pieces", unit: "ms", summary: "{} ms between pieces" },
    },
  },
};

export const stepKinds = Object.keys(stepForms) as StepKind[];

/** Whether this version has a form for the kind: a stored step may be of a newer one. */
export function isKnownKind(kind: string): kind is StepKind {
  return Object.hasOwn(stepForms, kind);
}

export function titleOf(kind: string): string {
  return isKnownKind(kind) ? stepForms[kind].title : kind;
}

/** What the buttons of a step call it. */
export function nameOf(index: number, kind: string): string {
  return `step ${index + 1}, ${titleOf(kind)}`;
}

/** The controls of a kind, in the order of the table; none for a kind of a newer version. */
export function controlsOf(kind: string): [option: string, control: Control][] {
  return isKnownKind(kind) ? Object.entries<Control>(stepForms[kind].options) : [];
}

/** Those that mean something in the state that a step is in, of which the model requires `required`. */
export function shownControls(step: { kind: string }, required: ReadonlySet<string>): [string, Control][] {
  return controlsOf(step.kind).filter(([option, control]) => !("onlyWhereRequired" in control) || required.has(option));
}
