/** Errors on their way between Convex functions: out as a `ConvexError`, back as a `PipelineError`. */
import { ConvexError, type Value } from "convex/values";
import { PipelineError, isPipelineError, isRefusal } from "../error.js";
import { refuse } from "./model.js";

/**
 * Runs the body of a function; its refusals leave as `ConvexError`s, because Convex shows a caller the `data` of those
 * and hides every other error. A mutation is rolled back either way.
 */
export async function toConvexErrors<Result>(body: () => Promise<Result>): Promise<Result> {
  try {
    return await body();
  } catch (thrown) {
    throw isPipelineError(thrown) ? new ConvexError(dataOf(thrown)) : thrown;
  }
}

/** Throws what `runQuery` or `runMutation` threw, as the error that the function meant. */
export function rethrow(thrown: unknown): never {
  if (isContention(thrown)) refuse("contention");
  throw isConvexError(thrown) && isRefusal(thrown.data) ? new PipelineError(thrown.data) : thrown;
}

/** As plain data: Convex takes no class instances. */
function dataOf(error: PipelineError): Value {
  return JSON.parse(JSON.stringify(error)) as Value;
}

/** `instanceof` fails where two copies of Convex are bundled; the symbol is what Convex itself looks at. */
function isConvexError(thrown: unknown): thrown is ConvexError<Value> {
  return thrown instanceof Error && Symbol.for("ConvexError") in thrown;
}

/**
 * Convex gave a call up because others were in its way; it has no code for that, only these words.
 * The same call may well succeed a moment later, and this one changed nothing.
 */
function isContention(thrown: unknown): boolean {
  return thrown instanceof Error && !isConvexError(thrown) && CONTENTION.test(thrown.message);
}

const CONTENTION =
  /OptimisticConcurrencyControlFailure|changed while this mutation was being run|TooManyConcurrent|TooManyWrites|ExpiredInQueue|Overloaded/;
