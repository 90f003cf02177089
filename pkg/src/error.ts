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
  /** In how many milliseconds the other side wants to be asked again, at most an hour. Absent where it said nothing. */
  retryAfterMs?: number;
}

/**
 * The one error of this package.
 *
 * `issues` holds everything that is wrong with an input, not only the first fault; it is empty unless `code` is
 * `invalid`, `config` or `storage`. `retryable` says that nothing was wrong with the call itself, and `retryAfterMs` when
 * the other side wants to see it again: what a server's `Retry-After` says, for whoever retries.
 */
export class PipelineError extends Error {
  override readonly name = "PipelineError";
  readonly code: ErrorCode;
  readonly issues: Issue[];
  readonly retryable: boolean;
  // Declared only: a field of its own would show in every log.
  declare readonly retryAfterMs?: number;

  /** What `data` does not say, or says in another shape, becomes `internal`, without issues and not retryable. */
  constructor(data: PipelineErrorData) {
    const { code, message, issues, retryable, retryAfterMs } = vouchedFor !== undefined && data === vouchedFor ? vouchedFor : readData(data);
    super(message);
    this.code = code;
    this.issues = issues;
    this.retryable = retryable;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }

  /** The error as it travels: in a reply's body or in `ConvexError.data`. */
  toJSON(): PipelineErrorData {
    const { code, message, issues, retryable, retryAfterMs } = this;
    return { code, message, issues, retryable, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
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

/** What comes of checking a value. */
export type Outcome<T> = { data: T } | { refusal: Refusal };

/** What the core has just said: it is whole, and nobody else holds it. */
let vouchedFor: Refusal | undefined;

/**
 * An error that is returned and not thrown, of what the core says. Most of what an error costs is its stack, and nearly nobody reads that of a
 * refusal: it is made when it is read, and then says where.
 */
export function withoutStack(data: Refusal): PipelineError {
  const { stackTraceLimit } = Error as { stackTraceLimit?: unknown };
  try {
    vouchedFor = data;
    if (typeof stackTraceLimit !== "number") return new PipelineError(data);
    Error.stackTraceLimit = 0;
    const error = new PipelineError(data);
    const stack = { get: () => new Error().stack?.replace("Error", `PipelineError: ${error.message}`), configurable: true };
    return Object.defineProperty(error, "stack", stack);
  } finally {
    vouchedFor = undefined;
    if (typeof stackTraceLimit === "number") Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Whether `thrown` says what went wrong as plain data. */
export function isRefusal(thrown: unknown): thrown is PipelineErrorData {
  try {
    return (
      typeof thrown === "object" &&
      thrown !== null &&
      !(thrown instanceof Error) &&
      typeof (thrown as Partial<PipelineErrorData>).code === "string" &&
      typeof (thrown as Partial<PipelineErrorData>).message === "string"
    );
  } catch {
    return false;
  }
}

const CODES: Readonly<Record<ErrorCode, true>> = {
  invalid: true,
  not_found: true,
  conflict: true,
  unauthorized: true,
  rate_limited: true,
  unavailable: true,
  storage: true,
  protocol: true,
  config: true,
  internal: true,
};

/** Why the core refuses a value, in its words. */
export type Refusal = Required<Omit<PipelineErrorData, "retryAfterMs">> & Pick<PipelineErrorData, "retryAfterMs"> & { issues: Issue[] };

/** Anybody may make a `PipelineError`, of anything: each field is read once, and what a getter throws is not passed on. */
function readData(data: unknown): Refusal {
  try {
    const { code, message, issues, retryable, retryAfterMs } = data as Record<keyof PipelineErrorData, unknown>;
    return {
      code: isCode(code) ? code : "internal",
      message: typeof message === "string" ? message : UNSAID,
      issues: issues === undefined ? [] : readIssues(issues),
      retryable: retryable === true,
      ...(typeof retryAfterMs === "number" && retryAfterMs >= 0 ? { retryAfterMs: Math.min(retryAfterMs, AN_HOUR_MS) } : {}),
    };
  } catch {
    return { code: "internal", message: UNSAID, issues: [], retryable: false };
  }
}

const AN_HOUR_MS = 3_600_000;
const UNSAID = "something went wrong inside";

function isCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(CODES, code);
}

/** Throws for what are no issues. */
function readIssues(given: unknown): Issue[] {
  if (!Array.isArray(given)) throw new TypeError("no issues");
  return Array.from(given.slice(0, MOST_ISSUES), readIssue);
}

/** More than the core gathers. */
const MOST_ISSUES = 10_000;

function readIssue(given: unknown): Issue {
  const { code, path, message, params } = given as Record<keyof Issue, unknown>;
  if (typeof code !== "string" || typeof message !== "string" || !Array.isArray(path)) throw new TypeError("no issue");
  const issue: Issue = { code, path: Array.from(path.slice(0, MOST_ISSUES), readSegment), message };
  if (params !== undefined) issue.params = readParams(params);
  return issue;
}

function readSegment(segment: unknown): string | number {
  if (typeof segment !== "string" && typeof segment !== "number") throw new TypeError("no path");
  return segment;
}

function readParams(params: unknown): NonNullable<Issue["params"]> {
  const entries = Object.entries(params as object).filter(([, value]) => typeof value === "string" || typeof value === "number");
  return Object.fromEntries(entries);
}
