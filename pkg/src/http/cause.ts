// What a log may hold of an unexpected error. Its name, its message and the names of functions may each quote a secret,
// so none of them comes out: the kind is one of ours, and a frame is a file's name and a place in it.

/** A kind of error, as this package names it: `Error` for every other error, `unknown` for what is none. */
export type CauseKind = (typeof KINDS)[number] | "Error" | "unknown";

/** What an unexpected error was and where it was thrown. */
export interface RequestCause {
  name: CauseKind;
  /** The innermost first, such as `pipelines.js:12:34`. */
  at: string[];
}

const KINDS = [
  "AbortError", "AggregateError", "ConvexError", "EvalError", "PipelineError", "RangeError", "ReferenceError",
  "RuntimeError", "SyntaxError", "TimeoutError", "TypeError", "URIError",
] as const;

const MOST_FRAMES = 20;
/** A stack longer than this is not worth its reading. */
const LONGEST_STACK = 1 << 16;

/** The end of a frame: a source file without its folders, a line and a column. */
const PLACE = /[\s(/\\]([\w.-]{1,80}\.[cm]?[jt]sx?:\d{1,7}:\d{1,7})\)?$/;

/** Never throws, whatever was thrown. */
export function causeOf(thrown: unknown): RequestCause {
  try {
    if (typeof thrown !== "object" || thrown === null) return { name: "unknown", at: [] };
    const { name, message, stack } = thrown as Partial<Record<"name" | "message" | "stack", unknown>>;
    return { name: kindOf(thrown, name), at: framesOf(stack, message) };
  } catch {
    return { name: "unknown", at: [] };
  }
}

function kindOf(thrown: object, name: unknown): CauseKind {
  const isError = thrown instanceof Error || Object.prototype.toString.call(thrown) === "[object Error]";
  return isError ? (KINDS.find((kind) => kind === name) ?? "Error") : "unknown";
}

/**
 * The frames below the message. A message may hold lines that look like frames: where it does not stand in the stack
 * as it is now, nobody can tell them apart, and there are none.
 */
function framesOf(stack: unknown, message: unknown): string[] {
  if (typeof stack !== "string" || typeof message !== "string" || stack.length > LONGEST_STACK) return [];
  const head = message === "" ? "\n" : `: ${message}\n`;
  const start = stack.indexOf(head);
  if (start < 0) return [];
  const lines = stack.slice(start + head.length).split("\n", MOST_FRAMES);
  return lines.flatMap((line) => (line.startsWith("    at ") ? (PLACE.exec(line)?.[1] ?? []) : []));
}
