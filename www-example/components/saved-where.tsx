"use client";

import type { OutboxStatus } from "convex-pipelines";
import { usePipelineActions, useSyncStatus } from "convex-pipelines/react";
import { useId, useRef } from "react";
import type { ServerStore } from "@/lib/repository";
import { signIn } from "@/lib/sign-in";
import { GuardedLink } from "./leave-guard";
import { useDevice, useHome, whyVolatile } from "./repository-provider";

/** One quiet line: where what is saved here is. Opens to a sentence more, and to what can be done. */
export function SavedWhere() {
  const { server, shared, failure } = useHome();
  const outbox = useSyncStatus();
  const { refresh } = usePipelineActions();
  const volatile = whyVolatile(useDevice());
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  if (server === null && failure === null) return null;

  const { short, long, calm, action } = server === null ? unopened : wordsOf(server, outbox, volatile);
  const signInHere = async () => {
    // Where nobody answers, the line goes on saying so.
    await signIn().catch(() => undefined);
    shared?.retry();
    void refresh();
  };
  return (
    <>
      {/* A button's own text is not read out when it changes. */}
      <p role="status" className="sr-only">
        {short}
      </p>
      <button
        type="button"
        popoverTarget={id}
        className="inline-flex min-h-10 min-w-0 items-center gap-2 rounded-md px-2 text-sm max-sm:gap-1.5 max-sm:px-0 text-soft hover:text-ink"
      >
        <span aria-hidden="true" className={`size-2 shrink-0 rounded-full ${calm ? "bg-accent" : "bg-notice"}`} />
        <span className="truncate">{short}</span>
      </button>
      <div ref={panel} id={id} popover="auto" className="header-popover">
        <p>{long}</p>
        {outbox?.lastError !== undefined && outbox.remote !== "reached" && (
          <details className="mt-2 text-soft">
            <summary>Details</summary>
            <p className="mt-1 break-words">{outbox.lastError.message}</p>
          </details>
        )}
        {action === "sign in" && (
          <button type="button" className="button mt-3" onClick={() => void signInHere()}>
            Sign in
          </button>
        )}
        {action === "try again" && (
          <button type="button" className="button mt-3" onClick={() => void refresh()}>
            Try again
          </button>
        )}
        {action === "send" && (
          <button type="button" className="button mt-3" onClick={() => shared?.retry()}>
            Send now
          </button>
        )}
        {action === "review" && (
          <GuardedLink href="/changes" className="button mt-3" onClick={() => panel.current?.hidePopover()}>
            Review changes
          </GuardedLink>
        )}
      </div>
    </>
  );
}

interface Words {
  short: string;
  long: string;
  /** Nothing needs anybody's attention. */
  calm: boolean;
  action?: "send" | "review" | "sign in" | "try again";
}

const unopened: Words = {
  short: "Not available",
  long: "Your pipelines could not be opened in this browser. Reload the page to try again.",
  calm: false,
};

function wordsOf(server: ServerStore, outbox: OutboxStatus | undefined, volatile: string | undefined): Words {
  const waiting = outbox?.pending ?? 0;
  if (volatile !== undefined && (server === "none" || waiting > 0)) {
    const long = `What you save lasts as long as this page: ${volatile}.`;
    return { short: "Not kept", long, calm: false, ...(waiting > 0 ? { action: "send" } : {}) };
  }
  if (server === "none") {
    return {
      short: "On this device only",
      long: "This server keeps no pipelines. They are in this browser, on this device, and nobody else can see or call them.",
      calm: true,
    };
  }
  const needed = outbox?.needsYou.length ?? 0;
  if (needed > 0) {
    return {
      short: needed === 1 ? "1 change needs you" : `${needed} changes need you`,
      long: "The server could not apply what you saved. It is kept on this device until you decide.",
      calm: false,
      action: "review",
    };
  }
  if (waiting > 0) {
    return {
      short: waiting === 1 ? "1 change waiting" : `${waiting} changes waiting`,
      long: `${reasonOf(outbox)} Your changes are saved on this device and will be sent automatically.`,
      calm: false,
      action: outbox?.remote === "refused" ? "sign in" : "send",
    };
  }
  switch (outbox?.remote) {
    case "away":
      return {
        short: "Server not reachable",
        long: "You see what was last stored on this device. What you save is kept on this device until the server answers again.",
        calm: false,
        action: "try again",
      };
    case "refused":
      return {
        short: "Signed out",
        long: "Sign in again to see what the server keeps. What you save meanwhile is kept on this device.",
        calm: false,
        action: "sign in",
      };
    case "blocked":
      return { short: "Server too old", long: reasonOf(outbox), calm: false };
    case "reached":
      return server === "convex"
        ? { short: "Saved in Convex", long: "Pipelines are kept in Convex, with a copy on this device.", calm: true }
        : {
            short: "Saved on the server",
            long: "This server has no Convex and keeps pipelines in a JSON file. A copy is on this device.",
            calm: true,
          };
    default:
      return { short: "Connecting…", long: "The server has not been asked yet.", calm: false };
  }
}

/** Why changes wait. */
function reasonOf(outbox: OutboxStatus | undefined): string {
  switch (outbox?.remote) {
    case "away":
      return outbox.stuck > 0
        ? "The server has not accepted some changes for a long time."
        : "The server cannot be reached.";
    case "refused":
      return "You are signed out.";
    case "blocked":
      return "The server is older than this app and cannot take its changes yet.";
    default:
      return "Changes are being sent.";
  }
}
