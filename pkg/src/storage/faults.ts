// What IndexedDB throws, and what that means here.
import { PipelineError } from "../error.js";

/** There is no database to be had, or none that stays. */
export class NoDatabase extends Error {}

/** The connection was at fault, not the change: a new one may do. */
const LOST_CONNECTION: ReadonlySet<string> = new Set(["InvalidStateError", "UnknownError", "AbortError"]);

export function isLostConnection(thrown: unknown): boolean {
  return LOST_CONNECTION.has(nameOf(thrown));
}

/** A change that could not be kept, in words. */
export function storageError(thrown: unknown): PipelineError {
  if (nameOf(thrown) === "QuotaExceededError") {
    const message = "this device has no room left for the change; nothing was saved";
    return new PipelineError({ code: "storage", message });
  }
  const retryable = nameOf(thrown) === "TimeoutError";
  return new PipelineError({ code: "storage", message: `the change could not be saved: ${messageOf(thrown)}`, retryable });
}

export function nameOf(thrown: unknown): string {
  return thrown instanceof Error || thrown instanceof DOMException ? thrown.name : "";
}

export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error || thrown instanceof DOMException)) return String(thrown);
  return thrown.message === "" ? thrown.name : thrown.message;
}
