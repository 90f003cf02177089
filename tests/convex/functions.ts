/** The Convex functions, called as other functions of the app would call them. */
import type { ConvexError } from "convex/values";
import type { PipelineErrorData } from "convex-pipelines";
import { expect } from "vitest";
import { internal } from "../../www-example/convex/_generated/api";
import { INPUT, type Backend } from "./backend";

export const { pipelines } = internal;

export const create = (t: Backend, args: object = {}) => t.mutation(pipelines.create, { input: INPUT, ...args });
export const refusal = (call: Promise<unknown>): Promise<PipelineErrorData> =>
  call.then(
    () => expect.fail("was not refused"),
    (thrown: unknown) => (thrown as ConvexError<never>).data,
  );
