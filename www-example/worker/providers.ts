/**
 * The seam for steps that need a service: a variable of the environment names the address of one. It is sent
 * `{ step: { kind, options }, text }` and answers `{ text }`. Connect a library of your own here instead.
 */
import type { PipelineStep } from "convex-pipelines";
import { RunFailure } from "./failure";

const VARIABLES = {
  translate: "PIPELINES_TRANSLATE_URL",
  tone: "PIPELINES_TONE_URL",
  queue: "PIPELINES_QUEUE_URL",
} as const;

const DEADLINE_MS = 60_000;

export type ProvidedStep = Extract<PipelineStep, { kind: keyof typeof VARIABLES }>;

export function isProvided(step: PipelineStep): step is ProvidedStep {
  return Object.hasOwn(VARIABLES, step.kind);
}

/** What the service makes of a text. Without one a step fails: never does it pass for done. */
export async function provide(step: ProvidedStep, text: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const variable = VARIABLES[step.kind];
  const address = environment[variable];
  if (address === undefined || address === "") {
    throw new RunFailure(`no provider is configured here; ${variable} connects one`);
  }
  const { kind, options } = step;
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ step: { kind, options }, text }),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const answer = (await response.json()) as { text?: unknown } | null;
    if (response.ok && typeof answer?.text === "string") return answer.text;
    throw new RunFailure(`the provider answered ${String(response.status)} without a text`);
  } catch (error) {
    if (error instanceof RunFailure) throw error;
    throw new RunFailure("the provider did not answer");
  }
}
