/** Runs a pipeline for whoever holds its webhook secret. */
import { isPipelineError } from "convex-pipelines";
import type { NextRequest } from "next/server";
import { execute, findByWebhookSecret } from "@/server/operations";
import { refusal } from "@/server/refusal";
import { serverStore } from "@/server/store";

export async function POST(
  _request: NextRequest,
  { params }: { params: Promise<{ secret: string }> },
): Promise<Response> {
  if (serverStore().kind === "none") return refusal(503, "unavailable", "this server keeps no pipelines");
  const { secret } = await params;
  try {
    const pipeline = await findByWebhookSecret(secret);
    // The same bytes for every secret that opens nothing.
    if (pipeline === null) return refusal(404, "not_found", "no such webhook");
    await execute("recordRun", { id: pipeline.id, completedAt: new Date().toISOString() }, pipeline.accountId);
    return Response.json({ pipelineId: pipeline.id }, { status: 202, headers: { "Cache-Control": "no-store" } });
  } catch (error) {
    if (isPipelineError(error) && error.retryable) return refusal(503, "unavailable", "try again later");
    console.error(JSON.stringify({ event: "webhook_failure", code: isPipelineError(error) ? error.code : "internal" }));
    return refusal(500, "internal", "something went wrong");
  }
}
