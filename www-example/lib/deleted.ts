/** The pipeline that a page has just deleted: handed to the list, which says so and can make it again. */
import type { Pipeline } from "convex-pipelines";

let deleted: Pipeline | undefined;

export function handOverDeleted(pipeline: Pipeline): void {
  deleted = pipeline;
}

export function takeDeleted(): Pipeline | undefined {
  const taken = deleted;
  deleted = undefined;
  return taken;
}
