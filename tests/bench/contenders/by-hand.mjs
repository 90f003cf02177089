// Transitions and the wire as one would write them by hand over zod's schemas.
import { createInput, listReply, pipelineReply, updateInput } from "./zod.mjs";

export function createPipeline(input, { id = crypto.randomUUID(), webhookSecret = crypto.randomUUID(), now = Date.now() } = {}) {
  const at = timestamp(now);
  return { id, ...createInput.parse(input), webhookSecret, createdAt: at, updatedAt: at };
}

export function updatePipeline(pipeline, input, { webhookSecret = crypto.randomUUID(), now = Date.now() } = {}) {
  const { rotateSecret, ...fields } = updateInput.parse(input);
  const changed = { ...pipeline };
  for (const [name, value] of Object.entries(fields)) {
    if (value === null) delete changed[name];
    else if (value !== undefined) changed[name] = value;
  }
  if (rotateSecret) changed.webhookSecret = webhookSecret;
  changed.updatedAt = timestamp(Math.max(Date.parse(now), Date.parse(pipeline.updatedAt) + 1));
  return changed;
}

export function recordRun(pipeline, completedAt) {
  const at = timestamp(completedAt);
  return { ...pipeline, lastRunAt: pipeline.lastRunAt > at ? pipeline.lastRunAt : at };
}

export function toListItem({ id, name, description, schedule, lastRunAt }) {
  return { id, name, description, schedule: schedule && { ...schedule }, lastRunAt };
}

export function buildRequest(operation, args, { baseUrl, authToken, authScheme = "Bearer" }) {
  const { protocol, origin, pathname } = new URL(baseUrl);
  if (protocol !== "https:") throw new Error("not https");
  return {
    method: "POST",
    url: `${origin}${pathname.replace(/\/+$/, "")}/pipelines/${operation}`,
    headers: { Accept: "application/json", "Content-Type": "application/json", Authorization: `${authScheme} ${authToken}` },
    body: JSON.stringify(args.input === undefined ? args : { ...args, input: createInput.parse(args.input) }),
  };
}

export function readResponse(operation, { status, body }) {
  if (status !== 200) throw new Error(`status ${status}`);
  return (operation === "list" ? listReply : pipelineReply).parse(JSON.parse(body)).result;
}

function timestamp(instant) {
  return new Date(instant).toISOString();
}
