"use client";

import { isPipelineError } from "convex-pipelines";
import { useState, type ReactNode } from "react";
import { signIn } from "@/lib/sign-in";
import { messageOf, useHome } from "./repository-provider";

interface FailureProps {
  error: unknown;
  /** What did not happen, and what became of what was typed: whole sentences. */
  what: string;
  onRetry?: (() => void) | undefined;
  /** Goes on with what this device has. */
  onDevice?: (() => void) | undefined;
  children?: ReactNode;
}

/** What went wrong, for people: what did not happen, why, and what can be done. */
export function Failure({ error, what, onRetry, onDevice, children }: FailureProps) {
  const { shared } = useHome();
  const [signing, setSigning] = useState(false);
  const [unreached, setUnreached] = useState(false);
  const code = isPipelineError(error) ? error.code : undefined;

  const signInAndRetry = async () => {
    setSigning(true);
    try {
      await signIn();
      setUnreached(false);
      shared?.retry();
      onRetry?.();
    } catch {
      setUnreached(true);
    } finally {
      setSigning(false);
    }
  };

  return (
    <div role="alert" className="text-sm">
      <p className="text-danger">{what}</p>
      <p className="mt-1 max-w-prose">
        {unreached ? "The sign-in page did not answer. Try again in a moment." : reasonOf(error)}
      </p>
      <div className="mt-3 flex flex-wrap gap-3 empty:hidden">
        {code === "unauthorized" && (
          <button
            type="button"
            className="button button-primary"
            disabled={signing}
            onClick={() => void signInAndRetry()}
          >
            Sign in
          </button>
        )}
        {onRetry !== undefined && code !== "unauthorized" && (
          <button type="button" className="button" onClick={onRetry}>
            Try again
          </button>
        )}
        {onDevice !== undefined && (
          <button type="button" className="button" onClick={onDevice}>
            Work on this device
          </button>
        )}
        {children}
      </div>
      <details className="mt-3 text-soft">
        <summary className="w-fit">Details</summary>
        <p className="mt-1 break-words">
          {messageOf(error)}
          {code !== undefined && ` (${code})`}
        </p>
      </details>
    </div>
  );
}

/** Why, and what helps. */
function reasonOf(error: unknown): string {
  if (!isPipelineError(error)) return "Something unexpected went wrong in this page. Reload it if this happens again.";
  // A proxy answers for a server that is away, in its own words.
  switch (error.code === "protocol" && error.retryable ? "unavailable" : error.code) {
    case "unauthorized":
      return "You are signed out.";
    case "unavailable":
      return "The server cannot be reached. Check your connection, or try again in a moment.";
    case "internal":
      return "The server has a problem. Try again in a moment.";
    case "protocol":
      return "Something other than this app’s server answered, as the sign-in page of a public Wi-Fi does. Open another website to sign in to the network, then try again.";
    case "rate_limited":
      return "The server is receiving too many requests. Wait a moment, then try again.";
    case "storage":
      return "This browser could not read or write its storage. Free some space on this device, then try again.";
    case "conflict":
      return "It was changed elsewhere at the same time. Try again to use the current version.";
    case "not_found":
      return "The server does not have this pipeline. It may have been deleted, or not have been sent yet.";
    case "invalid":
      return "Part of this pipeline is not valid here. Open it to see what to change.";
    default:
      return "This app is not set up correctly. Its operator has to fix this.";
  }
}
