"use client";

import { useId } from "react";
import { useHome, useStatus } from "./repository-provider";

/** One quiet line: where what is saved here goes. Opens to a sentence more. */
export function SavedWhere() {
  const { server } = useHome();
  const { unsent, away, volatile } = useStatus();
  const id = useId();
  if (server === null) return null;

  const { short, long, calm } = wordsOf(server, unsent.size, away, volatile);
  return (
    <>
      {/* A button's own text is not read out when it changes. */}
      <p role="status" className="sr-only">
        {short}
      </p>
      <button
        type="button"
        popoverTarget={id}
        className="inline-flex min-h-10 items-center gap-2 rounded-md px-2 text-sm text-soft hover:text-ink"
      >
        <span aria-hidden="true" className={`size-2 rounded-full ${calm ? "bg-accent" : "bg-notice"}`} />
        {short}
      </button>
      <p
        id={id}
        popover="auto"
        className="fixed inset-auto top-15 right-4 w-80 max-w-[calc(100vw-2rem)] rounded-md border border-line bg-raised p-4 text-sm text-ink shadow-lg sm:right-[max(1.5rem,calc(50vw-34.5rem))]"
      >
        {long}
      </p>
    </>
  );
}

interface Words {
  short: string;
  long: string;
  /** Nothing needs anybody's attention. */
  calm: boolean;
}

function wordsOf(server: "convex" | "file" | "none", waiting: number, away: boolean, volatile: string | null): Words {
  if (volatile !== null && (server === "none" || waiting > 0)) {
    return { short: "Not kept", long: `What you save lasts as long as this page: ${volatile}.`, calm: false };
  }
  if (server === "none") {
    return {
      short: "On this device only",
      long: "This server keeps no pipelines. They are in this browser, on this device, and nobody else can see or call them.",
      calm: true,
    };
  }
  if (waiting > 0) {
    return {
      short: waiting === 1 ? "1 change waiting" : `${waiting} changes waiting`,
      long: "The server could not be reached. What you saved since then is on this device: nothing of it is lost, but it has not been sent.",
      calm: false,
    };
  }
  if (away) {
    return {
      short: "Server away",
      long: "You see what this device last knew. What you save now stays here until the server answers again.",
      calm: false,
    };
  }
  return server === "convex"
    ? { short: "Saved in Convex", long: "Pipelines are kept in Convex, with a copy on this device.", calm: true }
    : {
        short: "Saved on the server",
        long: "This server has no Convex and keeps pipelines in a JSON file. A copy is on this device.",
        calm: true,
      };
}
