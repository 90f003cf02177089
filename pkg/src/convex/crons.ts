/** The clock of schedules. */
import type { Crons } from "convex/server";
import { config, hasMethods } from "../options.js";
import type { PipelineFunctionReferences } from "./routes.js";

/**
 * Registers the tick of all schedules, once a minute.
 *
 * ```ts
 * const crons = cronJobs();
 * pipelineCrons(crons, internal.pipelines);
 * export default crons;
 * ```
 */
export function pipelineCrons(crons: Crons, functions: Pick<PipelineFunctionReferences, "tick">): void {
  if (!hasMethods(crons, ["cron"])) throw config("crons", "must be what cronJobs() gives");
  // By the clock and not by an interval: an interval begins wherever the deployment was.
  crons.cron("pipelines: tick", "* * * * *", functions.tick);
}
