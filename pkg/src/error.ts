import type { ErrorCode, Issue } from "./types.js";

/** Shared by every realm and every copy of this package that runs in one process or page. */
const BRAND = Symbol.for("convex-pipelines.PipelineError");

/** What went wrong, as data: the shape of HTTP error bodies and of `ConvexError.data` too. */
export interface PipelineErrorData {
  code: ErrorCode;
  message: string;
  issues?: readonly Issue[];
  /** Whether the same call may succeed later without a change to it. Absent means no. */
  retryable?: boolean;
}

/**
 * The one error of this package.
 *
 * `issues` holds everything that is wrong with an input, not only the first fault; it is empty unless `code` is
 * `invalid`, `config` or `storage`. `retryable` says that nothing was wrong with the call itself.
 */
export class PipelineError extends Error {
  override readonly name = "PipelineError";
  readonly code: ErrorCode;
  readonly issues: Issue[];
  readonly retryable: boolean;

  constructor(data: PipelineErrorData) {
    super(data.message);
    this.code = data.code;
    this.issues = [...(data.issues ?? [])];
    this.retryable = data.retryable ?? false;
  }

  /** The error as it travels: in a reply's body or in `ConvexError.data`. */
  toJSON(): PipelineErrorData {
    const { code, message, issues, retryable } = this;
    return { code, message, issues, retryable };
  }

  /** @internal */
  // eslint-disable-next-line @typescript-eslint/class-literal-property-style -- a field would show in every log
  get [BRAND](): true {
    return true;
  }
}

/**
 * Whether `thrown` is a {@link PipelineError}, also one of another realm (an iframe, a `node:vm` context, a test runner)
 * or of another copy of this package, where `instanceof` says no.
 */
export function isPipelineError(thrown: unknown): thrown is PipelineError {
  try {
    return typeof thrown === "object" && thrown !== null && (thrown as Record<symbol, unknown>)[BRAND] === true;
  } catch {
    return false; // a Proxy that refuses to be looked at
  }
}

/** Whether `thrown` says what went wrong as plain data. */
export function isRefusal(thrown: unknown): thrown is PipelineErrorData {
  return (
    typeof thrown === "object" &&
    thrown !== null &&
    !(thrown instanceof Error) &&
    typeof (thrown as Partial<PipelineErrorData>).code === "string" &&
    typeof (thrown as Partial<PipelineErrorData>).message === "string"
  );
}
