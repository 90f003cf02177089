/** Queues a run of the pipeline whose webhook secret the caller has, with the text that it brings. */
import { isPipelineError, type PipelineRun } from "convex-pipelines";
import { after, type NextRequest } from "next/server";
import { readHook, runIdOf } from "@/server/hook";
import { execute, findByWebhookSecret } from "@/server/operations";
import { refusal } from "@/server/refusal";
import { serverStore } from "@/server/store";
import { wake } from "@/worker/clock";

export async function POST(
  request: NextRequest,
  { params }: { params: Promise<{ secret: string }> },
): Promise<Response> {
  if (serverStore().kind === "none") return refusal(503, "unavailable", "this server keeps no pipelines");
  const { secret } = await params;
  try {
    // Read first, and only then looked up: whoever has no secret sees no difference.
    const brought = await readHook(request);
    const pipeline = await findByWebhookSecret(secret);
    // The same bytes for every secret that opens nothing.
    if (pipeline === null) return refusal(404, "not_found", "no such webhook");
    if ("refusal" in brought) return refusal(...brought.refusal);
    const { id, accountId } = pipeline;
    const runId = runIdOf(id, request.headers.get("idempotency-key"));
    const { result } = await execute(
      "startRun",
      { id, trigger: "webhook", ...brought, ...(runId !== undefined && { runId }) },
      accountId,
    );
    after(wake);
    const run = result as PipelineRun;
    return Response.json(
      { pipelineId: id, runId: run.runId },
      { status: 202, headers: { "Cache-Control": "no-store" } },
    );
  } catch (error) {
    if (isPipelineError(error) && error.retryable) return refusal(503, "unavailable", "try again later");
    if (isPipelineError(error) && error.code === "invalid") return refusal(422, "invalid", error.message);
    console.error(JSON.stringify({ event: "webhook_failure", code: isPipelineError(error) ? error.code : "internal" }));
    return refusal(500, "internal", "something went wrong");
  }
}
