/**
 * What a run does: the steps of its pipeline, one after the other, on the text that it brings or that its source holds.
 * Put your own work here.
 */
import type { Pipeline, PipelineRun, PipelineStep } from "convex-pipelines";
import { RunFailure } from "./failure";
import { isProvided, provide } from "./providers";
import { textAt } from "./source";
import { chunk } from "./steps/chunk";
import { clean } from "./steps/clean";
import { summarise } from "./steps/summarise";

/** The longest outcome that a run keeps. */
const MOST_UNITS = 4_000;

/** The pieces of a text, and what has been done to it, in words. */
interface State {
  pieces: string[];
  told: string[];
}

/** Does the work and says what came of it, in at most 4,000 units. Throws {@link RunFailure} for a run that fails. */
export async function execute(run: PipelineRun, pipeline: Pipeline, environment: NodeJS.ProcessEnv): Promise<string> {
  const text = await textOf(run, pipeline, environment);
  let state: State = { pieces: [text], told: [] };
  for (const [place, step] of pipeline.steps.entries()) {
    try {
      state = await take(step, state, environment);
    } catch (error) {
      const why = error instanceof RunFailure ? error.message : "something went wrong inside";
      throw new RunFailure(`step ${String(place + 1)} (${step.kind}): ${why}`, { cause: error });
    }
  }
  return cut(`${state.told.join("\n")}\n\n${state.pieces.join("\n\n")}`, MOST_UNITS);
}

async function textOf(run: PipelineRun, { defaultSource }: Pipeline, environment: NodeJS.ProcessEnv): Promise<string> {
  const brought = run.payload?.trim();
  if (brought) return brought;
  if (defaultSource === undefined)
    throw new RunFailure("there is no text: the run brings none, and the pipeline has no default source");
  const allowed = environment.PIPELINES_SOURCE_ADDRESSES?.split(/[\s,]+/).filter(Boolean) ?? [];
  const found = (await textAt(defaultSource, { allowed })).trim();
  if (found === "") throw new RunFailure("there is no text at the source");
  return found;
}

async function take(step: PipelineStep, { pieces, told }: State, environment: NodeJS.ProcessEnv): Promise<State> {
  const after = (pieces: string[], what: string): State => ({ pieces, told: [...told, `${step.kind}: ${what}`] });
  const before = lengthOf(pieces);
  if (isProvided(step)) {
    const made: string[] = [];
    for (const piece of pieces) made.push(await provide(step, piece, environment));
    return after(made, `${count(pieces.length, "piece")}, by the provider`);
  }
  switch (step.kind) {
    case "clean": {
      const cleaned = pieces.map((piece) => clean(piece, step.options)).filter((piece) => piece !== "");
      if (cleaned.length === 0) throw new RunFailure("nothing is left of the text");
      return after(cleaned, `${String(before)} to ${count(lengthOf(cleaned), "character")}`);
    }
    case "chunk": {
      const cut = pieces.flatMap((piece) => chunk(piece, step.options));
      return after(cut, `${count(cut.length, "piece")} of at most ${count(step.options.maxCharacters, "character")}`);
    }
    case "summarise": {
      const { summary, chosen, of } = summarise(pieces.join("\n\n"), step.options);
      return after(
        [summary],
        `${String(chosen)} of ${count(of, "sentence")}, chosen by the words that come up most (Luhn 1958)`,
      );
    }
    default:
      throw new RunFailure("this worker does not know such steps");
  }
}

function lengthOf(pieces: readonly string[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

function count(number: number, what: string): string {
  return `${String(number)} ${what}${number === 1 ? "" : "s"}`;
}

/** No character in two. */
function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
