"use client";

import { useSyncStatus } from "convex-pipelines/react";
import { useState } from "react";
import type { ServerStore } from "@/lib/repository";
import { useDevice, useHome, whyVolatile } from "../repository-provider";

/** What is stored where, and how durably. */
export function StoragePanel() {
  const { server } = useHome();
  const outbox = useSyncStatus();
  const device = useDevice();
  const volatile = whyVolatile(device);
  const [answer, setAnswer] = useState<boolean>();
  if (server === null) return null;
  const isKept = answer ?? device?.persisted === true;
  const waiting = outbox?.pending ?? 0;

  const ask = async () => {
    setAnswer(await navigator.storage.persist().catch(() => false));
  };

  return (
    <section className="panel" aria-labelledby="storage">
      <h2 id="storage" className="heading">
        Storage
      </h2>
      <dl className="mt-3 grid gap-4 text-sm sm:grid-cols-[8rem_1fr] sm:gap-x-6">
        <dt className="font-medium">Server</dt>
        <dd className="-mt-3 sm:mt-0">{serverWords[server]}</dd>
        <dt className="font-medium">This device</dt>
        <dd className="-mt-3 space-y-2 sm:mt-0">
          <p>
            {server === "none"
              ? "All your pipelines."
              : "A copy of the pipelines that you have opened, and changes that have not reached the server."}{" "}
            {volatile === undefined
              ? "What is saved survives closing the browser and a power cut."
              : `It lasts only until this page is closed: ${volatile}.`}
          </p>
          {server !== "none" && (
            <p>
              {waiting === 0
                ? "Nothing is waiting for the server."
                : `${waiting === 1 ? "1 change is" : `${waiting} changes are`} waiting for the server.`}
            </p>
          )}
          {volatile === undefined && (
            <p>
              {isKept
                ? "The browser keeps this data even if the device runs out of space."
                : "The browser may delete this data if the device runs out of space."}
            </p>
          )}
          {volatile === undefined && !isKept && (
            <p className="flex flex-wrap items-center gap-3">
              <button type="button" className="button" onClick={() => void ask()}>
                Ask the browser to keep it
              </button>
              <span aria-live="polite">{answer === false && "The browser did not agree."}</span>
            </p>
          )}
        </dd>
      </dl>
    </section>
  );
}

const serverWords: Record<ServerStore, string> = {
  convex:
    "Pipelines and their runs, in Convex. Of webhook secrets only digests are stored, which cannot be turned back into secrets.",
  file: "Pipelines and their runs, in a JSON file. Of webhook secrets only digests are stored, which cannot be turned back into secrets.",
  none: "Nothing. This server stores no pipelines.",
};
