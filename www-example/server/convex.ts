/** Calls the HTTP actions of the Convex deployment, with the token that never leaves this server. */
import "server-only";
import {
  PipelineError,
  buildRequest,
  isPipelineError,
  readAnswer,
  type Endpoint,
  type OperationAnswer,
  type OperationArgs,
  type OperationResult,
} from "convex-pipelines";

const DEADLINE_MS = 10_000;

/** Refusals that concern this server's settings: to a browser they are no more than a store that is away. */
const ours = new Set(["unauthorized", "protocol", "config"]);

export async function askConvex<O extends keyof OperationArgs>(
  endpoint: Endpoint,
  operation: O,
  args: OperationArgs[O],
): Promise<OperationAnswer<OperationResult[O]>> {
  try {
    return readAnswer(operation, await send(buildRequest(operation, args, endpoint)));
  } catch (error) {
    if (!isPipelineError(error) || !ours.has(error.code)) throw error;
    console.error(JSON.stringify({ event: "convex_unusable", operation, code: error.code, message: error.message }));
    throw new PipelineError({
      code: "unavailable",
      message: "the pipelines cannot be reached at the moment",
      retryable: true,
    });
  }
}

async function send({ url, ...request }: ReturnType<typeof buildRequest>) {
  try {
    const response = await fetch(url, {
      ...request,
      redirect: "manual",
      cache: "no-store",
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  } catch {
    throw new PipelineError({
      code: "unavailable",
      message: "the pipelines cannot be reached at the moment",
      retryable: true,
    });
  }
}
