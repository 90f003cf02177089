/** A worker: it claims runs, keeps its hold on them while they are worked on, and says how they ended. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { isPipelineError, type ClaimedRun, type PipelineRunReport, type PipelineRuns } from "convex-pipelines";
import { execute } from "./execute";
import { RunFailure } from "./failure";

const LEASE_MS = 60_000;
const RENEW_MS = 20_000;
/** How often, and after how long, an end is said again where nobody answers. */
const PAUSES_MS = [1_000, 5_000, 25_000];

/** A run is held by one worker: two that work in this process must not pass for one. */
const self = `${hostname().slice(0, 60)} ${String(process.pid)} ${randomUUID().slice(0, 8)}`;

/** Works until nothing is queued; after `until`, in milliseconds since 1970, it begins nothing more. */
export async function work(runs: PipelineRuns, environment = process.env, until = Infinity): Promise<void> {
  while (Date.now() < until) {
    const claimed = await runs.claim({ worker: self, leaseMs: LEASE_MS });
    if (claimed === null) return;
    await workOn(runs, claimed, environment);
  }
}

async function workOn(
  runs: PipelineRuns,
  { run, pipeline }: ClaimedRun,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const { runId } = run;
  const renewing = setInterval(() => {
    // Where that fails the lease runs out, and what is said of the end then counts for nothing.
    runs.renew({ runId, worker: self, leaseMs: LEASE_MS }).catch(() => undefined);
  }, RENEW_MS);
  let report: PipelineRunReport;
  try {
    report = { runId, worker: self, status: "success", outcome: await execute(run, pipeline, environment) };
  } catch (error) {
    if (!(error instanceof RunFailure))
      console.error(JSON.stringify({ event: "run_failure", runId, message: String(error) }));
    const why = error instanceof RunFailure ? error.message : "something went wrong inside";
    report = { runId, worker: self, status: "failed", error: why.slice(0, 4_000) };
  } finally {
    clearInterval(renewing);
  }
  await finish(runs, pipeline.id, report);
}

async function finish(runs: PipelineRuns, id: string, run: PipelineRunReport): Promise<void> {
  const completedAt = new Date().toISOString();
  for (const pause of [...PAUSES_MS, undefined]) {
    try {
      await runs.finish({ id, completedAt, run });
      return;
    } catch (error) {
      // Its pipeline was deleted meanwhile: nobody waits for this any more.
      if (isPipelineError(error) && error.code === "not_found") return;
      if (pause === undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
