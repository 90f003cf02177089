"use client";

import { useHome, useStatus } from "./repository-provider";

/** One quiet line: where what is saved here goes. Opens to a sentence more. */
export function SavedWhere() {
  const { server } = useHome();
  const { unsent, away, volatile } = useStatus();
  if (server === null) return null;

  const { short, long, calm } = wordsOf(server, unsent.size, away, volatile);
  return (
    <details className="group relative text-sm" name="saved-where">
      <summary className="inline-flex min-h-10 list-none items-center gap-2 rounded-md px-2 text-soft hover:text-ink [&::-webkit-details-marker]:hidden">
        <span aria-hidden="true" className={`size-2 rounded-full ${calm ? "bg-accent" : "bg-notice"}`} />
        <span role="status">{short}</span>
      </summary>
      <p className="absolute right-0 z-10 mt-1 w-72 rounded-md border border-line bg-raised p-4 shadow-lg max-sm:right-auto max-sm:-left-24">
        {long}
      </p>
    </details>
  );
}

function wordsOf(
  server: "convex" | "file" | "none",
  waiting: number,
  away: boolean,
  volatile: string | null,
): { short: string; long: string; calm: boolean } {
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
