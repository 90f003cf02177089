/** What the model demands of the fields: asked of it, so that none of its rules is written down here once more. */
import { createInputSchema, type Issue } from "convex-pipelines";
import { controlsOf, stepKinds } from "./step-forms";
import { optionOf, type StepValues } from "./values";

/** Longer than any text that has a limit worth counting down to. */
const long = "x".repeat(20_000);
const many = 1_000;

interface Limits {
  /** The most characters of a text, by its field or by `kind.option`. */
  characters: ReadonlyMap<string, number>;
  /** The most steps of a pipeline. */
  steps: number;
}

let known: Limits | undefined;

/** The limits, from what the model says of an input that is beyond all of them. */
export function limits(): Limits {
  if (known !== undefined) return known;
  const steps = stepKinds.map((kind) => ({ id: kind, kind, label: long, options: texts(kind) }));
  const schedule = { cron: "* * * * *", description: long };
  const characters = new Map<string, number>();
  for (const { code, path, params } of issuesOf({
    name: long,
    description: long,
    steps,
    schedule,
    defaultSource: long,
  })) {
    const [field, index, ...rest] = path;
    const kind = typeof index === "number" ? stepKinds[index] : undefined;
    const place = kind === undefined ? path.join(".") : `${kind}.${String(rest.at(-1))}`;
    if (code === "too_long" && typeof params?.max === "number" && field !== undefined)
      characters.set(place, params.max);
  }
  const tooMany = issuesOf({ name: "x", steps: Array.from({ length: many }, () => ({})) });
  const max = tooMany.find(({ code }) => code === "too_many")?.params?.max;
  known = { characters, steps: typeof max === "number" ? max : many };
  return known;
}

const required = new Map<string, ReadonlySet<string>>();

/** The options that a step must have in the state that it is in. */
export function requiredOptions(step: StepValues): ReadonlySet<string> {
  const { kind } = step;
  const chosen = controlsOf(kind).filter(([option, { control }]) => control === "choice" && optionOf(step, option));
  const state = Object.fromEntries(chosen.map(([option]) => [option, optionOf(step, option)]));
  const key = JSON.stringify([kind, state]);
  let known = required.get(key);
  if (known === undefined) {
    const issues = issuesOf({ name: "x", steps: [{ id: "x", kind, options: state }] });
    known = new Set(issues.filter(({ code }) => code === "required").map(({ path }) => String(path.at(-1))));
    required.set(key, known);
  }
  return known;
}

function texts(kind: string): Record<string, string> {
  const options = controlsOf(kind).filter(([, { control }]) => control === "text");
  return Object.fromEntries(options.map(([option]) => [option, long]));
}

function issuesOf(input: unknown): readonly Issue[] {
  const read = createInputSchema.safeParse(input);
  return read.success ? [] : read.error.issues;
}
