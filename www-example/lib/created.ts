/** The pipeline that this page has just made, with the secret that nobody tells again: handed from the new form to the editor. */
import type { Pipeline } from "convex-pipelines";

let created: Pipeline | undefined;

export function handOver(pipeline: Pipeline): void {
  created = pipeline;
}

export function handedOver(id: string): Pipeline | undefined {
  return created?.id === id ? created : undefined;
}

/** The editor has it. */
export function forget(): void {
  created = undefined;
}
